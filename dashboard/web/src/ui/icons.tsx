/** Small line icons, drawn here so that none come from elsewhere. They are decoration: text says it. */

import type { ReactNode } from "react";

const SHAPES = {
  search: (
    <>
      <circle cx="10.5" cy="10.5" r="6.5" />
      <path d="M15.5 15.5 21 21" />
    </>
  ),
  box: <path d="M4 8h16v12H4zM3 4h18v4H3zM10 12h4" />,
  file: <path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6" />,
  person: (
    <>
      <circle cx="12" cy="7.5" r="3.5" />
      <path d="M5 21c0-4.5 3-7 7-7s7 2.5 7 7" />
    </>
  ),
  desk: <path d="M3 10h18M5 10v10M19 10v10M8 6h8v4H8z" />,
  transit: <path d="M3 7h11v10H3zM14 11h4l3 3v3h-7M7.5 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4M17 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  question: (
    <>
      <path d="M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.1-1.5 2.3" />
      <path d="M12 18.5v.5" />
    </>
  ),
  alert: <path d="M12 3 2.5 20h19zM12 10v4.5M12 17v.5" />,
  swap: <path d="M4 8h14l-4-4M20 16H6l4 4" />,
  arrowRight: <path d="M4 12h15m-6-6 6 6-6 6" />,
  arrowLeft: <path d="M20 12H5m6-6-6 6 6 6" />,
  open: <path d="M4 4v16M20 4v16M9 12H7m8 0h2M8 9l-3 3 3 3m8-6 3 3-3 3" />,
  airing: <path d="M3 9h11a3 3 0 1 0-3-3M3 13h15a3 3 0 1 1-3 3M3 17h7a2.2 2.2 0 1 1-2 3" />,
  noEntry: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M5.7 5.7l12.6 12.6" />
    </>
  ),
  unlock: <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.6-1.6" />,
  sleep: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" />,
  wake: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8" />
    </>
  ),
  closed: <path d="M4 4v16M8 4v16M12 4v16M16 12h5m-2.5-2.5L16 12l2.5 2.5" />,
  park: <path d="M4 4v16M8 4v16M12 4v16M16 12h5v6h-5zM17 12v-2a1.5 1.5 0 0 1 3 0v2" />,
  bell: <path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4" />,
  screen: <path d="M3 5h18v11H3zM9 20h6M12 16v4" />,
  shelving: <path d="M4 4v16M8 4v16M12 4v16M20 4v16M4 8h4M4 12h4M4 16h4" />,
  turn: <path d="M6 4h12M6 20h12M7 4c0 4 3.5 5.5 5 8-1.5 2.5-5 4-5 8M17 4c0 4-3.5 5.5-5 8 1.5 2.5 5 4 5 8" />,
  stop: <path d="M8 3h8l5 5v8l-5 5H8l-5-5V8z" />,
  lock: <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />,
  offline: <path d="M3 3l18 18M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.4M19 12a10 10 0 0 0-6-2.9M12 19v.5" />,
  live: (
    <>
      <circle cx="12" cy="12" r="2.5" />
      <path d="M7 7a7 7 0 0 0 0 10M17 7a7 7 0 0 1 0 10M4.5 4.5a10.6 10.6 0 0 0 0 15M19.5 4.5a10.6 10.6 0 0 1 0 15" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5l3.5 2" />
    </>
  ),
  map: <path d="M3 5h18v14H3zM8 5v14M13 5v14M17 5v14" />,
  table: <path d="M3 5h18v14H3zM3 10h18M3 14.5h18M9 5v14" />,
  thermometer: <path d="M10 14V5a2 2 0 1 1 4 0v9a4 4 0 1 1-4 0M12 9v7" />,
  drop: <path d="M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z" />,
  log: <path d="M5 4h14v16H5zM8.5 8.5h7M8.5 12h7M8.5 15.5h4" />,
  upload: <path d="M12 16V4m-5 5 5-5 5 5M4 20h16" />,
  shield: <path d="M12 3 4.5 6v6c0 4.5 3 7.5 7.5 9 4.5-1.5 7.5-4.5 7.5-9V6z" />,
  handOver: <path d="M3 13h5l3 3h5M8 13V6h9v7m-3 3 6-3v4l-6 4H3" />,
  giveBack: <path d="M9 7H16a5 5 0 0 1 0 10H6M9 3 5 7l4 4" />,
  tag: <path d="M3 12V4h8l10 10-8 8zM7.5 8v.5" />,
  antenna: <path d="M12 21V11M8 15a5.5 5.5 0 0 1 0-8M16 7a5.5 5.5 0 0 1 0 8M5 18a10 10 0 0 1 0-14M19 4a10 10 0 0 1 0 14" />,
  scan: <path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M7 8v8M10.5 8v8M14 8v8M17 8v8" />,
  door: <path d="M6 21V3h12v18M3 21h18M14.5 12v.5" />,
  putAway: <path d="M3 4v16h18V4M3 12h18M12 3v6m-3-3 3 3 3-3M8 20v-5h8v5" />,
  list: <path d="M8 6h13M8 12h13M8 18h13M3.5 6v.5M3.5 12v.5M3.5 18v.5" />,
  pair: <path d="M9 15 15 9M10 6l2-2a4.5 4.5 0 0 1 6.5 6.5l-2 2M14 18l-2 2a4.5 4.5 0 0 1-6.5-6.5l2-2" />,
  print: <path d="M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z" />,
  download: <path d="M12 4v12m-5-5 5 5 5-5M4 20h16" />,
  sound: <path d="M4 9v6h4l5 4V5L8 9zM16.5 9a4.5 4.5 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11" />,
  mute: <path d="M4 9v6h4l5 4V5L8 9zM16.5 9.5l5 5M21.5 9.5l-5 5" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  globe: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9S9 6 12 3" />
    </>
  ),
  out: <path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9" />,
  key: <path d="M14.5 9.5a4 4 0 1 1-3-3.9M12 12l8 8M17 17l2-2" />,
  chevron: <path d="m7 10 5 5 5-5" />,
  up: <path d="m7 14 5-5 5 5" />,
  zoomIn: (
    <>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m16 16 4.5 4.5M8 11h6M11 8v6" />
    </>
  ),
  zoomOut: <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/** Draw an icon at text size, or inside another SVG when given a place. */
export function Icon({ name, size = 20, x, y }: IconProps) {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      x={x}
      y={y}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.9}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {SHAPES[name]}
    </svg>
  );
}

type IconProps = { name: IconName; size?: number; x?: number; y?: number };
