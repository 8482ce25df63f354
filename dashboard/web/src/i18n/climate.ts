/** Brings the words of the climate's pages before the screen that imports this is shown. */

import { needWords } from "./index";

await needWords((language) => (language === "zh" ? import("./words/zh/climate") : import("./words/en/climate")));

export {};
