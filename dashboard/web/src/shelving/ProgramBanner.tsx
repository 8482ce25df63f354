/** On every screen: the columns of the whole room move or are about to, and anybody may end it. */

import type { ProgramState } from "../api/types";
import css from "./shelving.module.css";
import { ProgramNow } from "./ProgramPanel";

export function ProgramBanner({ room, program }: { room: string; program: ProgramState }) {
  return (
    <div className={css.banner} data-testid="program-banner">
      <ProgramNow room={room} program={program} />
    </div>
  );
}
