"""What a reader says unasked: reports of tags and events, turned into what was heard. Pure."""

from __future__ import annotations

from drivers.errors import LinkLost
from drivers.readings import Heard, InputChanged
from drivers.rfid.llrp import events, reports
from drivers.rfid.llrp.courses import Courses
from drivers.rfid.llrp.frames import Message, Skipped
from drivers.rfid.llrp.reads import Reads
from drivers.rfid.llrp.shapes import Shapes
from drivers.rfid.llrp.tally import Tally


class Unasked:
    """Remembers what one connection's reports leave out, and how its tags look."""

    def __init__(self, reader_id: str, courses: Courses, tally: Tally) -> None:
        self._reader_id = reader_id
        self._courses = courses
        self._tally = tally
        self._reads = Reads(reader_id)
        self._shapes = Shapes()

    @property
    def clock_jumps(self) -> int:
        """How often the reader's own clock jumped."""
        return self._reads.clock_jumps

    def forget(self) -> None:
        """Take nothing for granted any more: something was lost."""
        self._reads.forget()

    def take_report(self, message: Message, at_s: float) -> list[Heard]:
        """Take an RO_ACCESS_REPORT; return the reads that belong to an inventory."""
        courses = self._courses
        heard: list[Heard] = []
        for report in reports.parse_tag_reports(message.body, self._shapes):
            if isinstance(report, Skipped):
                self._tally.skip(report)
                self._reads.forget()
                continue
            jumps = self._reads.clock_jumps
            read = self._reads.complete(report, courses.rounds, at_s)
            if self._reads.clock_jumps > jumps:
                self._tally.last_error = "its own clock jumped"
            courses.touch(report)
            if read is not None and courses.hearing:
                courses.rounds.heard(read.antenna)
                heard.append(read)
        return heard

    def take_events(self, message: Message, at_s: float) -> list[Heard]:
        """Take a READER_EVENT_NOTIFICATION; return inputs and antennas' cycles.

        Raises LinkLost if the reader says that it goes.
        """
        heard: list[Heard] = []
        if not self._courses.greeted:
            self._courses.version = message.version
        for event in events.parse_events(message):
            if isinstance(event, Skipped):
                self._tally.skip(event)
                continue
            match event:
                case events.ConnectionClosing():
                    raise LinkLost(self._reader_id, "the reader closes the connection")
                case events.InputTurned(number, on):
                    heard.append(
                        InputChanged(reader_id=self._reader_id, number=number, on=on, at_s=at_s)
                    )
                case events.BufferFilling(percent):
                    self._tally.last_error = f"its report buffer is {percent} % full"
                case events.ReadingFailed(why):
                    self._tally.last_error = why
            heard += self._courses.take(event, at_s)
        return heard
