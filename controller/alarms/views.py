"""Shows alarms, windows and recipients in the shapes of the API."""

from __future__ import annotations

from controller.alarms.model import Alarm, Hold, Recipient
from controller.alarms.shapes import (
    AcknowledgedView,
    AlarmView,
    HeldView,
    HistoryView,
    LastView,
    SuppressedView,
    ToldView,
    WindowView,
)


def alarm_view(alarm: Alarm) -> AlarmView:
    """Show an alarm as the API does."""
    noted = alarm.acknowledged
    hold = alarm.hold
    return AlarmView(
        id=alarm.id,
        kind=alarm.kind,
        room=alarm.room,
        subject=alarm.subject,
        code=alarm.kind,
        params=dict(alarm.params),
        priority=alarm.priority,
        since=alarm.since,
        raised_at=alarm.raised_at,
        acknowledged=noted and AcknowledgedView(by=noted.by, at=noted.at, comment=noted.comment),
        cleared_at=alarm.cleared_at,
        told=[
            ToldView(
                recipient=told.recipient,
                channel=told.channel,
                step=told.step,
                at=told.at,
                ok=told.ok,
                error=told.error,
                attempts=told.attempts,
            )
            for told in alarm.told
        ],
        state=alarm.state,
        rule=alarm.rule,
        rule_version=alarm.rule_version,
        zone=alarm.zone,
        assignee=alarm.assignee,
        latched=alarm.latched,
        returned_at=alarm.returned_at,
        shelved=held_view(hold) if hold is not None and hold.sort == "shelf" else None,
        out_of_service=(
            held_view(hold) if hold is not None and hold.sort == "out_of_service" else None
        ),
        suppressed_by=_suppressed_view(alarm),
        history=[
            HistoryView(step=each.step, at=each.at, by=each.by, detail=dict(each.detail))
            for each in alarm.history
        ],
    )


def held_view(hold: Hold) -> HeldView:
    """Show by whose word nobody is told."""
    return HeldView(by=hold.by, since=hold.begins_at, until=hold.ends_at, reason=hold.reason)


def window_view(hold: Hold) -> WindowView:
    """Show a maintenance window."""
    return WindowView(
        id=hold.id,
        room=hold.room,
        zone=hold.zone,
        kinds=list(hold.kinds),
        begins_at=hold.begins_at,
        ends_at=hold.ends_at,
        reason=hold.reason,
        by=hold.by,
        ended_at=hold.ended_at,
    )


def recipient_fields(recipient: Recipient) -> dict[str, object]:
    """Show somebody who is told, as the fields of a view."""
    last = recipient.last
    return {
        "id": recipient.id,
        "name": recipient.name,
        "channel": recipient.channel,
        "to": recipient.to,
        "kinds": list(recipient.kinds),
        "language": recipient.language,
        "added_at": recipient.added_at,
        "last": last and LastView(at=last.at, ok=last.ok, error=last.error),
    }


def _suppressed_view(alarm: Alarm) -> SuppressedView | None:
    hold, cause = alarm.hold, alarm.cause
    if hold is not None and hold.sort == "maintenance":
        return SuppressedView(
            by="maintenance", kind=None, alarm_id=None, gone_at=None, window=held_view(hold)
        )
    if cause is None:
        return None
    return SuppressedView(
        by="cause",
        kind=cause.kind,
        alarm_id=cause.alarm_id,
        gone_at=cause.gone_at,
        window=None,
    )
