/** Chinese or English, always in sight; each named in its own language. */

import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import { type Language, languageNow, setLanguage } from "../i18n";

export function LanguageSwitch({ signedIn = false }: { signedIn?: boolean }) {
  const { t } = useTranslation();
  const choose = (language: Language) => {
    void setLanguage(language);
    // The page has its own memory; the account's is for what the controller writes.
    if (signedIn) call("POST", "/session/language", { body: { language } }).catch(() => undefined);
  };
  return (
    <SegmentedControl
      aria-label={t("common.language.label")}
      size="md"
      value={languageNow()}
      onChange={(value) => choose(value as Language)}
      data={[
        { value: "zh", label: <span lang="zh-CN">{t("common.language.zh")}</span> },
        { value: "en", label: <span lang="en">{t("common.language.en")}</span> },
      ]}
      data-testid="lang-switch"
    />
  );
}
