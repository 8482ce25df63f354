export const calibration = { title: "" };
