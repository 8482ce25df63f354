import type { scan as en } from "../en/scan";

export const scan: typeof en = {
  enter: "录入",
  sound: "提示音",
  soundOn: "提示音已开",
  soundOff: "提示音已关",
  hint: "扫描标签，或输入档号后按回车。输入框随时可用。",
  unknown: "本馆不认识“{{text}}”。",
  whole: "全文",
  unknownHint: "请重新扫描，或按标签输入档号。",
  tagOfNothing: "这个标签还没有配给任何盒或卷。",
  isShelf: "这是层标签：{{where}}。这里需要盒、卷或标签。",
  place: "{{where}} 不止一层。",
  placeHint: "请扫描层标签。",
  notShelf: "这不是层标签。请先扫描架上的层标签。",
  how: { antenna: "在天线上", scan: "扫描", hand: "手工输入" },
};
