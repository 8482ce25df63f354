/** Both languages of the page; a key missing from one of them does not compile. */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import * as common from "./words/common";
import * as find from "./words/find";
import * as motion from "./words/motion";
import * as people from "./words/people";
import * as room from "./words/room";
import * as work from "./words/work";
import type { en as alarms } from "./words/alarms";
import type { en as shelving } from "./words/shelving";
import type { en as trips } from "./words/trips";
import type { en as wall } from "./words/wall";

export type Language = "zh" | "en";

const en = {
  common: common.en,
  find: find.en,
  room: room.en,
  motion: motion.en,
  work: work.en,
  people: people.en,
};
const zh: typeof en = {
  common: common.zh,
  find: find.zh,
  room: room.zh,
  motion: motion.zh,
  work: work.zh,
  people: people.zh,
};

/** Words that come with the screens that need them. */
type Later = {
  alarms: typeof alarms;
  shelving: typeof shelving;
  trips: typeof trips;
  wall: typeof wall;
};

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en & Later };
    nsSeparator: false;
    returnNull: false;
  }
}

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
export function setLanguage(language: Language): void {
  localStorage.setItem(STORED, language);
  void i18next.changeLanguage(language);
}

/** The language shown now. */
export function languageNow(): Language {
  return i18next.language === "zh" ? "zh" : "en";
}

export function startI18n(): typeof i18next {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  });
  void i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, zh: { translation: zh } },
    lng: firstLanguage(),
    fallbackLng: "en",
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return i18next;
}
