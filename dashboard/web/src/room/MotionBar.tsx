/** Lies over the foot of the page while anything moves, so that nothing else shifts: what moves, and stop. */

import { Button } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../api/queries";
import { Icon } from "../ui/icons";
import { movingIn } from "./look";
import { leftWords } from "./MapAisle";
import css from "./motion.module.css";
import { useStop } from "./useMotion";

export function MotionBar({ room, mayStop }: { room: string | undefined; mayStop: boolean }) {
  const { t } = useTranslation();
  const live = useLive(room);
  const stop = useStop(room);
  const moving = movingIn(live.data);
  const banks = [...new Set(moving.map((one) => one.bank))];
  const failed = stop.failureCount > 0 && !stop.isSuccess;
  const { reset } = stop;
  const stands = moving.length === 0;
  useEffect(() => {
    if (stands) reset();
  }, [stands, reset]);
  if (stands) return null;
  return (
    <section className={css.bar} data-failed={failed || undefined} aria-label={t("room.phase.moving")} data-testid="motion-bar">
      <div className={css.barWords} role="status">
        {moving.map(({ bank, segment }) => (
          <span key={`${bank}-${segment.segment}`} className={css.barItem}>
            <Icon name="arrowRight" />
            {segment.target === null
              ? t("motion.moving", { bank: t("room.bank", { bank }) })
              : t("motion.movingTo", { bank: t("room.bank", { bank }), aisle: segment.target })}
            {segment.remaining_s > 0 && ` · ${leftWords(t, segment.remaining_s)}`}
          </span>
        ))}
        {failed && (
          <strong className={css.barError} role="alert" data-testid="stop-failed">
            {t("motion.stopFailed")}
          </strong>
        )}
      </div>
      {mayStop && (
        <Button
          color="red.8"
          size="md"
          leftSection={<Icon name={failed ? "alert" : "stop"} />}
          onClick={() => stop.mutate(banks.length === 1 ? (banks[0] ?? null) : null)}
          data-testid="stop-motion"
        >
          {failed ? t("motion.stopAgain") : t("motion.stop")}
        </Button>
      )}
    </section>
  );
}
