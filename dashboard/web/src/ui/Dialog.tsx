/** A dialog with a close button that says what it does. */

import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function Dialog({ opened, title, size = "md", onClose, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={<span className="dialog-title">{title}</span>}
      size={size}
      closeButtonProps={{ "aria-label": t("common.do.close"), size: 44 }}
    >
      {children}
    </Modal>
  );
}

type DialogProps = {
  opened: boolean;
  title: string;
  size?: "md" | "lg";
  onClose: () => void;
  children: ReactNode;
};
