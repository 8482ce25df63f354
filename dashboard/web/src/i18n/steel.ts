/** Words of the screens that load later; the pages that need them import this for its effect. */

import i18next from "i18next";
import * as alarms from "./words/alarms";
import * as shelving from "./words/shelving";
import * as trips from "./words/trips";
import * as wall from "./words/wall";

function addWords(): void {
  for (const language of ["en", "zh"] as const) {
    const words = {
      alarms: alarms[language],
      shelving: shelving[language],
      trips: trips[language],
      wall: wall[language],
    };
    i18next.addResourceBundle(language, "translation", words, true, true);
  }
}

if (i18next.isInitialized) addWords();
else i18next.on("initialized", addWords);
