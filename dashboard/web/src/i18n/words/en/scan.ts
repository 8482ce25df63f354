/** The field for scanner and hand. */

export const scan = {
  enter: "Take",
  sound: "Sound",
  soundOn: "Sound is on",
  soundOff: "Sound is off",
  hint: "Scan a label or type a code and press Enter. The field is always ready.",
  unknown: "“{{text}}” is nothing this archive knows.",
  whole: "The whole text",
  unknownHint: "Scan again, or type the code from the label.",
  tagOfNothing: "This tag belongs to nothing yet.",
  isShelf: "This is a shelf label, {{where}}. A box, file or tag is needed here.",
  place: "{{where}} is more than one shelf.",
  placeHint: "Scan the label of the shelf itself.",
  notShelf: "This is no shelf label. Scan the label on the shelf first.",
  how: { antenna: "on the antenna", scan: "scanned", hand: "typed" },
};
