/** Colours and sizes. Status colours stand in base.css, one colour for one meaning everywhere. */

import { createTheme, type MantineColorsTuple } from "@mantine/core";

const ink: MantineColorsTuple = [
  "#eef3fb",
  "#dbe5f3",
  "#b6c9e6",
  "#8eacd9",
  "#6c92cd",
  "#5681c6",
  "#3f6cb4",
  "#2f5b9f",
  "#1d4f91",
  "#143a6d",
];

export const theme = createTheme({
  primaryColor: "ink",
  colors: { ink },
  primaryShade: { light: 8, dark: 6 },
  autoContrast: true,
  defaultRadius: "md",
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SFMono-Regular", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace',
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  components: {
    Button: { defaultProps: { size: "md" }, styles: { root: { minHeight: 44 } } },
    TextInput: { defaultProps: { size: "md" } },
    PasswordInput: { defaultProps: { size: "md" } },
  },
});
