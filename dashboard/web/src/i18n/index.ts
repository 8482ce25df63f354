/** Both languages of the page; each is loaded when it is shown, and a key missing from one does not compile. */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type * as air from "./words/en/air";
import type * as climate from "./words/en/climate";
import type * as common from "./words/en";
import type * as steel from "./words/en/steel";
import type * as tags from "./words/en/tags";

export type Language = "zh" | "en";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof common & typeof steel & typeof tags & typeof air & typeof climate };
    nsSeparator: false;
    returnNull: false;
  }
}

type Words = Record<string, object>;
/** Brings the words of one part of the page in a language. */
export type Bring = (language: Language) => Promise<Words>;

const bringFirst: Bring = (language) => (language === "zh" ? import("./words/zh") : import("./words/en"));
const brought: Bring[] = [bringFirst];
const STORED = "stackroom.language";

/** The language this browser chose here before, else the one it asks for. */
export function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "zh" || stored === "en") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Whether this browser has chosen a language itself; its choice then outweighs the account's. */
export function hasChosenLanguage(): boolean {
  return localStorage.getItem(STORED) !== null;
}

/** Show the page in a language and remember it in this browser. */
export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await Promise.all(brought.map((bring) => add(bring, language)));
  await i18next.changeLanguage(language);
}

/** The language shown now. */
export function languageNow(): Language {
  return i18next.language === "zh" ? "zh" : "en";
}

/** Bring further words in the language that is shown, and in each that is shown later. */
export async function needWords(bring: Bring): Promise<void> {
  brought.push(bring);
  await add(bring, languageNow());
}

async function add(bring: Bring, language: Language): Promise<void> {
  const words = await bring(language);
  i18next.addResourceBundle(language, "translation", { ...words }, true, true);
}

/** Start with the words of the language that is shown first. */
export async function startI18n(): Promise<typeof i18next> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  });
  const language = firstLanguage();
  const words = { ...(await bringFirst(language)) };
  await i18next.use(initReactI18next).init({
    resources: { [language]: { translation: words } },
    lng: language,
    fallbackLng: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  return i18next;
}
