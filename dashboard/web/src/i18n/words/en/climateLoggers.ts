export const loggers = { title: "" };
