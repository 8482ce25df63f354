import type { air as en } from "../en/airNav";

export const air: typeof en = {
  menu: "环境与报警",
  nav: {
    climate: "温湿度",
    alarms: "报警",
    units: "机组",
    limits: "限值",
    replay: "限值回放",
    load: "报警负荷",
    maintenance: "维护时段",
    settings: "通知谁",
  },
  stale: "连接中断：以下为 {{when}} 的状态。",
  wholeRoom: "整个库房",
  notZone: "整个库房、密集架和门",
  unconfirmed: "未经核实",
  unconfirmedLong: "还没有人拿这个数字与出处核对过。",
  confirmed: "已与出处核对",
  source: "出处",
  minutes_one: "{{count}} 分钟",
  minutes_other: "{{count}} 分钟",
  hours_one: "{{count}} 小时",
  hours_other: "{{count}} 小时",
  days_one: "{{count}} 天",
  days_other: "{{count}} 天",
};
