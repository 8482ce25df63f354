/** Chinese words of the screens of the steel. */

export { alarms } from "./alarms";
export { program } from "./program";
export { shelving } from "./shelving";
export { trips } from "./trips";
export { wall } from "./wall";
