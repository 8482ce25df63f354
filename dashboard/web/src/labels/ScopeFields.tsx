/** Which part of a room is meant: all of it, a bank, a column, a face. */

import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FaceName, Plan } from "../api/types";
import { narrowed, type Scope } from "./order";

type ScopeFieldsProps = { plan: Plan; scope: Scope; onScope: (scope: Scope) => void; deepest?: "bank" | "face" };

export function ScopeFields({ plan, scope, onScope, deepest = "face" }: ScopeFieldsProps) {
  const { t } = useTranslation();
  const bank = plan.banks.find((one) => one.bank === scope.bank);
  const faces = bank?.faces.filter((one) => one.column === scope.column) ?? [];
  const all = { value: "", label: t("labels.all") };
  return (
    <div className="row">
      <NativeSelect
        size="md"
        label={t("labels.bank")}
        value={scope.bank ?? ""}
        onChange={({ currentTarget: { value } }) => onScope(narrowed(scope, { bank: Number(value) || null }))}
        data={[all, ...plan.banks.map((one) => ({ value: String(one.bank), label: t("room.bank", { bank: one.bank }) }))]}
        data-testid="scope-bank"
      />
      {deepest === "face" && bank && (
        <NativeSelect
          size="md"
          label={t("labels.column")}
          value={scope.column ?? ""}
          onChange={({ currentTarget: { value } }) => onScope(narrowed(scope, { column: Number(value) || null }))}
          data={[
            all,
            ...Array.from({ length: bank.columns }, (_, at) => ({
              value: String(at + 1),
              label: t("room.column", { column: at + 1 }),
            })),
          ]}
          data-testid="scope-column"
        />
      )}
      {deepest === "face" && faces.length > 0 && (
        <NativeSelect
          size="md"
          label={t("labels.face")}
          value={scope.face ?? ""}
          onChange={({ currentTarget: { value } }) => onScope(narrowed(scope, { face: (value || null) as FaceName | null }))}
          data={[all, ...faces.map((one) => ({ value: one.face, label: t(`room.faceTitle.${one.face}`) }))]}
          data-testid="scope-face"
        />
      )}
    </div>
  );
}
