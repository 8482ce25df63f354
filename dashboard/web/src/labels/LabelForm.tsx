/** What labels, of what, how large and for which printer; the file comes as a download. */

import { Alert, Button, NativeSelect } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { LABEL_KINDS, type LabelKind, type LabelOrder, type Plan } from "../api/types";
import { languageNow } from "../i18n/format";
import { Failure } from "../scan/Failure";
import { Tabs } from "../ui/Tabs";
import { Icon } from "../ui/icons";
import { ListField } from "./ListField";
import { fileName, listed, MOST_LISTED, printing, type Scope, scopeOf, WHOLE } from "./order";
import { type Output, OutputFields, USUAL_OUTPUT } from "./OutputFields";
import { ScopeFields } from "./ScopeFields";
import { useDownload } from "./useDownload";

/** Files of a whole room would be labels by the ten thousand; by their codes they are as good as any. */
const IN_A_ROOM = LABEL_KINDS.filter((one) => one !== "file");

/** Labels of one thing. */
export function LabelForm({ kind, code }: { kind: LabelKind; code: string }) {
  const { t } = useTranslation();
  return (
    <Form kind={kind} of={code} what={{ items: [code] }} ready>
      <p>{t("labels.chosen", { count: 1, codes: code })}</p>
    </Form>
  );
}

/** Labels of a part of a room, or of a list. */
export function ManyLabels({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const [by, setBy] = useState<"part" | "list">("part");
  const [kind, setKind] = useState<LabelKind>("box");
  const [scope, setScope] = useState(WHOLE);
  const [text, setText] = useState("");
  const kinds = by === "part" ? IN_A_ROOM : LABEL_KINDS;
  const items = listed(text);
  const choose = (next: typeof by) => {
    setBy(next);
    if (next === "part" && kind === "file") setKind("box");
  };
  const what = by === "list" ? { items } : { scope: scopeOf(plan.room, scope) };
  const of = by === "list" ? (items[0] ?? "") : partName(plan.room, scope);
  const ready = by === "part" || (items.length > 0 && items.length <= MOST_LISTED);
  return (
    <Form kind={kind} of={of} what={what} ready={ready}>
      <Tabs
        label={t("labels.which")}
        value={by}
        onChange={(value) => choose(value as typeof by)}
        tabs={(["part", "list"] as const).map((value) => ({ value, label: t(`labels.by.${value}`) }))}
        testId="label-by"
      />
      <NativeSelect
        size="md"
        maw={420}
        label={t("labels.what")}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value as LabelKind)}
        data={kinds.map((one) => ({ value: one, label: t(`labels.kind.${one}`) }))}
        data-testid="label-kind"
      />
      {by === "part" ? (
        <ScopeFields plan={plan} scope={scope} onScope={setScope} />
      ) : (
        <ListField kind={kind} text={text} count={items.length} onText={setText} />
      )}
    </Form>
  );
}

const partName = (room: string, { bank, column, face }: Scope) =>
  [room, bank && `B${bank}`, column && `C${column}`, face].filter(Boolean).join("-");

type FormProps = {
  kind: LabelKind;
  /** What the file is named after. */
  of: string;
  what: Pick<LabelOrder, "items" | "scope">;
  ready: boolean;
  children: React.ReactNode;
};

function Form({ kind, of, what, ready, children }: FormProps) {
  const { t } = useTranslation();
  const [output, setOutput] = useState<Output>({ ...USUAL_OUTPUT, language: languageNow() });
  const { ask, stop, making, made, error } = useDownload();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { format, size, language } = output;
    void ask("POST", "/labels", fileName(kind, of, format), { kind, ...what, ...printing(format, size, output), language });
  };
  return (
    <form className="form" onSubmit={submit} data-testid="label-form">
      {children}
      <OutputFields output={output} onOutput={setOutput} />
      <p className="muted">{t("labels.holds")}</p>
      <Failure error={error} />
      {made && (
        <Alert color="teal" variant="light" icon={<Icon name="check" />} role="status" data-testid="label-made">
          {t("labels.made", { name: made })}
        </Alert>
      )}
      <div className="form-actions">
        {making && (
          <Button variant="default" onClick={stop}>
            {t("labels.stop")}
          </Button>
        )}
        <Button type="submit" disabled={!ready} loading={making} leftSection={<Icon name="print" />} data-testid="label-make">
          {t("labels.make")}
        </Button>
      </div>
    </form>
  );
}
