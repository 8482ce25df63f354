"""The rooms as they show themselves, passed on to the mirror and to whoever has a page open."""

from __future__ import annotations

from controller.climate.units.views import show_unit
from controller.context import Context
from controller.live import LiveChange
from controller.readers.feed import find_reader, show_reader
from controller.shelving.mirror import RoomMirror
from drivers.messages import DeviceState, State, UnitFacts


class PageTeller:
    """The mirror, telling pages of readers and units besides, as they show them."""

    def __init__(self, context: Context, mirror: RoomMirror) -> None:
        self._context = context
        self._mirror = mirror
        self._units: dict[str, tuple[bool, UnitFacts | None]] = {}
        self.take_status = mirror.take_status
        self.tick = mirror.tick

    def take_state(self, agent: str, state: State, *, retained: bool) -> None:
        """Pass a snapshot on; that of a reader or unit changes its page too."""
        self._mirror.take_state(agent, state, retained=retained)
        if not isinstance(state, DeviceState) or retained:
            return
        reader = find_reader(self._context, agent, state.device)
        if reader is not None:
            shown = show_reader(reader, state, True).model_dump(mode="json")
            body = {"room": agent} | shown
            self._context.hub.publish(
                LiveChange(kind="reader", key=f"{agent}/{state.device}", body=body)
            )
        if state.climate is not None:
            self._tell_unit(agent, state)

    def _tell_unit(self, agent: str, state: DeviceState) -> None:
        """Tell pages of a unit when something of it other than the time of telling changed."""
        room = self._context.rooms[agent]
        unit = next((each for each in room.units() if each.id == state.device), None)
        key = f"{agent}/{state.device}"
        if unit is None:
            return
        news = (state.online, state.climate)
        if self._units.get(key) == news:
            return
        self._units[key] = news
        body = {"room": agent} | show_unit(room, unit, state, True).model_dump(mode="json")
        self._context.hub.publish(LiveChange(kind="unit", key=key, body=body))
