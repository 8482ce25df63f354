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
  { name: "room", to: "/", icon: "map", needs: "room.read" },
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

/** The screens of somebody, in the order of the menu; who may search needs no second room screen. */
export function screensFor(may: (permission: string) => boolean): Screen[] {
  const allowed = SCREENS.filter((screen) => may(screen.needs));
  return allowed.filter((screen, index) => allowed.findIndex((one) => one.to === screen.to) === index);
}
