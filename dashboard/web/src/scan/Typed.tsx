/** What was scanned, shortened, with the whole of it to unfold. */

import { useTranslation } from "react-i18next";
import "../i18n/tags";
import { shown } from "./shown";
import { WholeText } from "./WholeText";

export function Typed({ text }: { text: string }) {
  return (
    <>
      <span className="code" title={text}>
        {shown(text)}
      </span>
      <WholeText text={text} />
    </>
  );
}

/** What to do with a text that means nothing here. */
export function UnknownHint({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <>
      {t("scan.unknownHint")}
      <WholeText text={text} />
    </>
  );
}
