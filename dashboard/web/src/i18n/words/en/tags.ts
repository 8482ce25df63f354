/** English words of readers, tags, desk, lists and work at the shelves. */

export { bench } from "./bench";
export { desk } from "./desk";
export { doors } from "./doors";
export { floor } from "./floor";
export { labels } from "./labels";
export { lists } from "./lists";
export { pairing } from "./pairing";
export { readers } from "./readers";
export { scan } from "./scan";
export { tags } from "./tagCodes";
