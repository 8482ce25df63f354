/** Asks once more before something that others feel; a failure is said in the same place. */

import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "./Dialog";
import { Failed } from "./Feedback";

export function Confirm({ opened, title, words, action, pending, error, danger, onYes, onClose, testId }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <div className="form" data-testid={testId}>
        <div>{words}</div>
        {error !== null && error !== undefined && <Failed error={error} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.do.cancel")}
          </Button>
          <Button
            {...(danger && { color: "red.8" })}
            loading={pending}
            onClick={onYes}
            data-autofocus
            data-testid={`${testId}-yes`}
          >
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

type ConfirmProps = {
  opened: boolean;
  title: string;
  words: ReactNode;
  action: string;
  pending: boolean;
  error: unknown;
  danger?: boolean;
  onYes: () => void;
  onClose: () => void;
  testId: string;
};
