/** What may be done with a logger's file as it stands. Pure. */

import type { Choices, LoggerImport } from "./types";

/** The controller works on it: ask again soon. */
export const isBusy = ({ state }: LoggerImport) => state === "reading" || state === "publishing";

/** Nothing is published while a question is open or nothing was found. */
export const mayPublish = ({ state, questions, moments }: LoggerImport) =>
  (state === "ready" || state === "stopped") && questions.length === 0 && moments > 0;

export const mayCancel = ({ state }: LoggerImport) => state !== "published" && state !== "cancelled";
export const mayChoose = ({ state }: LoggerImport) => state === "ready" || state === "failed";

export const problemsOf = ({ problem_counts }: LoggerImport) => Object.values(problem_counts).reduce((sum, one) => sum + one, 0);

/** Choices with one changed; an empty one is found out again. */
export function withChoice(choices: Choices, name: keyof Choices, value: string): Choices {
  const { [name]: _, ...rest } = choices;
  if (value === "") return rest;
  return { ...rest, [name]: name === "header_row" ? Number(value) : value };
}

/** What each column holds, with one changed; all are named, so that none is guessed any more. */
export function withColumn(file: LoggerImport, choices: Choices, place: number, means: string): Choices {
  const found = Object.fromEntries(file.columns.map((one) => [one.place, one.means]));
  const columns: Record<string, string> = { ...(choices.columns ?? found), [place]: means };
  return { ...choices, columns: Object.fromEntries(Object.entries(columns).filter(([, one]) => one !== "")) };
}
