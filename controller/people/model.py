"""Posts, what each may do, and who is signed in. A post is a set of permissions, each a verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Post(StrEnum):
    """What somebody is here for. An account holds exactly one post, and it never changes."""

    ARCHIVIST = "archivist"
    FACILITY_MANAGER = "facility_manager"
    CART_OPERATOR = "cart_operator"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


PERMISSIONS = frozenset(
    {
        "self.manage",
        "live.read",
        "room.read",
        "search",
        "box.read",
        "box.move",
        "tag.write",
        "aisle.open",
        "motion.stop",
        "steel.lock",
        "steel.lock_out",
        "program.propose",
        "request.read",
        "alarm.read",
        "alarm.acknowledge",
        "alarm.shelve",
        "alarm.manage",
        "import.run",
        "import.read",
        "climate.read",
        "climate.manage",
        "climate.sign",
        "climate.control",
        "climate.export",
        "people.read",
        "people.manage",
        "audit.read",
        "audit.verify",
        "export.read",
        "pii.reveal",
    }
)

_EVERYBODY = frozenset({"self.manage", "motion.stop"})
_IN_THE_ROOM = _EVERYBODY | {
    "live.read",
    "room.read",
    "request.read",
    "climate.read",
    "alarm.read",
    "alarm.acknowledge",
}
_AT_THE_STEEL = frozenset({"search", "box.read", "box.move", "aisle.open", "steel.lock"})
"""Whoever walks into an aisle may also lock it, and wake what sleeps."""

POSTS: Mapping[Post, frozenset[str]] = MappingProxyType(
    {
        Post.ARCHIVIST: _IN_THE_ROOM
        | _AT_THE_STEEL
        | {"steel.lock_out", "program.propose", "import.run", "import.read", "pii.reveal"}
        | {
            "tag.write",
            "export.read",
            "climate.manage",
            "climate.sign",
            "climate.control",
            "climate.export",
            "alarm.shelve",
        },
        Post.FACILITY_MANAGER: _IN_THE_ROOM
        | {
            "steel.lock",
            "steel.lock_out",
            "program.propose",
            "climate.manage",
            "climate.sign",
            "climate.control",
            "climate.export",
        }
        | {"alarm.shelve", "alarm.manage"},
        Post.CART_OPERATOR: _IN_THE_ROOM | _AT_THE_STEEL,
        Post.SYSTEM_ADMIN: _EVERYBODY
        | {"people.read", "people.manage", "alarm.read", "alarm.manage"},
        Post.SECURITY_ADMIN: _EVERYBODY | {"people.read", "audit.read"},
        Post.AUDITOR: _EVERYBODY
        | {"audit.read", "audit.verify", "room.read", "request.read", "alarm.read"}
        | {"export.read", "climate.export"},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who sends this request, as the session says."""

    user_id: str
    name: str
    post: str
    permissions: frozenset[str]
    language: str = "zh"
    session_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account without its password."""

    id: str
    name: str
    post: Post
    language: str
    created_at: datetime
    disabled_at: datetime | None
