export const figures = { title: "" };
