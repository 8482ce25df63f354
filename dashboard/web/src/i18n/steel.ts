/** Brings the words of the steel before the screen that imports this is shown. */

import { needWords } from "./index";

await needWords((language) => (language === "zh" ? import("./words/zh/steel") : import("./words/en/steel")));

export {};
