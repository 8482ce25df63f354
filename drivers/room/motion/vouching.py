"""What nobody's sensor sees, a named person at the bank's own page may vouch for. Pure.

It counts for this one request, and only for what is unseen: what the controller or a sensor of
ours sees and calls unsafe or unknown is never talked away. Whoever vouches for the heartbeat says
"I stand here and watch until it stands".
"""

from __future__ import annotations

from drivers.readings import Check
from drivers.room.motion.finding import Finding
from drivers.room.motion.segment import Asked


def is_vouched(finding: Finding, asked: Asked | None) -> bool:
    """Say whether the person who asks answers for this interlock."""
    return (
        asked is not None
        and asked.origin == "bank_page"
        and finding.seen_by == "nobody"
        and finding.check is Check.UNKNOWN
        and finding.name in asked.vouched
    )
