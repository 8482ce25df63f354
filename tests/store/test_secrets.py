"""Personal fields at rest: sealed, findable with the keys, bound to where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.store.secrets import KeyProblem, Keys

WHERE = "households|id_number|h1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_a_value_comes_back_after_a_restart(folder: Path) -> None:
    sealed = Keys.from_dir(folder).encrypt("11010119900101123X", where=WHERE)
    assert b"11010119" not in sealed
    assert Keys.from_dir(folder).decrypt(sealed, where=WHERE) == "11010119900101123X"


def test_the_same_value_never_looks_the_same(folder: Path) -> None:
    keys = Keys.from_dir(folder)
    assert keys.encrypt("x", where=WHERE) != keys.encrypt("x", where=WHERE)


def test_a_value_moved_to_another_row_does_not_open(folder: Path) -> None:
    keys = Keys.from_dir(folder)
    sealed = keys.encrypt("x", where=WHERE)
    with pytest.raises(KeyProblem, match="belongs elsewhere"):
        keys.decrypt(sealed, where="households|id_number|h2")


@pytest.mark.parametrize("position", [4, 20, -1])
def test_a_changed_value_does_not_open(folder: Path, position: int) -> None:
    keys = Keys.from_dir(folder)
    sealed = bytearray(keys.encrypt("value", where=WHERE))
    sealed[position] ^= 1
    with pytest.raises(KeyProblem, match="damaged"):
        keys.decrypt(bytes(sealed), where=WHERE)


def test_a_value_of_other_keys_says_so(folder: Path, tmp_path: Path) -> None:
    sealed = b"zzzz" + Keys.from_dir(folder).encrypt("value", where=WHERE)[4:]
    with pytest.raises(KeyProblem, match="the key file lacks"):
        Keys.from_dir(tmp_path / "other").decrypt(sealed, where=WHERE)
    with pytest.raises(KeyProblem):
        Keys.from_dir(folder).decrypt(b"", where=WHERE)


def test_equal_values_are_found_within_one_purpose(folder: Path) -> None:
    keys = Keys.from_dir(folder)
    whole = keys.blind("1234", purpose="households.id_number")
    assert whole == Keys.from_dir(folder).blind("1234", purpose="households.id_number")
    assert whole != keys.blind("1234", purpose="households.last_four")
    assert whole != keys.blind("1235", purpose="households.id_number")


def test_the_key_file_belongs_to_its_owner_alone(folder: Path) -> None:
    Keys.from_dir(folder)
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        Keys.from_dir(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"active": "a", "field": {}, "blind": ""}'])
def test_a_damaged_key_file_is_never_replaced(folder: Path, content: str) -> None:
    Keys.from_dir(folder)
    (path,) = folder.iterdir()
    path.write_text(content)
    with pytest.raises(KeyProblem):
        Keys.from_dir(folder)
    assert path.read_text() == content
