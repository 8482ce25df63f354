import { useTranslation } from "react-i18next";
import type { ProbeNow } from "../api/types";

/** Word what is wrong with a probe's values, both if both are. */
export function useJudgementWords() {
  const { t } = useTranslation();
  return (probe: Pick<ProbeNow, "judgement" | "temperature_judgement" | "humidity_judgement">): string => {
    const wrong: string[] = [];
    for (const [quantity, judgement] of [
      ["temperature", probe.temperature_judgement],
      ["humidity", probe.humidity_judgement],
    ] as const) {
      if (judgement === "high" || judgement === "low") {
        wrong.push(t(`work.climate.judgement.${quantity}_${judgement}`));
      }
    }
    return wrong.length > 0 ? wrong.join(" · ") : t(`work.climate.judgement.${probe.judgement}`);
  };
}
