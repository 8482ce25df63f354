/** English words of the facility manager's pages: alarms, their load, maintenance, units, limits, replay. */

export { air } from "./airNav";
export { alarmList } from "./alarmList";
export { quantity } from "./quantities";
export { alarmLoad } from "./alarmLoad";
export { told } from "./told";
export { limits } from "./limits";
export { units } from "./units";
export { replay } from "./replay";
