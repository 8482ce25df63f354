import { useTranslation } from "react-i18next";
import { en } from "../i18n/words/work";

type Known = keyof typeof en.climate.judgement;

/** Word a judgement; one that nobody worded is shown as its code. */
export function useJudgementWords() {
  const { t } = useTranslation();
  return (judgement: string): string =>
    judgement in en.climate.judgement
      ? t(`work.climate.judgement.${judgement as Known}`)
      : t("common.unknownCode", { code: judgement });
}
