/** Brings the words of readers, tags, desk and floor before the screen that imports this is shown. */

import { needWords } from "./index";

await needWords((language) => (language === "zh" ? import("./words/zh/tags") : import("./words/en/tags")));

export {};
