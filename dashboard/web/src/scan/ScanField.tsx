/** The one field for scanner and hand: always ready, so that a scanner that types finds it. */

import { Button, Loader, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { Icon } from "../ui/icons";
import css from "./scan.module.css";
import { useSound } from "./sound";
import { isByHand } from "./typed";

export type Scanned = { text: string; entered: boolean };

export function ScanField({ label, hint, busy = false, onScan, sound = false, testId }: ScanFieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const keys_ms = useRef<number[]>([]);
  const [text, setText] = useState("");
  useWedge(field);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = text.trim();
    const entered = isByHand(keys_ms.current);
    keys_ms.current = [];
    setText("");
    field.current?.focus();
    if (wanted !== "") onScan({ text: wanted, entered });
  };
  return (
    <form className={css.scan} onSubmit={submit} data-testid={testId}>
      <TextInput
        ref={field}
        className={css.field ?? ""}
        size="lg"
        label={label}
        description={hint}
        leftSection={<Icon name="scan" size={24} />}
        rightSection={busy && <Loader size="sm" />}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        autoFocus
        value={text}
        onKeyDown={(event) => event.key.length === 1 && keys_ms.current.push(event.timeStamp)}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid={`${testId}-field`}
      />
      {/* Never disabled: the Enter of a scan that comes while one is looked up would be lost. */}
      <Button type="submit" size="lg" aria-busy={busy} data-testid={`${testId}-enter`}>
        {t("scan.enter")}
      </Button>
      {sound && <SoundSwitch />}
    </form>
  );
}

type ScanFieldProps = {
  label: string;
  hint?: ReactNode;
  busy?: boolean;
  onScan: (scanned: Scanned) => void;
  sound?: boolean;
  testId: string;
};

/** A choice is none of them: a scan after it would choose something else by its first letters. */
const TAKES_KEYS = "input:not([type=radio], [type=checkbox]), textarea, [contenteditable]";

/** Keys that are meant for no other field go to this one, whatever was touched last. */
function useWedge(field: { current: HTMLInputElement | null }) {
  useEffect(() => {
    const toField = (event: KeyboardEvent) => {
      const { target, key } = event;
      if (key.length !== 1 || key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target instanceof Element && target.matches(TAKES_KEYS)) return;
      if (document.querySelector("[role=dialog]")) return;
      field.current?.focus();
    };
    document.addEventListener("keydown", toField);
    return () => document.removeEventListener("keydown", toField);
  }, [field]);
}

function SoundSwitch() {
  const { t } = useTranslation();
  const { on, toggle } = useSound();
  return (
    <Button
      variant="default"
      size="lg"
      px="md"
      aria-pressed={on}
      aria-label={t("scan.sound")}
      title={t(on ? "scan.soundOn" : "scan.soundOff")}
      onClick={toggle}
      data-testid="sound"
    >
      <Icon name={on ? "sound" : "mute"} size={24} />
    </Button>
  );
}
