/** What can be measured in the air, as config/quantities.yaml names it, and the two models of mould. */

export const quantity = {
  temperature_c: "Temperature",
  humidity_pct: "Relative humidity",
  dew_point_c: "Dew point over water",
  surface_temperature_c: "Surface temperature",
  co2_ppm: "Carbon dioxide",
  pm2_5_ug_m3: "PM2.5",
  pm10_ug_m3: "PM10",
  tvoc_mg_m3: "Volatile organics (TVOC)",
  hcho_mg_m3: "Formaldehyde",
  so2_mg_m3: "Sulphur dioxide",
  no2_mg_m3: "Nitrogen dioxide",
  o3_mg_m3: "Ozone",
  h2s_mg_m3: "Hydrogen sulphide",
  radon_bq_m3: "Radon",
  air_speed_m_s: "Air speed",
  pressure_hpa: "Air pressure",
  illuminance_lx: "Illuminance",
  battery_pct: "Battery",
  vtt: "VTT mould index",
  mrf: "Mould risk factor (IPI-like)",
};
