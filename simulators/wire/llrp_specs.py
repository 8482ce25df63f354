"""What a client tells a reader to do: configurations, ROSpecs and AccessSpecs. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulators.wire.llrp_frames import IMPINJ, Malformed, parameters, unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """When to report (1: N tags or end of AISpec, 2: N tags or end of ROSpec) and what."""

    trigger: int = 2
    tags: int = 0
    content: int = 0xFFC0
    crc: bool = False
    pc: bool = False
    phase: bool = False
    """Impinj's RF phase angle."""
    fine_rssi: bool = False
    """Impinj's RSSI in hundredths of a dBm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AiSpec:
    """Antennas to run, and for how long; without a duration until the ROSpec stops."""

    antennas: tuple[int, ...]
    duration_s: float | None
    inventory: int
    """The id of its InventoryParameterSpec, which reports name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoSpec:
    """What to do: start trigger (0 none, 1 immediate, 2 periodic), AISpecs in turn, stop."""

    rospec: int
    state: int
    start: int
    period_s: float
    duration_s: float | None
    ai_specs: tuple[AiSpec, ...]
    report: ReportSpec | None
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderConfig:
    """What SET_READER_CONFIG asks; `None` leaves a thing as it is."""

    reset: bool
    events: dict[int, bool] = field(default_factory=dict)
    report: ReportSpec | None = None
    keepalive_s: float | None = None
    hold: bool | None = None
    transmitters: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """Hop table, channel and power index of each antenna that is named."""
    inputs: dict[int, bool] = field(default_factory=dict)
    """Which inputs tell of their changes."""
    outputs: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation on a tag: 341 read, 342 write, 344 lock."""

    kind: int
    op_id: int
    password: int = 0
    bank: int = 0
    word: int = 0
    count: int = 0
    words: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSpec:
    """What to do to tags that match a pattern; antenna and ROSpec 0 mean any."""

    access: int
    antenna: int
    rospec: int
    bank: int
    pointer: int
    mask: str
    """Bits as text."""
    wanted: str
    operations: tuple[Operation, ...]
    left: int | None
    """How many more times it is done; None: without end."""
    active: bool = False


def parse_config(body: bytes) -> ReaderConfig:
    """Read a SET_READER_CONFIG."""
    if not body:
        raise Malformed("SET_READER_CONFIG is empty")
    events: dict[int, bool] = {}
    report: ReportSpec | None = None
    keepalive_s: float | None = None
    hold: bool | None = None
    transmitters: dict[int, tuple[int, int, int]] = {}
    inputs: dict[int, bool] = {}
    outputs: dict[int, bool] = {}
    for kind, value in parameters(body[1:]):
        match kind:
            case 219:
                number, level = unpack(">HB", value)
                outputs[number] = bool(level & 0x80)
            case 222:
                for inner, sender in parameters(value[2:]):
                    if inner == 224:
                        hop, channel, power = unpack(">HHH", sender)
                        transmitters[unpack(">H", value[:2])[0]] = (hop, channel, power)
            case 225:
                number, enabled, _ = unpack(">HBB", value)
                inputs[number] = bool(enabled & 0x80)
            case 244:
                for _, state in parameters(value):
                    event, on = unpack(">HB", state)
                    events[event] = bool(on & 0x80)
            case 237:
                report = _parse_report(value)
            case 220:
                periodic, period_ms = unpack(">BI", value)
                keepalive_s = period_ms / 1000 if periodic else 0.0
            case 226:
                hold = bool(unpack(">B", value)[0] & 0x80)
    return ReaderConfig(
        reset=bool(body[0] & 0x80),
        events=events,
        report=report,
        keepalive_s=keepalive_s,
        hold=hold,
        transmitters=transmitters,
        inputs=inputs,
        outputs=outputs,
    )


def parse_rospec(body: bytes) -> RoSpec:
    """Read an ADD_ROSPEC."""
    found = list(parameters(body))
    if [kind for kind, _ in found] != [177]:
        raise Malformed("ADD_ROSPEC holds exactly one ROSpec")
    value = found[0][1]
    rospec, _priority, state = unpack(">IBB", value[:6])
    start, period_s = 0, 0.0
    duration_s: float | None = None
    ai_specs: list[AiSpec] = []
    report: ReportSpec | None = None
    for kind, part in parameters(value[6:]):
        match kind:
            case 178:
                start, period_s, duration_s = _parse_boundary(part)
            case 183:
                ai_specs.append(_parse_ai_spec(part))
            case 237:
                report = _parse_report(part)
    if not ai_specs:
        raise Malformed("a ROSpec needs an AISpec")
    return RoSpec(
        rospec=rospec,
        state=state,
        start=start,
        period_s=period_s,
        duration_s=duration_s,
        ai_specs=tuple(ai_specs),
        report=report,
        raw=body,
    )


def _parse_boundary(body: bytes) -> tuple[int, float, float | None]:
    start, period_s = 0, 0.0
    duration_s: float | None = None
    for kind, value in parameters(body):
        if kind == 179:
            (start,) = unpack(">B", value[:1])
            for inner, periodic in parameters(value[1:]):
                if inner == 180:
                    period_s = unpack(">II", periodic[:8])[1] / 1000
        elif kind == 182:
            stop, stop_ms = unpack(">BI", value[:5])
            duration_s = stop_ms / 1000 if stop == 1 else None
    return start, period_s, duration_s


def _parse_ai_spec(body: bytes) -> AiSpec:
    (count,) = unpack(">H", body[:2])
    if count == 0:
        raise Malformed("an AISpec names at least one antenna; 0 means all")
    antennas = unpack(f">{count}H", body[2 : 2 + 2 * count])
    duration_s: float | None = None
    inventory = 0
    for kind, value in parameters(body[2 + 2 * count :]):
        if kind == 186:
            (inventory,) = unpack(">H", value[:2])
        elif kind == 184:
            stop, stop_ms = unpack(">BI", value[:5])
            if stop == 3:
                for inner, observed in parameters(value[5:]):
                    if inner == 185:
                        stop_ms = unpack(">BBHHHI", observed)[5] or 500
            duration_s = stop_ms / 1000 if stop in (1, 3) else None
    return AiSpec(antennas=antennas, duration_s=duration_s, inventory=inventory)


def _parse_report(body: bytes) -> ReportSpec:
    trigger, tags = unpack(">BH", body[:3])
    content, crc, pc = 0, False, False
    extras: set[int] = set()
    for kind, value in parameters(body[3:]):
        if kind == 238:
            (content,) = unpack(">H", value[:2])
            for inner, selector in parameters(value[2:]):
                if inner == 348:
                    (bits,) = unpack(">B", selector)
                    crc, pc = bool(bits & 0x80), bool(bits & 0x40)
        elif kind == 1023 and unpack(">II", value[:8]) == (IMPINJ, 50):
            for inner, extra in parameters(value[8:]):
                vendor, subtype, mode = unpack(">IIH", extra)
                if (inner, vendor, mode) == (1023, IMPINJ, 1):
                    extras.add(subtype)
    return ReportSpec(
        trigger=trigger,
        tags=tags,
        content=content,
        crc=crc,
        pc=pc,
        phase=52 in extras,
        fine_rssi=53 in extras,
    )


def parse_accessspec(body: bytes) -> AccessSpec:
    """Read an ADD_ACCESSSPEC with one target pattern."""
    found = list(parameters(body))
    if [kind for kind, _ in found] != [207]:
        raise Malformed("ADD_ACCESSSPEC holds exactly one AccessSpec")
    value = found[0][1]
    access, antenna, protocol, state, rospec = unpack(">IHBBI", value[:12])
    if protocol != 1 or state & 0x80 or access == 0:
        raise Malformed("a new AccessSpec is of C1G2, disabled, and not number 0")
    parts = dict(parameters(value[12:]))
    if not {208, 209} <= parts.keys():
        raise Malformed("an AccessSpec needs a stop trigger and a command")
    trigger, count = unpack(">BH", parts[208])
    commands = list(parameters(parts[209]))
    if len(commands) < 2 or commands[0][0] != 338:
        raise Malformed("an AccessCommand needs a tag and an operation")
    target = next(iter(parameters(commands[0][1])), (0, b""))
    if target[0] != 339:
        raise Malformed("a C1G2TagSpec needs a target")
    bank, pointer, mask, wanted = _parse_target(target[1])
    return AccessSpec(
        access=access,
        antenna=antenna,
        rospec=rospec,
        bank=bank,
        pointer=pointer,
        mask=mask,
        wanted=wanted,
        operations=tuple(_parse_operation(kind, value) for kind, value in commands[1:]),
        left=count if trigger == 1 else None,
    )


def _parse_target(value: bytes) -> tuple[int, int, str, str]:
    flags, pointer, bits = unpack(">BHH", value[:5])
    size = (bits + 7) // 8
    (data_bits,) = unpack(">H", value[5 + size : 7 + size])
    if len(value) != 7 + size + (data_bits + 7) // 8 or not flags & 0x20:
        raise Malformed("a target does not hold the bits that it claims, or asks for no match")
    return flags >> 6, pointer, _bits(value[5:], bits), _bits(value[7 + size :], data_bits)


def _bits(value: bytes, count: int) -> str:
    return "".join(f"{byte:08b}" for byte in value)[:count]


def _parse_operation(kind: int, value: bytes) -> Operation:
    match kind:
        case 341:
            op_id, password, bank, word, count = unpack(">HIBHH", value)
            return Operation(
                kind=kind, op_id=op_id, password=password, bank=bank >> 6, word=word, count=count
            )
        case 342:
            op_id, password, bank, word, count = unpack(">HIBHH", value[:11])
            if len(value) != 11 + 2 * count:
                raise Malformed("a write does not hold the words that it claims")
            return Operation(
                kind=kind,
                op_id=op_id,
                password=password,
                bank=bank >> 6,
                word=word,
                words=value[11:],
            )
        case 344:
            op_id, password = unpack(">HI", value[:6])
            if next(iter(parameters(value[6:])), (0, b""))[0] != 345:
                raise Malformed("a lock needs a payload")
            return Operation(kind=kind, op_id=op_id, password=password)
    raise Malformed(f"operation {kind} is none that this reader does")
