/** Brings the words of night closing and ventilation before the part that imports this is shown. */

import { needWords } from "./index";

await needWords((language) => (language === "zh" ? import("./words/zh/program") : import("./words/en/program")));

export {};
