/** Withdraws a certificate, with a reason. */

import { Button, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, path } from "../api/client";
import { AirProblem } from "./AirProblem";
import { Confirm } from "../ui/Confirm";
import { useTell } from "../ui/Tell";
import type { Calibration, CalibrationList } from "./calibrations";
import { calibrationsKey } from "./queries";

const SHORTEST = 3;

export function Withdraw({ room, calibration }: { room: string; calibration: Calibration }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [opened, dialog] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const withdraw = useMutation({
    mutationFn: () =>
      call<CalibrationList>("POST", `${path("rooms", room)}/climate/calibrations/${calibration.id}/withdraw`, { body: { reason } }),
    onSuccess: (list) => {
      client.setQueryData(calibrationsKey(room), list);
      void client.invalidateQueries({ queryKey: ["series"] });
      void client.invalidateQueries({ queryKey: ["metrics"] });
      dialog.close();
      tell(t("calibration.wasWithdrawn"));
    },
  });
  return (
    <>
      <Button variant="default" onClick={dialog.open} data-testid="withdraw">
        {t("calibration.withdraw")}
      </Button>
      <Confirm
        opened={opened}
        title={t("calibration.withdrawTitle", { certificate: calibration.certificate })}
        words={
          <>
            <p>{t("calibration.withdrawLong")}</p>
            <TextInput
              label={t("calibration.reason")}
              required
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              data-testid="withdraw-reason"
            />
            {withdraw.error !== null && <AirProblem error={withdraw.error} />}
          </>
        }
        action={t("calibration.withdraw")}
        pending={withdraw.isPending}
        error={null}
        danger
        onYes={() => reason.trim().length >= SHORTEST && withdraw.mutate()}
        onClose={dialog.close}
        testId="withdraw-confirm"
      />
    </>
  );
}
