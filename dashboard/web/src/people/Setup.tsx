/** First set-up: the one-time link brings its token in the part after #, which no server log sees. */

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import { keys } from "../api/queries";
import { type Account, POSTS, type Post } from "../api/types";
import { Failed } from "../ui/Feedback";
import { PasswordField } from "../ui/PasswordField";
import { useTell } from "../ui/Tell";
import css from "./people.module.css";
import { SignedOutFrame } from "./SignedOutFrame";
import { tokenIn } from "./token";

export const SHORTEST_PASSWORD = 12;
const FIRST: Post[] = ["system_admin", "security_admin", "auditor", "archivist"];

export function Setup() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [token] = useState(() => tokenIn(window.location.hash));
  const [accounts, setAccounts] = useState<Account[]>(
    FIRST.map((post) => ({ name: "", password: "", post })),
  );
  const setup = useMutation({
    mutationFn: () =>
      call("POST", "/setup", { body: { token, accounts: accounts.filter(isBegun) } }),
    onSuccess: () => {
      window.history.replaceState(null, "", "/");
      tell(t("people.setup.done"));
      void client.invalidateQueries({ queryKey: keys.session });
    },
  });
  const change = (index: number, part: Partial<Account>) =>
    setAccounts((old) => old.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setup.mutate();
  };
  return (
    <SignedOutFrame title={t("people.setup.title")} wide>
      {token === null ? (
        <p>{t("people.setup.noToken")}</p>
      ) : (
        <form onSubmit={submit} className="form" data-testid="setup-form">
          <p className="muted">{t("people.setup.lead")}</p>
          {accounts.map((account, index) => (
            <AccountFields
              key={FIRST[index]}
              account={account}
              needed={account.post === "system_admin"}
              onChange={(part) => change(index, part)}
            />
          ))}
          {setup.isError && <Failed error={setup.error} />}
          <Button type="submit" size="lg" loading={setup.isPending} data-testid="setup-submit">
            {t("people.setup.submit")}
          </Button>
        </form>
      )}
    </SignedOutFrame>
  );
}

/** Where one of the two is filled in, both are wanted: nothing typed is dropped without a word. */
const isBegun = ({ name, password }: Account) => name.trim() !== "" || password !== "";

type FieldsProps = { account: Account; needed: boolean; onChange: (part: Partial<Account>) => void };

export function AccountFields({ account, needed, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const wanted = needed || isBegun(account);
  const nameless = account.password !== "" && account.name.trim() === "";
  const short = account.password !== "" && account.password.length < SHORTEST_PASSWORD;
  return (
    <fieldset className={css.account} data-testid={`account-${account.post}`}>
      <legend>{t(`people.post.${account.post}`)}</legend>
      <TextInput
        label={t("people.signIn.name")}
        required={wanted}
        error={nameless ? t("people.problem.name_empty") : undefined}
        maxLength={60}
        autoComplete="off"
        value={account.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <PasswordField
        label={t("people.signIn.password")}
        description={t("people.setup.short", { count: SHORTEST_PASSWORD })}
        error={short ? t("people.setup.short", { count: SHORTEST_PASSWORD }) : undefined}
        required={wanted}
        minLength={SHORTEST_PASSWORD}
        autoComplete="new-password"
        value={account.password}
        onChange={(event) => onChange({ password: event.currentTarget.value })}
      />
    </fieldset>
  );
}

export function PostSelect({ value, onChange }: { value: Post; onChange: (post: Post) => void }) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      size="md"
      label={t("people.users.post")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as Post)}
      data={POSTS.map((post) => ({ value: post, label: t(`people.post.${post}`) }))}
      data-testid="user-post"
    />
  );
}
