/** What can be measured in the air, with its unit and digits as config/quantities.yaml has them. */

import type { TFunction } from "i18next";
import { sayIf } from "../i18n/say";

/** Unit and digits behind the point. The two models of mould have no unit. */
export const QUANTITIES: Record<string, { unit: string; digits: number }> = {
  temperature_c: { unit: "°C", digits: 1 },
  humidity_pct: { unit: "%RH", digits: 1 },
  dew_point_c: { unit: "°C", digits: 1 },
  surface_temperature_c: { unit: "°C", digits: 1 },
  co2_ppm: { unit: "ppm", digits: 0 },
  pm2_5_ug_m3: { unit: "µg/m³", digits: 0 },
  pm10_ug_m3: { unit: "µg/m³", digits: 0 },
  tvoc_mg_m3: { unit: "mg/m³", digits: 3 },
  hcho_mg_m3: { unit: "mg/m³", digits: 3 },
  so2_mg_m3: { unit: "mg/m³", digits: 3 },
  no2_mg_m3: { unit: "mg/m³", digits: 3 },
  o3_mg_m3: { unit: "mg/m³", digits: 3 },
  h2s_mg_m3: { unit: "mg/m³", digits: 3 },
  radon_bq_m3: { unit: "Bq/m³", digits: 0 },
  air_speed_m_s: { unit: "m/s", digits: 2 },
  pressure_hpa: { unit: "hPa", digits: 0 },
  illuminance_lx: { unit: "lx", digits: 0 },
  battery_pct: { unit: "%", digits: 0 },
  vtt: { unit: "", digits: 2 },
  mrf: { unit: "", digits: 2 },
};

/** Name a quantity; one without words keeps its name. */
export function quantityName(t: TFunction, quantity: unknown): string {
  const name = typeof quantity === "string" ? quantity : "";
  return sayIf(t, "quantity", name) ?? (name || "–");
}

/** Write a value with its unit; no number is a dash. */
export function measured(value: unknown, quantity: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  const known = typeof quantity === "string" ? QUANTITIES[quantity] : undefined;
  if (!known) return String(value);
  return `${value.toFixed(known.digits)} ${known.unit}`.trim();
}
