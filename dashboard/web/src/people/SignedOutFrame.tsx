/** The frame around what people see before they are signed in. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import css from "./people.module.css";

export function SignedOutFrame({ title, wide, children }: { title: string; wide?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={css.outside}>
      <main className={`panel ${css.door}`} data-wide={wide || undefined}>
        <div className="row spread">
          <div className={css.brand}>
            <img src="/icon.svg" width={36} height={36} alt="" />
            <div>
              <strong>{t("common.product")}</strong>
              <div className="muted">{t("common.tagline")}</div>
            </div>
          </div>
          <LanguageSwitch />
        </div>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
