"""The agent's part for the steel: banks, our own sensors at them, programs, and what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from config.geometry import AislePlace
from config.room import SHELVING, SensorInputs, Shelving
from config.shelving import Commissions, is_simulated
from drivers.bus import Bus
from drivers.messages import Actor
from drivers.room.answers import Answers
from drivers.room.desk import Desk
from drivers.room.doors import Doors
from drivers.room.ground import Ground, Work
from drivers.room.limits import limits_of
from drivers.room.loose_ends import tie_up
from drivers.room.memory import Memory
from drivers.room.picture import Round
from drivers.room.programs import Programs
from drivers.room.roster import Roster
from drivers.room.sensors import Sensors, TakeAir
from drivers.room.steel import BankSteel, Watcher
from drivers.room.view import BankView
from drivers.shelving.connect import connect_bank


class SteelPart:
    """Moves the steel, as people and programs ask, where all who see it say that it may."""

    def __init__(
        self,
        ground: Ground,
        roster: Roster,
        commissions: Commissions,
        *,
        doors: Doors,
        watch: Watcher,
        take_air: TakeAir,
    ) -> None:
        """Sensors tell doors of their beams and `take_air` of the air; `watch` sees the steel."""
        self._ground = ground
        self._roster = roster
        self._commissions = commissions
        self._watch = watch
        room, clock = ground.room, ground.clock
        self.answers = Answers(outbox=ground.outbox, link=ground.link, clock=clock)
        self.memory = Memory(ground.folder / "segments.json", clock)
        self._inputs = [each for each in room.devices if isinstance(each, SensorInputs)]
        self.sensors = Sensors(self._inputs, roster, clock, doors, take_air)
        shelving = [device for device in room.devices if isinstance(device, SHELVING)]
        self.banks = {device.bank: self._new_bank(device) for device in shelving}
        self.programs = Programs(
            room,
            self.banks,
            answers=self.answers,
            outbox=ground.outbox,
            link=ground.link,
            path=ground.folder / "program.json",
            clock=clock,
            boot_id=ground.boot_id,
        )
        self.desk = Desk(self.banks, self.programs, self.answers, ground.link, clock)

    def list_work(self) -> Iterator[Work]:
        """List what runs for ever, by name."""
        for bank in self.banks.values():
            yield bank.device, bank.run()
        for device in self._inputs:
            bus = self._ground.buses[device.at]
            yield device.id, self.sensors.watch(bus, device, self.desk.press)
        yield "requests", self.desk.run()
        yield "programs", self.programs.run()
        yield "loose ends", tie_up(self._ground.outbox, self.answers, self._ground.clock)
        yield "memory", self.memory.keep()

    def burns(self) -> bool:
        """Say whether any of the steel, or a contact of ours at it, says that it burns."""
        segments = (part for bank in self.banks.values() for part in bank.segments.values())
        return any(segment.mode == "fire" for segment in segments)

    def find_holder(self, place: AislePlace) -> Actor | None:
        """Find who holds an aisle open."""
        bank = self.banks.get(place.bank)
        segment = bank.segments.get(place.segment) if bank is not None else None
        holds = segment.holds if segment is not None else ()
        return next((hold.actor for hold in holds if hold.aisle == place.aisle), None)

    def _new_bank(self, device: Shelving) -> BankSteel:
        ground, commissions = self._ground, self._commissions
        bank = ground.room.bank(device.bank)
        return BankSteel(
            device=device.id,
            bank=bank.bank,
            limits=limits_of(ground.room, device, commissions, self.sensors),
            connect=connect_bank(device, ground.room, ground.buses, ground.clock, commissions),
            answers=self.answers,
            roster=self._roster,
            view=BankView(
                device=device.id,
                bank=bank.bank,
                roster=self._roster,
                publish=ground.link.publish_state,
                clock=ground.clock,
                boot_id=ground.boot_id,
                time_round=partial(_time_round, ground.buses.get(device.at)),
                contacts=partial(self.sensors.freshness, bank.bank),
                simulated=is_simulated(ground.room, device, commissions),
            ),
            memory=self.memory,
            sensors=self.sensors,
            watch=self._watch,
            clock=ground.clock,
        )


def _time_round(bus: Bus | None) -> Round:
    """Say how long a round takes on a bank's wire; banks behind other wires have none."""
    if bus is None:
        return Round()
    health = bus.health()
    return Round(cycle_s=health.cycle_s, budget_s=health.budget_s)
