"""What e-mails call every kind of alarm, and what they advise, in both languages.

A new kind needs its two lines here; a test holds this against the kinds there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from config.room import Words
from controller.alarms import kinds as k

TITLES: Mapping[str, Words] = MappingProxyType(
    {
        k.TRIP: Words(
            zh="{bank}：保护动作，密集架已停", en="{bank}: a protection stopped the steel"
        ),
        k.DEVICE_DOWN: Words(zh="设备 {device} 无应答", en="Device {device} does not answer"),
        k.AGENT_SILENT: Words(zh="库房失去联系", en="Nothing is heard from the room"),
        k.PROGRAM_BROKEN: Words(zh="{program}中断", en="{program} broke off"),
        k.FIRE: Words(zh="火警信号", en="Fire signal"),
        k.DOOR_LEFT: Words(zh="{item}未经借出离开：{door}", en="{item} left unlent by {door}"),
        k.DOOR_UNSURE: Words(zh="{item}可能已离开：{door}", en="{item} may have left by {door}"),
        k.LINE_DOWN: Words(
            zh="线路 {line} 上的设备全部无应答", en="No device on line {line} answers"
        ),
        k.LIMIT: Words(
            zh="{zone}：{quantity}{value}，{beyond}{limit}",
            en="{zone}: {quantity} {value}, {beyond} {limit}",
        ),
        k.MEAN_24H: Words(
            zh="{zone}：{quantity}日均{value}，{beyond}{limit}",
            en="{zone}: 24 h mean of {quantity} {value}, {beyond} {limit}",
        ),
        k.SWING: Words(
            zh="{zone}：{quantity}一昼夜波动{value}，超过{limit}",
            en="{zone}: {quantity} swung {value} in a day, over {limit}",
        ),
        k.RATE: Words(
            zh="{zone}：{quantity}变化过快，{value}/时，超过{limit}",
            en="{zone}: {quantity} moves {value} per hour, over {limit}",
        ),
        k.MOULD: Words(
            zh="{zone}：霉变风险{value}，达到{limit}",
            en="{zone}: mould risk {value}, limit {limit}",
        ),
        k.OFFLINE: Words(zh="{device}：没有读数", en="{device}: no readings"),
        k.STUCK: Words(zh="{device}：读数停滞不变", en="{device}: its readings stand still"),
        k.DRIFT: Words(
            zh="{device}：{quantity}偏离本区{value}，超过{limit}",
            en="{device}: {quantity} is {value} off its zone, over {limit}",
        ),
        k.SUSPECT: Words(zh="{device}：读数不可信", en="{device}: its readings cannot be right"),
        k.CALIBRATION_DUE: Words(zh="{device}：校准到期", en="{device}: calibration is due"),
        k.UNIT_SILENT: Words(zh="{device}：不执行指令", en="{device} does not respond"),
        k.UNIT_FAULT: Words(zh="{device}：报告故障", en="{device} reports a fault"),
        k.SMOKE: Words(zh="{zone}：烟雾报警", en="{zone}: smoke"),
        k.LEAK: Words(zh="{zone}：漏水报警", en="{zone}: water leak"),
    }
)
ADVICE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        k.TRIP: (
            "原因：{trip}。先在架体控制器上复位，再由一名具名人员到现场查看通道并在架前屏幕上确认；"
            "不能远程复位。",
            "Reason: {trip}. Reset it at the steel's own controller first; then a named person "
            "looks into the aisles and confirms at the bank's screen. There is no remote reset.",
        ),
        k.DEVICE_DOWN: (
            "一分多钟没有可用的应答。库房程序记录：{why}。请检查电源、网线和串口线；若有别的设备代答，"
            "请检查地址是否重复。",
            "It has given no answer of use for more than a minute; the room notes: {why}. Look at "
            "its power and its cable, and, if another answers in its place, whether two share a "
            "number.",
        ),
        k.AGENT_SILENT: (
            "一分多钟没有收到库房程序的消息。架前屏幕仍可使用；请检查网络和库房主机。",
            "Its program has not been heard for more than a minute. The screens at the banks go on "
            "working; look at the network and at the room's computer.",
        ),
        k.PROGRAM_BROKEN: (
            "原因代码：{why}。密集架停在原处；请到现场查看后重新发起。",
            "Reason code: {why}. The steel stands where it stopped; look at it on site, then "
            "propose it anew.",
        ),
        k.DOOR_LEFT: (
            "库房门口的天线读到它出去，借出清单里没有它。请查看门口记录并找到持有人；补办借出、"
            "再次在库内读到或扫到、或由具名人员说明后解除。",
            "The antennas at the door heard it go out, and no loan allows that. Look at the door's "
            "record and find who has it; the alarm ends when it is lent, heard or scanned in "
            "the room again, or explained by a named person.",
        ),
        k.DOOR_UNSURE: (
            "它到过库房门口，方向不明，也没有借出记录；此后两分钟库内没有天线再读到它。请查看门口记录，"
            "看它是否在架上；补办借出、再次读到、有人在库内扫到它、或由具名人员说明后解除。",
            "It came to the door, nobody knows which way it went, no loan allows that it leaves, "
            "and no antenna in the room has heard it in the two minutes since. Look at the door's "
            "record and whether it stands on its shelf; the alarm ends when it is lent, heard "
            "again, scanned in the room, or explained by a named person.",
        ),
        k.FIRE: (
            "密集架已冻结，本程序不再发出任何动作。谁占用哪条通道，见页面。",
            "The steel is frozen and this program commands nothing. The page shows who holds which "
            "aisle.",
        ),
        k.LINE_DOWN: (
            "这条线路上的设备同时失去应答，多半是网关或线路本身。请检查网关电源、网线和总线；"
            "单台设备的报警在此期间不另行通知。",
            "All devices on this line fell silent together, so it is most likely the gateway or "
            "the line itself. Look at its power, its cable and the bus; the alarms of the single "
            "devices are not told meanwhile.",
        ),
        k.LIMIT: (
            "已持续超过规定时间。请查看曲线、门窗和除湿、加湿、空调设备。",
            "It has lasted longer than the rule allows. Look at the chart, the doors, and the "
            "units that dry, humidify and cool.",
        ),
        k.MEAN_24H: (
            "一昼夜的平均值已超限，不是瞬时波动。请检查空调、除湿或加湿设备的设定。",
            "The mean of a whole day is beyond its limit, so this is no moment's swing. Look at "
            "the set values of the units that cool, dry and humidify.",
        ),
        k.SWING: (
            "昼夜波动超过规定。请查看设备启停、开门和通风的时间。",
            "The air moved more within a day than the rule allows. Look when units switched, doors "
            "stood open and the room was aired.",
        ),
        k.RATE: (
            "变化快于规定。请查看门窗是否敞开、设备是否失控。",
            "It changes faster than the rule allows. Look whether a door stands open or a unit "
            "runs away.",
        ),
        k.MOULD: (
            "按所注明的模型推算，已有霉菌萌发的条件。请降低湿度，并抽查最潮湿处的档案。",
            "By the model the rule names, mould could have begun to grow. Lower the humidity and "
            "look at the records where it is dampest.",
        ),
        k.OFFLINE: (
            "超过规定时间没有读数；此前的超限报警保持不变。请检查电源、电池和接线。",
            "No reading has come for longer than the rule allows; alarms of limits stay as they "
            "were. Look at its power, its battery and its wiring.",
        ),
        k.STUCK: (
            "两个通道都长时间停在同一数值。请检查探头。",
            "Both channels have shown the very same values for long. Look at the probe.",
        ),
        k.DRIFT: (
            "与同区其他探头相差过大。请核对校准，必要时送检。",
            "It differs too much from the others of its zone. Compare it with a reference and have "
            "it calibrated if need be.",
        ),
        k.SUSPECT: (
            "读数超出可能的范围，已另行保存，不参与统计和判断。请检查探头、接线和设备文件中的型号。",
            "Its readings are outside of what can be. They are kept apart and nothing is judged by "
            "them. Look at the probe, its wiring and the profile the room file names.",
        ),
        k.CALIBRATION_DUE: (
            "证书即将到期或已经到期。请送检，并在校准页登记新证书。",
            "Its certificate runs out soon or has run out. Have it calibrated and enter the new "
            "certificate on the calibration page.",
        ),
        k.UNIT_SILENT: (
            "设备没有按指令动作或没有应答。请到现场查看；“为什么没开？”页列有每次决定的原因。",
            "The unit does not do what it was told, or does not answer. Look at it on site; the "
            "page of units gives the reason of every decision.",
        ),
        k.UNIT_FAULT: (
            "故障代码：{faults}。请按设备手册处理；故障排除前不会再启动它。",
            "Fault codes: {faults}. Follow the unit's manual; it is not started before the fault "
            "is gone.",
        ),
        k.SMOKE: (
            "烟感触点断开或无法读取。请立即到现场查看；通风和除湿已停。",
            "A smoke contact opened or cannot be read. Look on site at once; airing and drying "
            "have stopped.",
        ),
        k.LEAK: (
            "漏水触点断开或无法读取。请立即到现场查看，必要时关闭水源、转移低层档案。",
            "A leak contact opened or cannot be read. Look on site at once; close the water and "
            "move records from the lowest shelves if need be.",
        ),
    }
)
