import { useMantineColorScheme } from "@mantine/core";

export type Scheme = "light" | "dark";

/** Light or dark, as chosen in this browser. */
export function useScheme(): { scheme: Scheme; choose: (scheme: Scheme) => void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return { scheme: colorScheme === "dark" ? "dark" : "light", choose: setColorScheme };
}
