"""Records every version of limits and every choice of them, and says which a zone keeps now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlmodel import col, func, select

from config.climate import Zone
from config.limit_files import Library
from config.limits import LimitProfile
from config.room import Room
from controller.audit import store as audit
from controller.climate.limits.model import (
    Choice,
    Origin,
    Version,
    ZoneLimits,
    digest_of,
    document_of,
)
from controller.climate.limits.tables import LimitChoiceRow, LimitVersionRow
from controller.store.engine import ReadSession, WriteSession

SYSTEM = "system"


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
        assert found is not None
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
) -> Version | None:
    """Find one version of a profile, the newest without a number.

    What a file says and nobody recorded yet counts as its own version.
    """
    known = library.find(profile_id)
    row = _row(session, known.id if known else profile_id, version)
    if row is not None and (known is None or version is not None or row.digest == digest_of(known)):
        return _version(row)
    if known is None or version not in (None, known.version):
        return None
    return Version(
        profile=known,
        version=known.version,
        digest=digest_of(known),
        origin=origin_of(library, known.id),
        at=None,
        by=SYSTEM,
    )


def list_versions(session: ReadSession, profile_id: str) -> list[Version]:
    """List all versions of a profile that were ever in force, the newest first."""
    query = (
        select(LimitVersionRow)
        .where(LimitVersionRow.profile_id == profile_id)
        .order_by(col(LimitVersionRow.version).desc())
    )
    return [_version(row) for row in session.exec(query).all()]


def list_current(session: ReadSession, library: Library) -> list[Version]:
    """List the newest version of everything a zone can be given, by id."""
    written = session.exec(
        select(LimitVersionRow.profile_id).where(LimitVersionRow.origin == "page").distinct()
    ).all()
    found = [find_version(session, library, each) for each in {*library.profiles, *written}]
    return sorted((v for v in found if v is not None), key=lambda each: each.profile.id)


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
    wanted = find_version(session, library, chosen or usual)
    if wanted is None and chosen is not None:
        choice, wanted = None, find_version(session, library, usual)
    return ZoneLimits(zone=zone, limits=None if zone.kind == "outside" else wanted, choice=choice)


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
    return _version(row)


def _row(session: ReadSession, profile_id: str, version: int | None) -> LimitVersionRow | None:
    query = select(LimitVersionRow).where(LimitVersionRow.profile_id == profile_id)
    if version is not None:
        query = query.where(LimitVersionRow.version == version)
    return session.exec(query.order_by(col(LimitVersionRow.version).desc()).limit(1)).first()


def _version(row: LimitVersionRow) -> Version:
    return Version(
        profile=LimitProfile.model_validate(row.document),
        version=row.version,
        digest=row.digest,
        origin=cast(Origin, row.origin),
        at=row.at,
        by=row.by,
    )
