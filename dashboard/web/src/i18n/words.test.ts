// @vitest-environment jsdom

import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { Problem } from "../api/client";
import { motionReason, problemWords } from "./codes";
import { setLanguage, startI18n } from "./index";

beforeAll(() => void startI18n());

/** What the room, the bank's controller and this page may answer, as the contract lists it. */
const REASONS = [
  ...["aisle_occupied", "occupancy_unknown", "local_control", "e_stop", "maintenance_key", "crank"],
  ...["fire", "fault_latched", "obstruction", "entrance", "already_moving", "no_such_aisle"],
  ...["stale_seq", "old_epoch", "ttl_expired", "power", "heartbeat_lost", "held_by_other"],
  ...["stale_view", "request_expired", "steel_unknown", "faulted", "link_lost", "room_silent"],
  ...["start_at_bank", "interlock_unknown", "limit_switch", "motor", "power_fail", "person_entered", "timeout"],
];

test.each(REASONS)("the reason %s has words in both languages", (code) => {
  for (const language of ["zh", "en"] as const) {
    setLanguage(language);
    const words = motionReason(i18next.t, `shelving.${code}`);
    expect(words).not.toContain(`shelving.${code}`);
    expect(words.length).toBeGreaterThan(4);
  }
});

test("the Chinese words are Chinese", () => {
  setLanguage("zh");
  expect(motionReason(i18next.t, "aisle_occupied")).toMatch(/[\u4e00-\u9fff]/);
  expect(document.documentElement.lang).toBe("zh-CN");
});

test("a code nobody worded is shown, not swallowed", () => {
  setLanguage("en");
  expect(motionReason(i18next.t, "shelving.brand_new")).toContain("shelving.brand_new");
  expect(problemWords(i18next.t, new Problem(418, "tea.pot"))).toContain("tea.pot");
});

test("an answer without a code is worded by its status", () => {
  setLanguage("en");
  expect(problemWords(i18next.t, new Problem(404, "http.404"))).toBe("This does not exist.");
});
