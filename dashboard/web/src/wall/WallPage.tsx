/** For a monitor in the room: the map, who holds what, and what is about to move. No control but stop. */

import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import "../i18n/steel";
import { call, path } from "../api/client";
import { type StampedLive, useLive, usePlan } from "../api/queries";
import type { Plan } from "../api/types";
import { inSiteTime, languageNow, spanWords } from "../i18n/format";
import { setLanguage } from "../i18n";
import { useMay } from "../people/may";
import { RoomMap } from "../room/RoomMap";
import { useStop } from "../room/useMotion";
import { leftUntil } from "../shelving/countdown";
import { Answer, Loading } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useNow } from "../ui/useNow";
import { useScheme } from "../ui/useScheme";
import { pictureAge, type Shout, shout } from "./warning";
import { WallBanks } from "./WallBanks";
import { useKeepAwake } from "./useKeepAwake";
import css from "./wall.module.css";

export function WallPage() {
  const { room } = useParams();
  const plan = usePlan(room);
  useWallSettings();
  useKeepAwake();
  const { refetch } = plan;
  const failed = plan.isError;
  useEffect(() => {
    if (!failed) return;
    const timer = setInterval(() => void refetch(), 5_000);
    return () => clearInterval(timer);
  }, [failed, refetch]);
  return (
    <main className={css.wall} data-testid="wall">
      <Answer of={plan}>{(data) => <Wall plan={data} />}</Answer>
    </main>
  );
}

/** `?lang=zh&scheme=dark`: a screen on a wall has no keyboard to choose with. */
function useWallSettings(): void {
  const [params] = useSearchParams();
  const { choose } = useScheme();
  const language = params.get("lang");
  const scheme = params.get("scheme");
  useEffect(() => {
    if (language === "zh" || language === "en") void setLanguage(language);
  }, [language]);
  useEffect(() => {
    if (scheme === "dark" || scheme === "light") choose(scheme);
  }, [scheme, choose]);
}

function Wall({ plan }: { plan: Plan }) {
  const live = useLive(plan.room);
  const now = useNow(500);
  const age_s = pictureAge(live.data, live.dataUpdatedAt, now);
  const loud = shout(live.data, age_s);
  return (
    <>
      <WallHead plan={plan} live={live.data} age_s={age_s} now={now} old={loud.name === "old"} />
      {live.isPending ? <Loading /> : <Loud loud={loud} now={now} />}
      <div className={css.body} data-old={loud.name === "old" || undefined}>
        <div className={css.map} inert>
          <RoomMap
            plan={plan}
            live={live.data}
            occupancy={undefined}
            climate={undefined}
            overlay="none"
            still
            focus={plan.banks.length === 1 ? (plan.banks[0]?.bank ?? null) : null}
            chosen={null}
            columnLabel={() => ""}
            onColumn={() => undefined}
            onBank={() => undefined}
          />
        </div>
        <WallBanks plan={plan} live={live.data} now={now} />
      </div>
      <StopRoom room={plan.room} inProgram={loud.name === "warning" || loud.name === "running"} />
    </>
  );
}

type HeadProps = { plan: Plan; live: StampedLive | undefined; age_s: number | null; now: number; old: boolean };

function WallHead({ plan, live, age_s, now, old }: HeadProps) {
  const { t } = useTranslation();
  const name = plan.name[languageNow()];
  return (
    <header className={css.head}>
      <h1>{name}</h1>
      {live?.banks.some((one) => one.simulated) && <span className={css.simulated}>{t("wall.simulated")}</span>}
      <span className={css.age} data-old={old || undefined} data-testid="wall-age">
        <Icon name={old ? "offline" : "live"} size={26} />
        {age_s === null ? t("wall.never") : t("wall.heard", { age: spanWords(t, age_s) })}
      </span>
      <time className={css.clock}>
        {inSiteTime({ hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(now))}
      </time>
    </header>
  );
}

/** What nobody in the room may miss. */
function Loud({ loud, now }: { loud: Shout; now: number }) {
  const { t } = useTranslation();
  switch (loud.name) {
    case "none":
      return null;
    case "fire":
      return <Panel name="fire" head={t("wall.fire")} words={t("wall.fireLong")} />;
    case "old": {
      const words = loud.age_s === null ? t("wall.never") : t("wall.oldLong", { age: spanWords(t, loud.age_s) });
      return <Panel name="old" head={t("wall.old")} words={words} />;
    }
    case "warning":
      return (
        <Panel
          name="warning"
          head={t("wall.clear")}
          words={`${t(`program.name.${loud.program.program}`)} · ${t("wall.warning")}`}
        >
          <span className={css.count} data-testid="wall-count">
            {leftUntil(loud.program.warning_ends, now)}
            <small> {t("wall.seconds")}</small>
          </span>
        </Panel>
      );
    case "running":
      return (
        <Panel
          name="running"
          head={t(`program.name.${loud.program.program}`)}
          words={t("wall.running")}
        />
      );
  }
}

function Panel({ name, head, words, children }: { name: string; head: string; words: string; children?: ReactNode }) {
  return (
    <section className={css.loud} data-name={name} role="alert" data-testid={`wall-${name}`}>
      <Icon name={name === "old" ? "offline" : "alert"} size={64} />
      <div>
        <strong>{head}</strong>
        <p>{words}</p>
      </div>
      {children}
    </section>
  );
}

/** Stops everything in the room; while all banks are being moved it ends that too. */
function StopRoom({ room, inProgram }: { room: string; inProgram: boolean }) {
  const { t } = useTranslation();
  const may = useMay()("motion.stop");
  const stop = useStop(room);
  const cancel = useMutation({
    mutationFn: () => call("POST", path("rooms", room, "requests"), { body: { verb: "cancel" } }),
    retry: 2,
  });
  if (!may) return null;
  const press = () => {
    stop.mutate(null);
    if (inProgram) cancel.mutate();
  };
  const failed = (stop.failureCount > 0 && !stop.isSuccess) || cancel.isError;
  return (
    <footer className={css.foot}>
      <Button className={css.stop ?? ""} color="red.8" leftSection={<Icon name="stop" size={40} />} onClick={press} data-testid="wall-stop">
        {inProgram ? t("wall.cancel") : t("motion.stop")}
      </Button>
      {failed && (
        <p role="alert" className={css.failed}>
          {t("motion.stopFailed")}
        </p>
      )}
    </footer>
  );
}
