"""Text that people type: a name, a reason, a comment. It holds letters, and lines where it may.

Other control characters are no text: a database refuses some, a terminal obeys others.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

RULE: Final = "control_character"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def has_control(text: str) -> bool:
    """Say whether a text holds a control character other than tabulators and ends of lines."""
    return _CONTROL.search(text) is not None


def _plain(text: str) -> str:
    if has_control(text):
        raise PydanticCustomError(RULE, "text without control characters is needed")
    return text


PlainText = Annotated[str, AfterValidator(_plain)]
