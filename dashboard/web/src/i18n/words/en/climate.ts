/** English words of the climate: now, chart, figures, calibration, logger files, book. */

export { book } from "./climateBook";
export { calibration } from "./climateCalibration";
export { chart } from "./climateChart";
export { figures } from "./climateFigures";
export { loggers } from "./climateLoggers";
export { zones } from "./climateZones";
