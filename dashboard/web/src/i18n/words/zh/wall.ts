import type { wall as en } from "../en/wall";

export const wall: typeof en = {
  heard: "{{age}}前更新",
  never: "尚未收到消息",
  old: "画面已过时",
  oldLong: "已 {{age}}没有消息。请看密集架本身，不要看这个屏幕。",
  fire: "火警",
  fireLong: "请离开库房。密集架已冻结。",
  noHold: "空闲",
  clear: "请离开通道",
  warning: "各列即将移动",
  seconds: "秒",
  running: "密集架正在移动，请勿进入通道。",
  cancel: "停止：我在库房内",
  simulated: "模拟",
  noBanks: "本库房没有密集架。",
};
