/** Write a tag its new number: every step is shown, and a tag that was not verified is said loudly. */

import { Button, Checkbox } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, path } from "../api/client";
import { TAG_KEYS, useTagging } from "../api/tagQueries";
import type { AntennaRef, Bearer, WrittenTag } from "../api/types";
import { Outcome } from "../scan/Outcome";
import { tagReason } from "../scan/problem";
import { play } from "../scan/sound";
import { Icon, type IconName } from "../ui/icons";
import css from "./bench.module.css";
import { endOf, failedBy, type StepState, stepsOf, WRITE_STEPS, type Writing } from "./steps";

type WriteFormProps = {
  at: AntennaRef;
  epc: string;
  item: Bearer;
  /** Whether no other tag lies on the antenna. */
  alone: boolean;
  writing: Writing;
  onWriting: (writing: Writing) => void;
  onDone: () => void;
};

export function WriteForm({ at, epc, item, alone, writing, onWriting, onDone }: WriteFormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [wanted, want] = useState(false);
  const canLock = useTagging().data?.can_lock ?? false;
  const lock = wanted && canLock;
  const write = async () => {
    onWriting({ at: "asking" });
    const body = { reader: at.reader, antenna: at.antenna, epc, item: { kind: item.kind, code: item.code }, lock };
    try {
      const told = await call<WrittenTag>("POST", path("rooms", at.room, "tags", "write"), { body });
      onWriting({ at: "verified", epc: told.new_epc, locked: told.locked });
      play("ok");
    } catch (error) {
      onWriting(failedBy(error));
      play("wrong");
    }
    for (const key of TAG_KEYS) void client.invalidateQueries({ queryKey: [key] });
  };
  const idle = writing.at === "idle";
  return (
    <div className={css.write}>
      {idle && (
        <>
          <Checkbox
            size="md"
            label={t("bench.lock")}
            description={t(canLock ? "bench.lockHint" : "tags.code.no_password")}
            disabled={!canLock}
            checked={lock}
            onChange={(event) => want(event.currentTarget.checked)}
            data-testid="write-lock"
          />
          {!alone && (
            <p className={css.refused} data-testid="write-several">
              {t("bench.several")}
            </p>
          )}
          <Button
            variant="default"
            size="lg"
            leftSection={<Icon name="tag" />}
            disabled={!alone}
            onClick={() => void write()}
            data-testid="write-tag"
          >
            {t("bench.write")}
          </Button>
        </>
      )}
      {!idle && <Steps writing={writing} />}
      <End writing={writing} item={item} />
      {(writing.at === "verified" || writing.at === "failed") && (
        <Button onClick={onDone} data-testid="write-next">
          {t("bench.again")}
        </Button>
      )}
    </div>
  );
}

const ICON: Record<StepState, IconName> = {
  waiting: "clock",
  running: "turn",
  done: "check",
  failed: "alert",
  unknown: "question",
  skipped: "close",
};

function Steps({ writing }: { writing: Writing }) {
  const { t } = useTranslation();
  const states = stepsOf(writing);
  return (
    <ol className={css.steps} aria-label={t("bench.steps")} aria-live="polite" data-testid="write-steps">
      {WRITE_STEPS.map((step) => (
        <li key={step} data-state={states[step]} data-testid={`write-step-${step}`}>
          <Icon name={ICON[states[step]]} size={22} />
          <span>{t(`bench.step.${step}`)}</span>
          <span className="muted">{t(`bench.stepState.${states[step]}`)}</span>
        </li>
      ))}
    </ol>
  );
}

/** How it ended, large: a tag that was not verified must not go back on a box. */
function End({ writing, item }: { writing: Writing; item: Bearer }) {
  const { t } = useTranslation();
  if (writing.at === "idle") return null;
  if (writing.at === "asking") return <Outcome verdict="idle" head={t("bench.writing")} testId="write-end" />;
  if (writing.at === "verified") {
    return (
      <Outcome verdict="ok" head={t("bench.verified")} testId="write-end">
        {t("bench.verifiedLong", { epc: writing.epc, code: item.code })}{" "}
        {t(writing.locked ? "bench.locked" : "bench.notLocked")}
      </Outcome>
    );
  }
  const end = endOf(writing);
  const words = { not_verified: "notVerified", unknown: "outcomeUnknown", not_written: "notWritten" } as const;
  return (
    <Outcome verdict={end === "unknown" ? "unsure" : "wrong"} head={t(`bench.${words[end]}`)} testId="write-end">
      {tagReason(t, end === "not_verified" ? end : writing.code)} {t(`bench.${words[end]}Long`)}
    </Outcome>
  );
}
