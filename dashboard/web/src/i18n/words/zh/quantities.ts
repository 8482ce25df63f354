import type { quantity as en } from "../en/quantities";

export const quantity: typeof en = {
  temperature_c: "温度",
  humidity_pct: "相对湿度",
  dew_point_c: "露点（水面）",
  surface_temperature_c: "表面温度",
  co2_ppm: "二氧化碳",
  pm2_5_ug_m3: "PM2.5",
  pm10_ug_m3: "PM10",
  tvoc_mg_m3: "总挥发性有机物",
  hcho_mg_m3: "甲醛",
  so2_mg_m3: "二氧化硫",
  no2_mg_m3: "二氧化氮",
  o3_mg_m3: "臭氧",
  h2s_mg_m3: "硫化氢",
  radon_bq_m3: "氡",
  air_speed_m_s: "风速",
  pressure_hpa: "气压",
  illuminance_lx: "照度",
  battery_pct: "电池",
  vtt: "VTT 霉变指数",
  mrf: "霉变风险系数（类 IPI）",
};
