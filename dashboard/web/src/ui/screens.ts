/** Which screens there are and what one must be allowed to see each. Pure. */

import type { IconName } from "./icons";

export type Screen = {
  name: "find" | "room" | "desk" | "floor" | "shelving" | "climate" | "requests" | "imports" | "users" | "audit";
  to: string;
  /** What else lies under it: its own menu leads there. */
  also?: string[];
  icon: IconName;
  needs: string;
};

const SCREENS: Screen[] = [
  { name: "find", to: "/", icon: "search", needs: "search" },
  { name: "room", to: "/room", icon: "map", needs: "room.read" },
  { name: "desk", to: "/desk", icon: "desk", needs: "box.move" },
  { name: "floor", to: "/put-away", also: ["/shelf-check", "/lists", "/pairings", "/labels"], icon: "putAway", needs: "box.move" },
  { name: "shelving", to: "/shelving", also: ["/readers", "/bench", "/door"], icon: "shelving", needs: "live.read" },
  {
    name: "climate",
    to: "/climate",
    also: ["/alarms", "/units", "/limits", "/replay", "/alarm-load", "/maintenance", "/alarm-settings"],
    icon: "thermometer",
    needs: "climate.read",
  },
  { name: "requests", to: "/requests", icon: "log", needs: "request.read" },
  { name: "imports", to: "/imports", icon: "upload", needs: "import.read" },
  { name: "users", to: "/users", icon: "person", needs: "people.read" },
  { name: "audit", to: "/audit", icon: "shield", needs: "audit.read" },
];

type May = (permission: string) => boolean;

/** The screens of somebody, in the order of the menu; who may search has the room beside the search. */
export function screensFor(may: May): Screen[] {
  return SCREENS.filter(({ name, needs }) => may(needs) && !(name === "room" && may("search")));
}

/** Where somebody begins: at the search, at the climate if it is in their care, else at their first screen. */
export function homeOf(may: May): string | undefined {
  const screens = screensFor(may);
  const own = may("search") ? "find" : may("climate.manage") ? "climate" : screens[0]?.name;
  return screens.find(({ name }) => name === own)?.to;
}
