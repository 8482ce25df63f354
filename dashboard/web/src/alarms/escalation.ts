/** The steps that follow while nobody acknowledges, as they are being edited. Pure. */

import type { AlarmPriority } from "../api/types";

export type EscalationStep = { after_min: number; recipients: string[]; priorities: AlarmPriority[] };
export type Escalation = { steps: EscalationStep[]; repeat_min: Record<AlarmPriority, number> };

export const MOST_STEPS = 10;
const LONGEST_MIN = 14 * 1440;
const FIRST_MIN = 30;
const ALL: AlarmPriority[] = ["high", "medium", "low"];

/** Add a step that comes as long after the last as that came after the one before. */
export function withStep({ steps, ...rest }: Escalation): Escalation {
  const last = steps.at(-1)?.after_min ?? 0;
  const before = steps.at(-2)?.after_min ?? 0;
  const gap = last === 0 ? FIRST_MIN : last - before;
  const after_min = Math.min(LONGEST_MIN, last + Math.max(1, gap));
  return { ...rest, steps: [...steps, { after_min, recipients: [], priorities: ALL }] };
}

export function withoutStep({ steps, ...rest }: Escalation, index: number): Escalation {
  return { ...rest, steps: steps.filter((_, at) => at !== index) };
}

export function changeStep({ steps, ...rest }: Escalation, index: number, part: Partial<EscalationStep>): Escalation {
  return { ...rest, steps: steps.map((one, at) => (at === index ? { ...one, ...part } : one)) };
}

/** Put into a list what is not in it, and take out what is. */
export function toggled<T>(list: readonly T[], one: T): T[] {
  return list.includes(one) ? list.filter((each) => each !== one) : [...list, one];
}

export type Wrong = "not_ascending" | "nobody" | "minutes";

/** What keeps it from being saved; `null` if nothing does. */
export function wrongWith({ steps, repeat_min }: Escalation): Wrong | null {
  const whole = (value: number, least: number) => Number.isInteger(value) && value >= least && value <= LONGEST_MIN;
  if (!steps.every((one) => whole(one.after_min, 1)) || !Object.values(repeat_min).every((one) => whole(one, 0))) return "minutes";
  if (steps.some((one, index) => index > 0 && one.after_min <= (steps[index - 1] as EscalationStep).after_min)) return "not_ascending";
  return steps.some((one) => one.recipients.length === 0 || one.priorities.length === 0) ? "nobody" : null;
}
