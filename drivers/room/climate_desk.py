"""Carries out what is asked about units of the air: override one, give it back to its regulator."""

from __future__ import annotations

from collections import OrderedDict

from config.clock import Clock
from drivers.messages import ClimateRequest, Reply, wire_time
from drivers.room.intake import ReceivedClimateRequest
from drivers.room.link import Link
from drivers.room.motion import Answer
from drivers.room.regulators import Regulators

_REMEMBERED = 200


class ClimateDesk:
    """The one who answers requests about units. The same id twice has the same answer."""

    def __init__(self, link: Link, regulators: Regulators, clock: Clock) -> None:
        self._link = link
        self._regulators = regulators
        self._clock = clock
        self._answered: OrderedDict[str, tuple[ClimateRequest, Reply]] = OrderedDict()

    async def run(self) -> None:
        """Answer whatever is asked, until cancelled."""
        while True:
            received = await self._link.climate_requests.get()
            self._link.reply(await self._serve(received))

    async def _serve(self, received: ReceivedClimateRequest) -> Reply:
        request = received.request
        known = self._answered.get(request.id)
        if known is not None:
            first, reply = known
            if first == request:
                return reply
            return self._reply(request, Answer(request_id="", status="refused", code="id_in_use"))
        reply = self._reply(request, await self._carry_out(received))
        self._answered[request.id] = (request, reply)
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        return reply

    async def _carry_out(self, received: ReceivedClimateRequest) -> Answer:
        request = received.request
        if self._clock.monotonic() - received.at_s > request.ttl_s:
            return Answer(request_id="", status="refused", code="too_late")
        if request.kind == "resume":
            return await self._regulators.resume(request.device, request.actor)
        assert request.on is not None
        assert request.until is not None
        return await self._regulators.override(
            request.device,
            on=request.on,
            until=request.until,
            reason=request.reason,
            actor=request.actor,
        )

    def _reply(self, request: ClimateRequest, answer: Answer) -> Reply:
        return Reply(
            request_id=request.id,
            status=answer.status,
            code=answer.code,
            detail=dict(answer.detail),
            at=wire_time(self._clock.now()),
        )
