/** A dialog with a close button that says what it does. */

import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function Dialog({ opened, title, size = "md", onClose, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Header role="presentation">
          <Modal.Title>
            <span className="dialog-title">{title}</span>
          </Modal.Title>
          <Modal.CloseButton aria-label={t("common.do.close")} size={44} />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

type DialogProps = {
  opened: boolean;
  title: string;
  size?: "md" | "lg";
  onClose: () => void;
  children: ReactNode;
};
