export const book = { title: "" };
