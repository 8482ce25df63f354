/** What labels, of what, how large and for which printer; the file comes as a download. */

import { Alert, Button, NativeSelect, Radio } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import "../i18n/tags";
import type { LabelKind, Plan } from "../api/types";
import { languageNow } from "../i18n/format";
import { sayIf } from "../i18n/say";
import { Failure } from "../scan/Failure";
import { Icon } from "../ui/icons";
import { fileName, FORMATS, type Format, type Scope, scopeOf, SIZES, WHOLE } from "./order";
import { ScopeFields } from "./ScopeFields";
import { useDownload } from "./useDownload";

type LabelFormProps = { kinds: readonly LabelKind[]; items?: string[]; plan?: Plan; start?: Scope };

export function LabelForm({ kinds, items, plan, start = WHOLE }: LabelFormProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<LabelKind>(kinds[0] ?? "box");
  const [scope, setScope] = useState(start);
  const [format, setFormat] = useState<Format>("pdf");
  const [size, setSize] = useState("60x40");
  const [language, setLanguage] = useState(languageNow());
  const { ask, stop, making, made, error } = useDownload();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const which = items ? { items } : plan ? { scope: scopeOf(plan.room, scope) } : {};
    const of = items ? (items[0] ?? "") : [plan?.room, scope.bank && `B${scope.bank}`, scope.column && `C${scope.column}`, scope.face].filter(Boolean).join("-");
    void ask("POST", "/labels", fileName(kind, of, format), { kind, ...which, format, size, language });
  };
  const chooseFormat = (next: Format) => {
    setFormat(next);
    if (!SIZES[next].includes(size)) setSize(SIZES[next][0] ?? "60x40");
  };
  return (
    <form className="form" onSubmit={submit} data-testid="label-form">
      {items && <p>{t("labels.chosen", { count: items.length, codes: items.slice(0, 3).join(", ") })}</p>}
      {kinds.length > 1 && (
        <NativeSelect
          size="md"
          maw={420}
          label={t("labels.what")}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as LabelKind)}
          data={kinds.map((one) => ({ value: one, label: t(`labels.kind.${one}`) }))}
          data-testid="label-kind"
        />
      )}
      {!items && plan && <ScopeFields plan={plan} scope={scope} onScope={setScope} />}
      <Radio.Group label={t("labels.format")} value={format} onChange={(value) => chooseFormat(value as Format)}>
        {FORMATS.map((one) => (
          <Radio key={one} size="md" my={10} value={one} label={t(`labels.formats.${one}`)} data-testid={`label-${one}`} />
        ))}
      </Radio.Group>
      <div className="row">
        <NativeSelect
          size="md"
          label={t("labels.size")}
          value={size}
          onChange={(event) => setSize(event.currentTarget.value)}
          data={SIZES[format].map((one) => ({ value: one, label: sayIf(t, "labels.sizes", one) ?? one }))}
          data-testid="label-size"
        />
        <NativeSelect
          size="md"
          label={t("labels.language")}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value as typeof language)}
          data={(["zh", "en"] as const).map((one) => ({ value: one, label: t(`common.language.${one}`) }))}
        />
      </div>
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
        <Button type="submit" loading={making} leftSection={<Icon name="print" />} data-testid="label-make">
          {t("labels.make")}
        </Button>
      </div>
    </form>
  );
}
