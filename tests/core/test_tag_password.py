"""The password of the site's tags is one that tags can have, or it is refused."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from config.settings import ControllerSettings


@pytest.mark.parametrize("password", ["", "1234567", "123456789", "G2345678", "00000000"])
def test_what_no_tag_could_have_is_refused(password: str) -> None:
    with pytest.raises(ValidationError, match="8 hex digits"):
        ControllerSettings(tag_password=SecretStr(password))


def test_a_password_of_a_tag_is_taken_and_not_shown() -> None:
    settings = ControllerSettings(tag_password=SecretStr("a1B2c3D4"))
    assert settings.tag_password is not None
    assert settings.tag_password.get_secret_value() == "a1B2c3D4"
    assert "a1B2c3D4" not in repr(settings)
