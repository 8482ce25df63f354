/** Short tones for somebody who looks at the shelf and not at the screen; they can be switched off. */

import { useState } from "react";

export type Verdict = "ok" | "unsure" | "wrong";

const STORED = "stackroom.sound";
/** Frequency in Hz and length in s of each tone. */
const TONES: Record<Verdict, [number, number][]> = {
  ok: [[1320, 0.09]],
  unsure: [[660, 0.16]],
  wrong: [
    [240, 0.18],
    [240, 0.28],
  ],
};
const GAP_S = 0.06;
const LOUDNESS = 0.2;

let speaker: AudioContext | null = null;

export const isSoundOn = () => localStorage.getItem(STORED) !== "off";

/** Play the tones of a verdict; a browser without sound stays silent. */
export function play(verdict: Verdict): void {
  if (!isSoundOn() || typeof AudioContext === "undefined") return;
  speaker ??= new AudioContext();
  let start_s = speaker.currentTime;
  for (const [hz, length_s] of TONES[verdict]) {
    const tone = speaker.createOscillator();
    const level = speaker.createGain();
    tone.type = verdict === "wrong" ? "square" : "sine";
    tone.frequency.value = hz;
    level.gain.value = LOUDNESS;
    tone.connect(level).connect(speaker.destination);
    tone.start(start_s);
    tone.stop(start_s + length_s);
    start_s += length_s + GAP_S;
  }
}

/** Whether sound is on, and the switch for it; remembered in this browser. */
export function useSound(): { on: boolean; toggle: () => void } {
  const [on, setOn] = useState(isSoundOn);
  const toggle = () => {
    localStorage.setItem(STORED, on ? "off" : "on");
    setOn(!on);
    if (!on) play("ok");
  };
  return { on, toggle };
}
