/** A button that opens the label dialog for one thing. The dialog itself comes when it is wanted. */

import { Button } from "@mantine/core";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LabelKind } from "../api/types";
import { Dialog } from "../ui/Dialog";
import { Loading } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { later } from "../ui/later";

const LabelForm = later(() => import("./LabelForm").then((part) => part.LabelForm));

export function LabelButton({ kind, code }: { kind: LabelKind; code: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" px="sm" leftSection={<Icon name="print" />} onClick={() => setOpen(true)} data-testid="label-open">
        {t("work.box.label")}
      </Button>
      <Dialog opened={open} onClose={() => setOpen(false)} title={t("work.box.labelOf", { code })}>
        <Suspense fallback={<Loading />}>
          <LabelForm kind={kind} code={code} />
        </Suspense>
      </Dialog>
    </>
  );
}
