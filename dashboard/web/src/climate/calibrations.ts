/** What is on record of the calibration of probes. Pure. */

export type Standing = "valid" | "early" | "soon" | "expired" | "undated";
export type Calibration = {
  id: number;
  probe: string;
  quantity: string;
  since: string;
  offset: number;
  gain: number;
  certificate: string;
  laboratory: string;
  by: string;
  noted_at: string;
  due_on: string | null;
  withdrawn: { at: string; by: string; reason: string } | null;
};
export type Due = {
  probe: string;
  quantity: string;
  calibration: number;
  due_on: string | null;
  days_left: number | null;
  standing: Standing;
};
export type CalibrationList = { calibrations: Calibration[]; due: Due[] };

const GRAVITY: Standing[] = ["valid", "undated", "early", "soon", "expired"];

/** The certificate of a probe that ends first; `null` if it has none. */
export function firstDue(due: Due[], probe: string): Due | null {
  const own = due.filter((one) => one.probe === probe);
  own.sort((a, b) => GRAVITY.indexOf(b.standing) - GRAVITY.indexOf(a.standing) || (a.days_left ?? Infinity) - (b.days_left ?? Infinity));
  return own[0] ?? null;
}

/** What a calibration does, as `reading × 1.02 − 0.3`. */
export function formula({ gain, offset }: Pick<Calibration, "gain" | "offset">, reading: string): string {
  const scaled = gain === 1 ? reading : `${reading} × ${gain}`;
  if (offset === 0) return scaled;
  return `${scaled} ${offset < 0 ? "−" : "+"} ${Math.abs(offset)}`;
}

/** A number as people type it, also with a comma; `null` if it is none. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  const value = Number(plain);
  return plain === "" || !Number.isFinite(value) ? null : value;
}
