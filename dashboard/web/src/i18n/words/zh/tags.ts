/** 读写器、标签、服务台、清单与上架工作的中文词语. */

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
