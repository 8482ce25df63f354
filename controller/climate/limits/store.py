"""Records every version of limits and every choice of them, and says which a zone keeps now."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import cast

from pydantic import ValidationError
from sqlmodel import col, func, select

from config.climate import Zone
from config.limit_files import Library
from config.limits import LimitProfile
from config.load import explain
from config.room import Room
from controller.audit import store as audit
from controller.climate.limits.model import (
    Choice,
    Flawed,
    Origin,
    Recorded,
    Version,
    ZoneLimits,
    digest_of,
    document_of,
)
from controller.climate.limits.tables import LimitChoiceRow, LimitVersionRow
from controller.store.engine import ReadSession, WriteSession

SYSTEM = "system"
_log = logging.getLogger(__name__)


class TakenByFile(Exception):
    """Limits of this id come from a file; who wants to change them edits the file."""


def record_files(session: WriteSession, library: Library, *, at: datetime) -> list[Version]:
    """Record every file that is new or changed as a new version; return those.

    A changed file that kept its number gets the next one, so that a version means one text.
    """
    return [
        _add(session, profile, origin_of(library, profile.id), at=at, by=SYSTEM)
        for profile in library.profiles.values()
        if _is_new(session, profile)
    ]


def add_profile(
    session: WriteSession, library: Library, profile: LimitProfile, *, at: datetime, by: str
) -> Version:
    """Record limits that somebody wrote on the page; the same again makes no new version.

    Raises TakenByFile if a file has this id.
    """
    if library.find(profile.id) is not None:
        raise TakenByFile(profile.id)
    if not _is_new(session, profile):
        found = find_version(session, library, profile.id)
        assert isinstance(found, Version)
        return found
    return _add(session, profile, "page", at=at, by=by)


def choose(
    session: WriteSession,
    *,
    room: str,
    zone: str,
    profile_id: str | None,
    reason: str,
    at: datetime,
    by: str,
) -> None:
    """Give a zone other limits than its room file says; `None` goes back to those of the file."""
    session.add(
        LimitChoiceRow(room=room, zone=zone, profile_id=profile_id, at=at, by=by, reason=reason)
    )
    audit.append(
        session,
        at=at,
        actor=by,
        action="climate.limits_chosen",
        subject=f"{room}/{zone}",
        detail={"profile": profile_id, "reason": reason},
    )


def find_version(
    session: ReadSession, library: Library, profile_id: str, version: int | None = None
) -> Version | Flawed | None:
    """Find one version of a profile, the newest without a number.

    What a file says and nobody recorded yet counts as its own version. What was recorded and is not
    allowed any more is found with what is wrong with it.
    """
    known = library.find(profile_id)
    row = _row(session, known.id if known else profile_id, version)
    if row is not None and (known is None or version is not None or row.digest == digest_of(known)):
        return _stored(row)
    if known is None or version not in (None, known.version):
        return None
    return Version(
        profile=known,
        profile_id=known.id,
        version=known.version,
        digest=digest_of(known),
        origin=origin_of(library, known.id),
        at=None,
        by=SYSTEM,
    )


def list_versions(session: ReadSession, profile_id: str) -> list[Recorded]:
    """List all versions of a profile that were ever recorded, the newest first."""
    return [
        Recorded(
            profile_id=row.profile_id,
            version=row.version,
            digest=row.digest,
            origin=cast(Origin, row.origin),
            at=row.at,
            by=row.by,
        )
        for row in _rows(session, profile_id)
    ]


def list_current(session: ReadSession, library: Library) -> list[Version | Flawed]:
    """List the newest version of everything a zone can be given, by id.

    Beside one that is allowed no more stands the newest that is, which its zones are judged by.
    """
    written = session.exec(
        select(LimitVersionRow.profile_id).where(LimitVersionRow.origin == "page").distinct()
    ).all()
    newest = [find_version(session, library, each) for each in {*library.profiles, *written}]
    used = [_newest_sound(session, v.profile_id) for v in newest if isinstance(v, Flawed)]
    found = (each for each in (*newest, *used) if each is not None)
    return sorted(found, key=lambda each: each.profile_id)


def list_zones(session: ReadSession, library: Library, room: Room) -> list[ZoneLimits]:
    """Say which limits each zone of a room keeps."""
    choices = _choices(session, room.room)
    return [
        _zone_limits(session, library, room, zone, choices) for zone in room.climate.all_zones()
    ]


def origin_of(library: Library, profile_id: str) -> Origin:
    """Say where a profile of the library comes from."""
    return "site" if profile_id in library.local else "shipped"


def _zone_limits(
    session: ReadSession,
    library: Library,
    room: Room,
    zone: Zone,
    choices: Mapping[str, LimitChoiceRow],
) -> ZoneLimits:
    row = choices.get(zone.zone)
    usual = zone.limits or room.climate.profile
    chosen = row.profile_id if row is not None else None
    choice = None
    if row is not None and chosen is not None:
        choice = Choice(profile_id=chosen, at=row.at, by=row.by, reason=row.reason)
    found = find_version(session, library, chosen or usual)
    if found is None and chosen is not None:
        choice, found = None, find_version(session, library, usual)
    flawed = found if isinstance(found, Flawed) else None
    if flawed is not None:
        _tell_flawed(flawed.profile_id, flawed.version, "; ".join(map(str, flawed.problems)))
        found = _newest_sound(session, flawed.profile_id) or find_version(session, library, usual)
    kept = None if zone.kind == "outside" or isinstance(found, Flawed) else found
    return ZoneLimits(zone=zone, limits=kept, choice=choice, flawed=flawed)


def _newest_sound(session: ReadSession, profile_id: str) -> Version | None:
    stored = map(_stored, _rows(session, profile_id))
    return next((each for each in stored if isinstance(each, Version)), None)


@cache
def _tell_flawed(profile_id: str, version: int, problems: str) -> None:
    """Log it once and not at every look."""
    _log.error(
        "version %d of the limits %s is on record and cannot be applied: %s; its zones are judged"
        " by the newest version that can be, or by their room file's limits; write the limits anew"
        " or choose others",
        version,
        profile_id,
        problems,
    )


def _choices(session: ReadSession, room: str) -> dict[str, LimitChoiceRow]:
    query = (
        select(LimitChoiceRow)
        .where(LimitChoiceRow.room == room)
        .order_by(col(LimitChoiceRow.number))
    )
    rows: Sequence[LimitChoiceRow] = session.exec(query).all()
    return {row.zone: row for row in rows}


def _is_new(session: ReadSession, profile: LimitProfile) -> bool:
    row = _row(session, profile.id, None)
    return row is None or row.digest != digest_of(profile)


def _add(
    session: WriteSession, profile: LimitProfile, origin: Origin, *, at: datetime, by: str
) -> Version:
    last = session.exec(
        select(func.max(LimitVersionRow.version)).where(LimitVersionRow.profile_id == profile.id)
    ).one()
    row = LimitVersionRow(
        profile_id=profile.id,
        version=max(profile.version, (last or 0) + 1),
        digest=digest_of(profile),
        document=dict(document_of(profile)),
        origin=origin,
        at=at,
        by=by,
    )
    session.add(row)
    audit.append(
        session,
        at=at,
        actor=by,
        action="climate.limits_recorded",
        subject=profile.id,
        detail={"version": row.version, "digest": row.digest, "origin": origin},
    )
    session.flush()
    return _version(row, profile)


def _rows(session: ReadSession, profile_id: str) -> Sequence[LimitVersionRow]:
    query = (
        select(LimitVersionRow)
        .where(LimitVersionRow.profile_id == profile_id)
        .order_by(col(LimitVersionRow.version).desc())
    )
    return session.exec(query).all()


def _row(session: ReadSession, profile_id: str, version: int | None) -> LimitVersionRow | None:
    query = select(LimitVersionRow).where(LimitVersionRow.profile_id == profile_id)
    if version is not None:
        query = query.where(LimitVersionRow.version == version)
    return session.exec(query.order_by(col(LimitVersionRow.version).desc()).limit(1)).first()


def _stored(row: LimitVersionRow) -> Version | Flawed:
    """Read a version; what an earlier program allowed and this one does not is told, not raised."""
    try:
        return _version(row, LimitProfile.model_validate(row.document))
    except ValidationError as error:
        return Flawed(
            profile_id=row.profile_id,
            version=row.version,
            digest=row.digest,
            origin=cast(Origin, row.origin),
            at=row.at,
            by=row.by,
            document=row.document,
            problems=tuple(explain(error, LimitProfile)),
        )


def _version(row: LimitVersionRow, profile: LimitProfile) -> Version:
    return Version(
        profile=profile,
        profile_id=row.profile_id,
        version=row.version,
        digest=row.digest,
        origin=cast(Origin, row.origin),
        at=row.at,
        by=row.by,
    )
