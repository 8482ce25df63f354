// All words of the page, in both languages. Codes come from the room; prose is only here.

const codes = {
  aisle_occupied: ["有人在通道内", "somebody is in an aisle"],
  occupancy_unknown: ["不清楚通道内是否有人", "whether an aisle is empty is not known"],
  local_control: ["已切换到本地操作", "switched to local control"],
  e_stop: ["急停回路已断开", "the emergency stop chain is open"],
  maintenance_key: ["检修钥匙已插入", "the maintenance key is inserted"],
  crank: ["手摇柄已接合", "the hand crank is engaged"],
  fire: ["火警：一切保持不动", "fire alarm: everything is left as it is"],
  power: ["供电故障", "the power has failed"],
  power_fail: ["供电曾中断", "the power failed"],
  entrance: ["入口处有人或物", "the entrance is blocked"],
  obstruction: ["有障碍物", "something is in the way"],
  heartbeat_lost: ["控制器或程序失去心跳", "a heartbeat was lost"],
  interlock_unknown: ["有一项联锁状态不明", "an interlock cannot be seen"],
  interlocks_stale: ["联锁读数太旧，请再试一次", "the interlocks were read too long ago; ask again"],
  already_moving: ["正在移动", "it is moving already"],
  no_such_aisle: ["没有这个通道", "there is no such aisle"],
  no_such_segment: ["没有这一段", "there is no such segment"],
  held_by_other: ["通道由他人占用", "somebody else holds the aisle"],
  stale_view: ["画面太旧，请再试一次", "the view was too old; ask again"],
  request_expired: ["请求已过期，请再试一次", "the request expired; ask again"],
  ttl_expired: ["未能及时启动，请再试一次", "it did not start in time; ask again"],
  start_at_bank: ["只能在现场启动", "motion starts at the bank only"],
  steel_unknown: ["密集架状态不明", "how the steel stands is not known"],
  ventilating: ["正在通风", "it is ventilating"],
  faulted: ["故障未解除", "a fault is not cleared"],
  link_lost: ["与控制器的连接中断", "the controller cannot be reached"],
  never_read: ["尚未读到状态", "not read yet"],
  outcome_unknown: ["结果不明，正在核对", "the outcome is unknown and is being checked"],
  cannot_record: ["无法记录，因此不启动", "it cannot be recorded, so nothing moves"],
  refused_by_controller: ["控制器拒绝", "the controller refused"],
  fault_latched: ["控制器故障未复位", "the controller's fault is not reset"],
  old_epoch: ["另一个程序已接管", "another agent has taken over"],
  stale_seq: ["控制器认为指令过时", "the controller took the command for an old one"],
  stopped: ["已停止", "stopped"],
  superseded: ["被另一指令取代", "another command came in between"],
  gap_elsewhere: ["停在别的通道", "the gap stands elsewhere"],
  gap_in_no_aisle: ["停在两个通道之间", "the gap stands in no aisle"],
  person_entered: ["移动时有人进入", "somebody walked in while it moved"],
  limit_switch: ["限位开关故障", "a limit switch failed"],
  motor: ["电机故障", "a motor failed"],
  timeout: ["控制器报告超时", "the controller ran out of time"],
  failed: ["移动失败", "the move failed"],
  start_not_seen: ["没有按时启动", "it did not start in time"],
  end_not_seen: ["没有按时到位", "it did not arrive in time"],
  tripped_unseen: ["失去连接时发生过跳闸", "it tripped while it could not be seen"],
  agent_broke: ["程序曾中断，请先查看现场", "the program broke off; look at the steel first"],
  memory_lost: ["程序的记录丢失，请先查看现场", "the program's memory was lost; look at the steel first"],
  reset_first: ["请先在现场按控制器的复位按钮", "press the controller's own reset first"],
  not_faulted: ["没有故障需要确认", "there is no fault to confirm"],
  not_held: ["没有人占用", "nobody holds it"],
  wrong_pin: ["姓名与密码不符", "name and PIN do not belong together"],
  too_many_tries: ["错误次数太多，请稍候", "too many wrong tries; please wait"],
  room_silent: ["没有及时得到回答", "no answer came in time"],
  id_used_twice: ["请求编号重复", "the request id was used twice"],
  too_many_requests: ["请求太多", "too many requests"],
  other_host: ["此页面不以该名称提供", "this page is not served under that name"],
  other_origin: ["请求来自别的网页", "the request came from another page"],
};

