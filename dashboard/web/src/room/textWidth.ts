/** Estimate how wide a line of text is in px; Chinese characters are as wide as they are high. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const character of text) em += character.charCodeAt(0) > 0x2e7f ? 1 : 0.56;
  return em * size;
}
