/** Stops a bank, whatever the picture says. It is an operational stop, never an emergency stop. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { BankState } from "../api/types";
import { useMay } from "../people/may";
import { useStop } from "../room/useMotion";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import css from "./shelving.module.css";

export function StopBank({ room, bank, state }: { room: string; bank: number; state: BankState | undefined }) {
  const { t } = useTranslation();
  const may = useMay()("motion.stop");
  const tell = useTell();
  const stop = useStop(room);
  const failed = stop.failureCount > 0 && !stop.isSuccess;
  if (state && state.orders.length > 0 && !state.orders.includes("stop")) {
    return (
      <p className={css.noStop} data-testid="no-stop">
        <Icon name="alert" /> {t("shelving.verbs.noStop")}
      </p>
    );
  }
  if (!may) return null;
  return (
    <div>
      <Button
        color="red.8"
        size="md"
        leftSection={<Icon name={failed ? "alert" : "stop"} />}
        onClick={() => stop.mutate(bank, { onSuccess: () => tell(t("shelving.verbs.stopped")) })}
        data-testid="stop-bank"
      >
        {failed ? t("motion.stopAgain") : t("motion.stop")}
      </Button>
      {failed && (
        <p className={css.stopFailed} role="alert" data-testid="stop-bank-failed">
          {t("motion.stopFailed")}
        </p>
      )}
    </div>
  );
}