const interlocks = {
  remote_control: ["远程操作", "remote control"],
  e_stop_chain: ["急停回路", "emergency stop chain"],
  maintenance_key: ["检修钥匙", "maintenance key"],
  crank: ["手摇柄", "hand crank"],
  fire: ["火警", "fire alarm"],
  power: ["供电", "power"],
  entrance: ["入口", "entrance"],
  obstruction: ["障碍", "obstruction"],
  occupancy: ["通道内人员", "persons in the aisles"],
  heartbeat: ["控制器心跳", "controller heartbeat"],
};

const prose = {
  language: ["English", "中文"],
  stop: ["停止 / stop motion", "stop motion / 停止"],
  stopNote: ["这不是急停按钮", "This is not the emergency stop"],
  close: ["全部合拢", "Close all"],
  open: ["打开通道", "Open the aisle"],
  aisle: (b, a) => [`${b ?? "端"} | ${a ?? "端"}`, `${b ?? "end"} | ${a ?? "end"}`],
  aisleLong: (b, a) => [`第 ${b ?? "端"} 列与第 ${a ?? "端"} 列之间的通道`,
    `Aisle between column ${b ?? "(end)"} and column ${a ?? "(end)"}`],
  segment: (n) => [`第 ${n} 段`, `Segment ${n}`],
  phase: {
    open: ["通道已打开", "Open"], moving: ["正在移动", "Moving"], ventilating: ["通风", "Ventilating"],
    halted: ["已停止", "Halted"], faulted: ["故障", "Fault"], unknown: ["状态不明", "Unknown"],
  },
  secondsLeft: (s) => [`还需约 ${s} 秒`, `about ${s} s left`],
  held: (n) => [`占用人：${n}`, `Held by ${n}`],
  cannot: (r) => [`不能移动：${r}`, `Cannot move: ${r}`],
  unsafe: (n) => [`${n}：不安全`, `${n}: not safe`],
  unknown: (n) => [`${n}：不清楚`, `${n}: not known`],
  age: (s) => [`${s} 秒前`, `${s} s ago`],
  stale: ["数据已旧", "old reading"],
  fit: ["已复位，现场已检查", "It is reset and looked at"],
  empty: ["我看过了，通道无人：解除占用", "I looked, the aisle is empty: end the hold"],
  find: ["查找档案盒", "Find a box"],
  findLabel: ["盒号或其中几位", "Box code, or some of its digits"],
  listAge: (n, a) => [`清单共 ${n} 盒，${a} 前确认`, `List of ${n} boxes, confirmed ${a} ago`],
  noList: ["还没有收到清单", "No list has come yet"],
  nothing: ["清单中没有", "Not in this list"],
  who: ["姓名", "Name"], pin: ["密码", "PIN"], go: ["确定", "Go"], leave: ["取消", "Cancel"],
  nobody: ["没有设置可以启动的人员", "No person is set up to start motion here"],
  archiveThere: ["与档案系统相连", "Linked to the archive"],
  archiveAway: ["与档案系统断开；本页照常工作", "The archive is away; this page works on"],
  lost: ["本页与库房程序失去联系，画面不可信。如有危险请按急停按钮。",
    "This page has lost the room's program; do not trust what it shows. In danger use the emergency stop."],
  done: ["完成", "Done"], accepted: ["已开始", "Started"],
  stopSent: ["已停止", "Stopped"],
  stopFailed: ["停止指令没有送达！请使用急停按钮。", "Stop did not get through! Use the emergency stop."],
  walkClear: ["请先确认通道内无人。", "First make sure that nobody is in the aisle."],
};

const units = [[86400, ["天", "days"]], [3600, ["小时", "hours"]], [60, ["分钟", "minutes"]], [0, ["秒", "seconds"]]];

let chinese = true;

export function useChinese(yes) {
  chinese = yes;
  document.documentElement.lang = yes ? "zh" : "en";
}

export function inChinese() { return chinese; }

export function pick(pair) { return pair[chinese ? 0 : 1]; }

export function say(key, ...given) {
  const words = prose[key];
  return pick(typeof words === "function" ? words(...given) : words);
}

export function sayPhase(name) { return pick(prose.phase[name]); }

export function sayCode(code) { return code ? pick(codes[code] ?? [code, code]) : ""; }

export function sayInterlock(name) { return pick(interlocks[name] ?? [name, name]); }

export function sayAge(seconds) {
  const [size, words] = units.find(([least]) => seconds >= least);
  return `${Math.floor(seconds / (size || 1))} ${pick(words)}`;
}
