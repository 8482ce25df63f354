/** Brings the words of alarms, units, limits and replay before the screen that imports this is shown. */

import { needWords } from "./index";

await needWords((language) => (language === "zh" ? import("./words/zh/air") : import("./words/en/air")));

export {};
