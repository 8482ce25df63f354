/** Signing in; a demo says so and offers its accounts. */

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import { keys } from "../api/queries";
import type { Account, Session } from "../api/types";
import { Failed } from "../ui/Feedback";
import { PasswordField } from "../ui/PasswordField";
import css from "./people.module.css";
import { SignedOutFrame } from "./SignedOutFrame";

export function SignIn({ session }: { session: Session }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => call<Session>("POST", "/session", { body: { name, password } }),
    onSuccess: (next) => client.setQueryData(keys.session, next),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <SignedOutFrame title={t("people.signIn.title")}>
      <form onSubmit={submit} className="form" data-testid="sign-in-form">
        <TextInput
          label={t("people.signIn.name")}
          required
          autoFocus
          autoComplete="username"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-testid="sign-in-name"
        />
        <PasswordField
          label={t("people.signIn.password")}
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-testid="sign-in-password"
        />
        {signIn.isError && <Failed error={signIn.error} />}
        <Button type="submit" size="lg" loading={signIn.isPending} data-testid="sign-in-submit">
          {t("people.signIn.submit")}
        </Button>
      </form>
      {session.demo && (
        <DemoAccounts
          accounts={session.demo.accounts}
          onPick={(account) => {
            setName(account.name);
            setPassword(account.password);
          }}
        />
      )}
    </SignedOutFrame>
  );
}

type DemoProps = { accounts: Account[]; onPick: (account: Account) => void };

function DemoAccounts({ accounts, onPick }: DemoProps) {
  const { t } = useTranslation();
  return (
    <section className={css.demo} data-testid="demo-accounts">
      <h2>{t("people.signIn.demo")}</h2>
      <p className="muted">{t("people.signIn.demoLong")}</p>
      <ul>
        {accounts.map((account) => (
          <li key={account.name}>
            <button
              type="button"
              className={css.demoAccount}
              onClick={() => onPick(account)}
              data-testid={`demo-${account.name}`}
            >
              <strong>{t(`people.post.${account.post}`)}</strong>
              <span>
                {account.name} <span className="code muted">{account.password}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
