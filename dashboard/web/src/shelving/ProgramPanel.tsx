/** Night closing and ventilation of a whole room: proposed here, walked and started in the room. */

import { Button } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import "../i18n/program";
import type { StampedLive } from "../api/queries";
import { useWish } from "../api/steelQueries";
import type { ProgramName, ProgramState } from "../api/types";
import { motionReason } from "../i18n/codes";
import { momentWords } from "../i18n/format";
import { useMay } from "../people/may";
import { useStop } from "../room/useMotion";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { Tone, type ToneName } from "../ui/Tone";
import { useNow } from "../ui/useNow";
import { clockWords, leftUntil } from "./countdown";
import { givesWay, isUnderWay } from "./program";
import css from "./shelving.module.css";

const PROGRAMS: ProgramName[] = ["night_closing", "ventilation"];

export function ProgramPanel({ room, live }: { room: string; live: StampedLive | undefined }) {
  const { t } = useTranslation();
  const may = useMay();
  const tell = useTell();
  const wish = useWish(room);
  const program = live?.room?.program ?? null;
  const away = !live?.link.alive;
  const mayPropose = may("program.propose") && (!isUnderWay(program) || givesWay(program));
  if (!program && !may("program.propose")) return null;
  return (
    <section className="panel panel-pad" data-testid="program" data-status={program?.status ?? "none"}>
      <h2>{t("program.title")}</h2>
      <p className={css.note}>{t("program.lead")}</p>
      {program ? <ProgramNow room={room} program={program} /> : <p className="empty">{t("program.none")}</p>}
      {wish.error && <Failed error={wish.error} />}
      {mayPropose && (
        <ul className={css.list}>
          {PROGRAMS.map((name) => (
            <li key={name} className={css.item}>
              <Icon name={name === "ventilation" ? "airing" : "park"} size={24} />
              <div className={css.itemWords}>
                <strong>{t(`program.name.${name}`)}</strong>
                <span className="muted">{t(`program.what.${name}`)}</span>
              </div>
              <Button
                variant="default"
                disabled={away}
                loading={wish.isPending && wish.variables?.program === name}
                onClick={() =>
                  wish.mutate(
                    { verb: "propose", program: name },
                    { onSuccess: () => tell(t("program.proposed")) },
                  )
                }
                data-testid={`propose-${name}`}
              >
                {t("program.propose")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const TONE: Record<ProgramState["status"], ToneName> = {
  proposed: "plain",
  warning: "moving",
  running: "moving",
  done: "open",
  cancelled: "stale",
  broken: "refused",
};

/** How far a program is, by whom, and the way to end it. */
export function ProgramNow({ room, program }: { room: string; program: ProgramState }) {
  const { t } = useTranslation();
  const may = useMay()("motion.stop");
  const now = useNow();
  const left = leftUntil(program.warning_ends, now);
  const says = t(`program.says.${program.status}`);
  return (
    <div className={css.program} data-status={program.status} role="status">
      <div className="row">
        <strong>{t(`program.name.${program.program}`)}</strong>
        <Tone tone={TONE[program.status]} {...(program.status === "done" && { icon: "check" })}>
          {t(`program.status.${program.status}`)}
        </Tone>
        {program.status === "warning" && <span className={css.count}>{clockWords(left)}</span>}
      </div>
      <p>
        {program.why && program.status === "broken" && <>{motionReason(t, program.why)} </>}
        {says}
      </p>
      <p className="muted">{whoWords(t, program)}</p>
      {may && isUnderWay(program) && <CancelProgram room={room} status={program.status} />}
    </div>
  );
}

function whoWords(t: TFunction, program: ProgramState): string {
  const { proposed_by, started_by, at } = program;
  const byRoom = program.reason ? t("program.byAir", { ...program.detail }) : t("program.byCalendar");
  const by = proposed_by ? t("program.byWhom", { name: proposed_by.name }) : byRoom;
  const started = started_by ? [t("program.startedBy", { name: started_by.name })] : [];
  return [by, ...started, momentWords(at)].join(" · ");
}

/** Cancels; what moves already is stopped first. */
function CancelProgram({ room, status }: { room: string; status: ProgramState["status"] }) {
  const { t } = useTranslation();
  const tell = useTell();
  const wish = useWish(room);
  const stop = useStop(room);
  const running = status === "running";
  const cancel = () => {
    if (running) stop.mutate(null);
    wish.mutate({ verb: "cancel" }, { onSuccess: () => tell(t("program.cancelled")) });
  };
  const error = stop.error ?? wish.error;
  return (
    <>
      <Button
        {...(status === "proposed" ? { variant: "default" } : { color: "red.8", leftSection: <Icon name="stop" /> })}
        loading={wish.isPending}
        onClick={cancel}
        data-testid="program-cancel"
      >
        {t(running ? "program.stop" : "program.cancel")}
      </Button>
      {error && <Failed error={error} />}
    </>
  );
}
