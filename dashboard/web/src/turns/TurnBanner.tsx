/** On every screen: it is your turn, and for how long. */

import { usePlan } from "../api/queries";
import { MyTurns } from "./MyTurns";
import css from "./turns.module.css";

export function TurnBanner({ room }: { room: string }) {
  const plan = usePlan(room);
  return (
    <div className={css.banner}>
      <MyTurns room={room} plan={plan.data} offeredOnly />
    </div>
  );
}
