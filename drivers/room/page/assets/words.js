// What the page says, in both languages and in the trade's words. Codes are in codes.js.

import { pick } from "./language.js";

const column = (c) => [c === null ? "端" : `${c} 列`, c === null ? "the end" : `column ${c}`];

const prose = {
  language: ["English", "中文"],
  doorSounds: (name) => [`${name}：有未借出的档案离开`, `${name}: something left that is not lent`],
  leftBox: (when, code) => [`${when} 盒 ${code} 离开`, `${when}: box ${code} left`],
  leftFile: (when, code) => [`${when} 卷 ${code} 离开`, `${when}: file ${code} left`],
  loansNever: ["（本库房还没有借出清单）", "(this room never had the list of loans)"],
  loansOld: (hours) => [`（借出清单已有 ${hours} 小时未更新）`, `(the list of loans is ${hours} h old)`],
  silence: ["静音", "Silence"],
  silenced: ["已静音", "Silenced"],
  silenceFailed: ["未能静音，请再试一次", "Not silenced; try again"],
  units: ["空气设备", "Units of the air"],
  unitOn: ["开", "on"],
  unitOff: ["关", "off"],
  unitUnknown: ["不明", "not known"],
  unitUntil: (when) => [`到 ${when}`, `until ${when}`],
  unitHoldOn: ["开两小时", "On for 2 h"],
  unitHoldOff: ["关两小时", "Off for 2 h"],
  unitResume: ["交还自动", "Back to automatic"],
  unitNote: ["防护时间和联锁仍然有效。", "Its guard times and interlocks still hold."],
  why: ["原因", "Reason"],
  stop: ["停止", "STOP MOTION"],
  stopAll: ["全部停止", "STOP ALL"],
  stopNote: ["这不是急停按钮", "This is not the emergency stop"],
  noStop: ["这组密集架不接受网络停止：请按架上的停止键", "This shelving takes no stop from here: press the stop on the steel"],
  close_all: ["合架", "Close all"],
  ventilate: ["通风", "Ventilate"],
  park: ["合架并锁定", "Close and lock"],
  lock: ["锁定", "Lock"],
  unlock: ["解锁", "Unlock"],
  sleep: ["休眠", "Send to sleep"],
  wake: ["唤醒", "Wake"],
  open: ["自动开架", "Open the aisle"],
  more: ["更多", "More"],
  aisle: (b, a) => [`${b ?? "端"} | ${a ?? "端"}`, `${b ?? "end"} | ${a ?? "end"}`],
  aisleLong: (b, a) => [`打开 ${column(b)[0]}与 ${column(a)[0]}之间的通道`, `Open the aisle between ${column(b)[1]} and ${column(a)[1]}`],
  segment: (n) => [`第 ${n} 段`, `Segment ${n}`],
  phase: {
    open: ["通道已打开", "Open"], moving: ["正在移动", "Moving"], ventilating: ["通风中", "Ventilating"],
    halted: ["已停止", "Halted"], faulted: ["故障", "Fault"], unknown: ["状态不明", "Unknown"],
  },
  mode: {
    maintenance: ["检修/就地操作", "Maintenance, local only"], locked: ["已锁定", "Locked"], fire: ["火警：保持不动", "Fire: nothing moves"],
    ventilate: ["通风", "Ventilating"], power_fail: ["断电", "Power failed"], degraded: ["部分状态不明", "Not all is known"],
  },
  secondsLeft: (s) => [`还需约 ${s} 秒`, `about ${s} s left`],
  held: (n, w) => [`${n} 占用 ${w} 起`, `Held by ${n} since ${w}`],
  offered: (n) => [`已交接给 ${n}，等待接收`, `Handed to ${n}, who must take it over`],
  lockedBy: (n) => [`由 ${n} 锁定`, `Locked by ${n}`],
  lockedAtSteel: ["在密集架上锁定", "Locked at the steel"],
  lockedOut: (c, n, r) => [`${c} 列停用：${n}${r ? `（${r}）` : ""}`, `Column ${c} locked out by ${n}${r ? ` (${r})` : ""}`],
  armed: (n, what) => [`${n} 请求：${what}。看清通道后在这里启动。`, `${n} asks: ${what}. Look into the aisles, then start it here.`],
  start: ["启动", "Start"],
  setback: (when, n, what, how, r) => [`${when} ${n} 请求：${what}。${how}：${r}`, `${when}, ${n} asked: ${what}. ${how}: ${r}`],
  cameTo: { refused: ["被拒绝", "Refused"], failed: ["没有完成", "Not carried out"], expired: ["没有执行", "Ran out"] },
  needs: {
    reset: ["请先按密集架控制器上的复位按钮；本页不能复位。", "Press the reset on the steel's own controller first; this page cannot reset it."],
    confirmation: ["已复位。请看过现场，再由您确认。", "It is reset. Look at the steel, then confirm in your name."],
    walk_round: ["供电曾中断。请巡视一遍，再由您确认。", "The power was cut. Walk round, then confirm in your name."],
  },
  rawCode: (raw) => [`控制器代码 ${raw}`, `controller's code ${raw}`],
  cannot: (r) => [`不能移动：${r}`, `Cannot move: ${r}`],
  unsafe: (n) => [`${n}：不安全`, `${n}: not safe`],
  unknown: (n) => [`${n}：不清楚`, `${n}: not known`],
  nobodySees: (n) => [`没有传感器，启动前要由您逐项确认：${n}`, `No sensor sees these; you confirm each before it moves: ${n}`],
  comma: ["、", ", "],
  readOnly: ["尚未通过双人移动测试：只显示，不移动", "Two people have not signed its moving test: shown, never moved"],
  check: { safe: ["安全", "safe"], unsafe: ["不安全", "not safe"], unknown: ["不清楚", "not known"] },
  quality: {
    good: ["读数正常", "good"], stale: ["读数已旧", "stale"], never_read: ["从未读到", "never read"], bad_reply: ["应答有误", "bad reply"],
  },
  readAgo: (age, worth) => [`${age}前，${worth}`, `${age} ago, ${worth}`],
  readings: (worst) => [`联锁与位置的读数（最差：${worst}）`, `Readings of interlocks and positions (worst: ${worst})`],
  positions: ["列的位置", "positions of the columns"],
  unseen: ["没有传感器", "no sensor"],
  age: (s) => [`${s} 秒前`, `${s} s ago`],
  stale: ["数据已旧", "old reading"],
  fit: ["现场已检查，可以使用", "I looked at it: it is fit"],
  walked: ["我已巡视一遍", "I have walked round"],
  empty: ["我看过了，通道无人：解除占用", "I looked, the aisle is empty: end the hold"],
  hand_over: ["交接给…", "Hand over to…"],
  take_over: ["接收", "Take over"],
  lock_out: ["停用一列…", "Lock out a column…"],
  lift_lock_out: ["恢复使用", "Put back to use"],
  whichColumn: ["哪一列", "Which column"],
  why: ["原因", "Reason"],
  toWhom: ["交接给谁", "To whom"],
  find: ["查询", "Find"],
  findLabel: ["盒号或其中几位", "Box code, or some of its digits"],
  listAge: (n, a) => [`清单共 ${n} 盒，${a} 前确认`, `List of ${n} boxes, confirmed ${a} ago`],
  noList: ["还没有收到清单", "No list has come yet"],
  nothing: ["清单中没有", "Not in this list"],
  who: ["姓名", "Name"], pin: ["密码", "PIN"], badge: ["或刷卡", "or hold your badge to the reader"],
  go: ["确定", "Go"], leave: ["取消", "Cancel"],
  confirmThese: ["这些没有传感器，请看过后逐项确认：", "No sensor sees these. Look, then confirm each:"],
  nobody: ["没有设置可以启动的人员", "No person is set up to start motion here"],
  archiveThere: ["与消息代理相连", "Linked to the broker"],
  archiveAway: ["与档案系统断开；本页照常工作", "The archive is away; this page works on"],
  lost: ["本页与库房程序失去联系，画面不可信。如有危险请按急停按钮。",
    "This page has lost the room's program; do not trust what it shows. In danger use the emergency stop."],
  done: ["完成", "Done"], accepted: ["已开始", "Started"], armedHere: ["等待在现场启动", "Waits to be started here"],
  stopSent: ["已停止", "Stopped"],
  stopFailed: ["停止指令没有送达！请使用急停按钮。", "Stop did not get through! Use the emergency stop."],
  stopPartly: ["有的密集架不接受网络停止，仍可能在移动：请按架上的停止键！", "Some shelving takes no stop from here and may still move: press the stop on the steel!"],
  asking: ["正在请求…", "Asking…"],
  walkClear: ["请先看清：通道内无人。", "Look first: nobody may be in an aisle."],
  program: { night_closing: ["夜间合架", "Night closing"], ventilation: ["通风", "Ventilation"] },
  programState: {
    proposed: ["已提出。请走遍库房，确认无人，再在这里启动。", "Proposed. Walk through the room, make sure that nobody is in it, then start it here."],
    warning: (s) => [`${s} 秒后开始移动！任何人都可以取消。`, `Moves in ${s} s! Anybody may cancel.`],
    running: ["正在进行，请留在门口。", "Under way. Stay at the door."],
    done: ["已完成", "Done"], cancelled: ["已取消", "Cancelled"], broken: (why) => [`已中断：${why}`, `Broken off: ${why}`],
  },
  propose: ["提出", "Propose"],
  startProgram: ["我走遍了库房，里面没有人：启动", "I walked through, nobody is inside: start"],
  cancelProgram: ["取消", "CANCEL"],
};

