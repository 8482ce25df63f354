/** Which room the page shows; one of many is chosen in the header and remembered here. */

import { createContext, type ReactNode, useContext, useState } from "react";
import { useRooms } from "../api/queries";
import { useMay } from "../people/may";

type Choice = { room: string | undefined; choose: (room: string) => void };
const Chosen = createContext<Choice>({ room: undefined, choose: () => {} });
const STORED = "stackroom.room";

export function RoomChoice({ children }: { children: ReactNode }) {
  const [wanted, setWanted] = useState(() => localStorage.getItem(STORED));
  const { data } = useRooms(useMay()("room.read"));
  const known = data?.rooms.map((one) => one.room) ?? [];
  const room = known.find((one) => one === wanted) ?? known[0];
  const choose = (next: string) => {
    localStorage.setItem(STORED, next);
    setWanted(next);
  };
  return <Chosen value={{ room, choose }}>{children}</Chosen>;
}

export const useRoomChoice = () => useContext(Chosen);
export const useRoom = () => useContext(Chosen).room;
