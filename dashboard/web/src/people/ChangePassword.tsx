/** Changing one's own password. */

import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import { Dialog } from "../ui/Dialog";
import { Failed } from "../ui/Feedback";
import { PasswordField } from "../ui/PasswordField";
import { useTell } from "../ui/Tell";
import { SHORTEST_PASSWORD } from "./Setup";

export function ChangePassword({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("people.password.title")}>
      <PasswordForm onDone={onClose} />
    </Dialog>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const change = useMutation({
    mutationFn: () => call("POST", "/session/password", { body: { old, new: next } }),
    onSuccess: () => {
      tell(t("people.password.done"));
      onDone();
    },
  });
  const differ = again !== "" && again !== next;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (again === next) change.mutate();
  };
  return (
    <form className="form" onSubmit={submit} data-testid="password-form">
      <PasswordField
        label={t("people.password.old")}
        required
        data-autofocus
        autoComplete="current-password"
        value={old}
        onChange={(event) => setOld(event.currentTarget.value)}
        data-testid="password-old"
      />
      <PasswordField
        label={t("people.password.new")}
        description={t("people.setup.short", { count: SHORTEST_PASSWORD })}
        required
        minLength={SHORTEST_PASSWORD}
        autoComplete="new-password"
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
        data-testid="password-new"
      />
      <PasswordField
        label={t("people.setup.repeat")}
        required
        autoComplete="new-password"
        value={again}
        error={differ ? t("people.setup.differ") : undefined}
        onChange={(event) => setAgain(event.currentTarget.value)}
        data-testid="password-again"
      />
      {change.isError && <Failed error={change.error} />}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" loading={change.isPending} data-testid="password-submit">
          {t("people.password.submit")}
        </Button>
      </div>
    </form>
  );
}
