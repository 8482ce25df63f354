"""When a job is due. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Every:
    """A job that runs again some time after it last ran."""

    period: timedelta

    def next_run(self, last: datetime | None, now: datetime) -> datetime:
        """Return when it should run next; in the past or now means at once.

        So does a last run later than now: the clock was set back since, perhaps by years.
        """
        return now if last is None or last > now else last + self.period


@dataclass(frozen=True, slots=True)
class Daily:
    """A job that runs once a day at a time of the site's own clock."""

    at: time
    zone: ZoneInfo

    def next_run(self, last: datetime | None, now: datetime) -> datetime:
        """Return the first such time after the last run; a missed one lies in the past."""
        if last is None or last > now:
            return now
        since = last.astimezone(self.zone)
        today = datetime.combine(since.date(), self.at, self.zone)
        if today > since:
            return today
        return datetime.combine(since.date() + timedelta(days=1), self.at, self.zone)


Schedule = Every | Daily
