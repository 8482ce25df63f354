/** The screen on the wall of the room: few words, read from afar. */

export const wall = {
  heard: "Heard {{age}} ago",
  never: "Nothing heard yet",
  old: "OLD PICTURE",
  oldLong: "Nothing heard for {{age}}. Look at the shelves, not at this screen.",
  fire: "FIRE ALARM",
  fireLong: "Leave the room. The shelves are frozen.",
  noHold: "free",
  clear: "Leave the aisles",
  warning: "Columns start to move in",
  seconds: "s",
  running: "The columns are moving. Keep out of the aisles.",
  cancel: "Stop: I am in the room",
  simulated: "SIMULATED",
  noBanks: "This room has no banks.",
};
