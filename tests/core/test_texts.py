"""Text that people type, in files and on the bank's page."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.parts import Words
from drivers.room.page.bodies import AskBody, UnitBody


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x85"])
def test_names_in_files_and_reasons_at_the_bank_hold_no_control_characters(character: str) -> None:
    with pytest.raises(ValidationError, match="text without control characters is needed"):
        Words(zh=f"库{character}", en="room")
    with pytest.raises(ValidationError, match="control characters"):
        UnitBody(unit="dryer-1", on=True, reason=f"smells{character}")
    with pytest.raises(ValidationError, match="control characters"):
        AskBody(verb="release", bank=1, reason=f"moving{character}")


def test_lines_are_text() -> None:
    assert Words(zh="一\n二", en="one\ttwo").en == "one\ttwo"
