import { useEffect } from "react";
import { useParams } from "react-router";
import { useRoomChoice } from "./RoomChoice";

/** The room a page's address names, which becomes the chosen one; else the chosen one. */
export function useRoomOfPath(): string | undefined {
  const { room: wanted } = useParams();
  const { room: choice, choose } = useRoomChoice();
  useEffect(() => {
    if (wanted && wanted !== choice) choose(wanted);
  }, [wanted, choice, choose]);
  return wanted ?? choice;
}
