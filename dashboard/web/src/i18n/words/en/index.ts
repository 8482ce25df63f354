/** English words that every screen may need. */

export { common } from "./common";
export { find } from "./find";
export { motion } from "./motion";
export { people } from "./people";
export { room } from "./room";
export { work } from "./work";
