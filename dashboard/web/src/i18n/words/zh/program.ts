import type { program as en } from "../en/program";

export const program: typeof en = {
  title: "库房无人时",
  lead: "您在这里提出。随后有人巡视库房，在库房自己的页面上确认无人，并在那里启动。这里不会启动任何动作。",
  name: { night_closing: "夜间合架", ventilation: "全库房通风" },
  what: {
    night_closing: "逐区合架。",
    ventilation: "逐区把各列展开通风。",
  },
  propose: "提出",
  proposed: "已提出。现在须有人巡视库房。",
  none: "目前没有提出。",
  status: {
    proposed: "已提出",
    warning: "预警：即将启动",
    running: "执行中",
    done: "已完成",
    cancelled: "已取消",
    broken: "已中断",
  },
  says: {
    proposed: "请巡视库房，确认所有通道无人，再在库房自己的页面用姓名和 PIN 确认。巡视十分钟内有效。",
    warning: "各列即将移动。任何人都可以取消：在这里或在架旁，不需要 PIN。",
    running: "逐区动作，每区重新读取联锁。一有妨碍即中断。",
    done: "可参与的区都已完成。",
    cancelled: "不再移动。",
    broken: "提前结束，不会自行继续。",
  },
  byWhom: "{{name}} 提出",
  byCalendar: "按日程提出",
  byAir: "因{{banks}}区密集架内空气比库房湿而提出（每立方米含水 {{block_g_m3}} 克，库房 {{room_g_m3}} 克），只动这些区",
  startedBy: "{{name}} 在库房启动",
  cancel: "取消",
  stop: "取消并停止",
  cancelled: "已取消。",
};
