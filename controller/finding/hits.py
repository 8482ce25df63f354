"""Dresses matches for people: title, household, home, and where the thing is now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import col

from controller.finding.search import Match, Matched
from controller.finding.shapes import HitView
from controller.holdings import rules, views
from controller.holdings.shapes import place_view
from controller.holdings.store import place_of_box, place_of_file
from controller.holdings.tables import BoxRow, FileRow
from controller.store.engine import ReadSession
from controller.store.secrets import Keys

_FILES = views.file_parts().where(col(FileRow.code).in_(bindparam("codes", expanding=True)))


def dress(session: ReadSession, keys: Keys, matches: Sequence[Match]) -> list[HitView]:
    """Look up what the matches are, in their order."""
    box_codes = [match.code for match in matches if match.kind == "box"]
    file_codes = [match.code for match in matches if match.kind == "file"]
    boxes = {box.code: box for box in views.list_boxes(session, box_codes)} if box_codes else {}
    files: dict[str, views.FileParts] = {}
    if file_codes:
        found = session.execute(_FILES, {"codes": file_codes})
        files = {parts[0].code: parts for parts in found}
    hits = []
    for match in matches:
        if match.kind == "box" and match.code in boxes:
            hits.append(_box_hit(boxes[match.code], match.matched))
        elif match.code in files:
            hits.append(_file_hit(files[match.code], match.matched, keys))
    return hits


def _box_hit(box: BoxRow, matched: Matched) -> HitView:
    place = place_of_box(box)
    return HitView(
        kind="box",
        code=box.code,
        title=box.title,
        box_code=box.code,
        household=None,
        dwelling=None,
        masked_id=None,
        matched=matched,
        home=box.home_shelf,
        place=place_view(place),
        state=rules.state_of(place).value,
    )


def _file_hit(parts: views.FileParts, matched: Matched, keys: Keys) -> HitView:
    file, box, household, dwelling = parts
    place = place_of_file(file, box)
    return HitView(
        kind="file",
        code=file.code,
        title=file.title,
        box_code=box.code,
        household=views.household_view(household),
        dwelling=views.dwelling_view(dwelling),
        masked_id=views.masked_id(household, keys),
        matched=matched,
        home=box.home_shelf,
        place=place_view(place),
        state=rules.state_of(place).value,
    )
