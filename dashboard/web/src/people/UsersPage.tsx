/** The people who may sign in: a list, a new account, disabling one. */

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, path } from "../api/client";
import { useUsers } from "../api/queries";
import type { Post, User } from "../api/types";
import { Dialog } from "../ui/Dialog";
import { Answer, Failed } from "../ui/Feedback";
import { PasswordField } from "../ui/PasswordField";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { Tone } from "../ui/Tone";
import { useMay } from "./may";
import { PostSelect, SHORTEST_PASSWORD } from "./Setup";

export function UsersPage() {
  const { t } = useTranslation();
  const may = useMay();
  const users = useUsers();
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<User | null>(null);
  return (
    <div className="page">
      <div className="row spread">
        <div>
          <h1>{t("people.users.title")}</h1>
          <p className="muted">{t("people.users.lead")}</p>
        </div>
        {may("people.manage") && (
          <Button leftSection={<Icon name="person" />} onClick={() => setAdding(true)} data-testid="user-create-open">
            {t("people.users.create")}
          </Button>
        )}
      </div>
      <section className="panel panel-pad scroll-x" tabIndex={0} aria-label={t("people.users.title")}>
        <Answer of={users}>
          {(data) => <UserTable users={data.users} {...(may("people.manage") && { onDisable: setLeaving })} />}
        </Answer>
      </section>
      <Dialog opened={adding} onClose={() => setAdding(false)} title={t("people.users.create")}>
        <NewUser onDone={() => setAdding(false)} />
      </Dialog>
      <Dialog opened={leaving !== null} onClose={() => setLeaving(null)} title={t("people.users.disable")}>
        {leaving && <Disable user={leaving} onDone={() => setLeaving(null)} />}
      </Dialog>
    </div>
  );
}

function UserTable({ users, onDisable }: { users: User[]; onDisable?: (user: User) => void }) {
  const { t } = useTranslation();
  return (
    <table className="table" data-testid="users">
      <thead>
        <tr>
          <th>{t("people.users.name")}</th>
          <th>{t("people.users.post")}</th>
          <th>{t("people.users.state")}</th>
          <th>
            <span className="visually-hidden">{t("people.users.disable")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => {
          const off = user.disabled === true || (user.disabled_at ?? null) !== null;
          return (
            <tr key={user.id}>
              <td>{user.name}</td>
              <td>{t(`people.post.${user.post}`)}</td>
              <td>
                <Tone tone={off ? "offline" : "plain"} icon={off ? "close" : "check"}>
                  {t(off ? "people.users.disabled" : "people.users.active")}
                </Tone>
              </td>
              <td className="num">
                {onDisable && !off && (
                  <Button variant="default" onClick={() => onDisable(user)} data-testid={`user-disable-${user.name}`}>
                    {t("people.users.disable")}
                  </Button>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function NewUser({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [post, setPost] = useState<Post>("archivist");
  const create = useMutation({
    mutationFn: () => call("POST", "/users", { body: { name: name.trim(), password, post } }),
    onSuccess: () => {
      tell(t("people.users.created", { name }));
      void client.invalidateQueries({ queryKey: ["users"] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form className="form" onSubmit={submit} data-testid="user-form">
      <TextInput
        label={t("people.users.name")}
        required
        maxLength={60}
        data-autofocus
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-testid="user-name"
      />
      <PostSelect value={post} onChange={setPost} />
      <PasswordField
        label={t("people.signIn.password")}
        description={t("people.setup.short", { count: SHORTEST_PASSWORD })}
        required
        minLength={SHORTEST_PASSWORD}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        data-testid="user-password"
      />
      {create.isError && <Failed error={create.error} />}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" loading={create.isPending} data-testid="user-submit">
          {t("people.users.create")}
        </Button>
      </div>
    </form>
  );
}

function Disable({ user, onDone }: { user: User; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const disable = useMutation({
    mutationFn: () => call("POST", `${path("users", user.id)}/disable`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["users"] });
      onDone();
    },
  });
  return (
    <div className="form">
      <p>{t("people.users.disableAsk", { name: user.name })}</p>
      {disable.isError && <Failed error={disable.error} />}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button color="red.8" loading={disable.isPending} onClick={() => disable.mutate()} data-testid="user-disable-confirm">
          {t("people.users.disable")}
        </Button>
      </div>
    </div>
  );
}
