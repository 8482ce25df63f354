"""Requests that were under way when the agent ended: told as failed by the next one, once.

Nothing goes on over a restart, so whoever asked has to be told; else they would wait for ever.
"""

from __future__ import annotations

import logging

from pydantic import ValidationError

from config.clock import Clock
from drivers.messages import EVENT, RequestChanged
from drivers.room.answers import Answers
from drivers.room.outbox import Outbox

_log = logging.getLogger(__name__)

CODE = "agent_restarted"
_EVENTS_PER_BATCH = 500
_MARK = '"request_changed"'
_UNDER_WAY = ("armed", "accepted", "started")


async def tie_up(outbox: Outbox, answers: Answers, clock: Clock) -> None:
    """Tell the end of every request of an earlier life whose end was never told."""
    under_way: dict[str, RequestChanged] = {}
    after = 0
    while events := await outbox.batch(after, _EVENTS_PER_BATCH):
        for stored in events:
            if _MARK in stored.body:
                _follow(stored.body, under_way)
        after = events[-1].seq
    for request_id, last in under_way.items():
        if not answers.knows(request_id):
            end = {"status": "failed", "code": CODE, "at": clock.now()}
            outbox.append_soon(last.model_copy(update=end))


def _follow(body: str, under_way: dict[str, RequestChanged]) -> None:
    try:
        event = EVENT.validate_json(body)
    except ValidationError as error:
        _log.warning("an event cannot be read, going on without it: %s", error)
        return
    if not isinstance(event, RequestChanged):
        return
    if event.status in _UNDER_WAY:
        under_way[event.request_id] = event
    else:
        under_way.pop(event.request_id, None)
