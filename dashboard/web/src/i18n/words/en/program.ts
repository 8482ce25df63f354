/** Night closing and ventilation of a whole room. */

export const program = {
  title: "When nobody is in the room",
  lead: "You propose. A person then walks the room, confirms on the page at the room's own door or bank that nobody is inside, and starts it there. Nothing starts from here.",
  name: { night_closing: "Night closing", ventilation: "Ventilation" },
  what: {
    night_closing: "Closes every bank, one after the other.",
    ventilation: "Spreads the columns of every bank for air, one after the other.",
  },
  propose: "Propose",
  proposed: "Proposed. Now somebody must walk the room.",
  none: "Nothing is proposed.",
  status: {
    proposed: "Proposed",
    warning: "Warning: it is about to start",
    running: "Running",
    done: "Done",
    cancelled: "Cancelled",
    broken: "Broken off",
  },
  says: {
    proposed: "Walk the room, see that nobody is in any aisle, then confirm with your name and PIN on the room's own page. The walk counts for ten minutes.",
    warning: "Columns are about to move. Anybody may cancel, here or at the bank, without a PIN.",
    running: "Bank after bank is moved, each with fresh readings. The first thing that prevents it ends it.",
    done: "All banks that can take part are done.",
    cancelled: "Nothing more moves.",
    broken: "It ended early and does not go on by itself.",
  },
  byWhom: "proposed by {{name}}",
  byCalendar: "proposed by the calendar",
  byAir: "proposed for the air between the shelves of bank {{banks}}, which is damper than the room's ({{block_g_m3}} against {{room_g_m3}} g of water in a m³); no other bank moves",
  startedBy: "started at the room by {{name}}",
  cancel: "Cancel",
  stop: "Cancel and stop",
  cancelled: "Cancelled.",
};
