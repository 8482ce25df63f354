/** In place of a result that the controller no longer has: why, and how to get it again. */

import { Alert, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/icons";

/** `onAgain` is null where the inputs are no question any more. */
export function Lost({ pending, onAgain }: { pending: boolean; onAgain: (() => void) | null }) {
  const { t } = useTranslation();
  return (
    <Alert color="red" variant="light" icon={<Icon name="alert" />} title={t("replay.lost")} role="alert" data-testid="replay-lost">
      <div className="row spread">
        <span>{t(onAgain ? "replay.lostLong" : "replay.lostInputs")}</span>
        {onAgain && (
          <Button variant="default" loading={pending} onClick={onAgain} data-testid="replay-again">
            {t("replay.again")}
          </Button>
        )}
      </div>
    </Alert>
  );
}