const units = [[86400, ["天", "days"]], [3600, ["小时", "hours"]], [60, ["分钟", "minutes"]], [0, ["秒", "seconds"]]];

export function say(key, ...given) {
  const words = prose[key];
  return pick(typeof words === "function" ? words(...given) : words);
}

export function sayOf(group, name, ...given) {
  const words = prose[group][name];
  if (words === undefined) return "";
  return pick(typeof words === "function" ? words(...given) : words);
}

// What was asked of a segment: an aisle by its columns, or the verb.
export function sayWish({ verb, aisle: wanted }, plan) {
  const aisle = plan.aisles.find((one) => one.aisle === wanted);
  return verb === "open_aisle" && aisle ? say("aisleLong", aisle.before, aisle.after) : say(verb);
}

export function sayAge(seconds) {
  const [size, words] = units.find(([least]) => seconds >= least);
  return `${Math.floor(seconds / (size || 1))} ${pick(words)}`;
}

// A short time, to a tenth of a second as long as that says something.
export function saySpan(seconds) {
  return seconds < 10 ? `${seconds.toFixed(1)} ${pick(["秒", "s"])}` : sayAge(seconds);
}

export function sayTime(iso) {
  return new Date(iso).toLocaleTimeString(pick(["zh-CN", "en-GB"]), { hour: "2-digit", minute: "2-digit" });
}
