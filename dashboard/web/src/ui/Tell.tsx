/** Says in one line that something worked; it goes by itself and is read out. */

import { Notification } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";

const Teller = createContext<(words: string) => void>(() => {});
const SHOWN_MS = 6000;

export const useTell = () => useContext(Teller);

export function Tell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [words, setWords] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useCallback((next: string) => {
    clearTimeout(timer.current);
    setWords(next);
    timer.current = setTimeout(() => setWords(null), SHOWN_MS);
  }, []);
  return (
    <Teller value={tell}>
      {children}
      <div className="tell" role="status">
        {words !== null && (
          <Notification
            color="teal"
            icon={<Icon name="check" />}
            withBorder
            closeButtonProps={{ "aria-label": t("common.do.close") }}
            onClose={() => setWords(null)}
            data-testid="tell"
          >
            {words}
          </Notification>
        )}
      </div>
    </Teller>
  );
}
