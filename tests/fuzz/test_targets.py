"""The fuzz targets stay whole between two runs of the fuzzer: each survives what it starts from."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

import stackroom
from drivers.rfid.llrp import frames, reports
from drivers.rfid.r2000 import frames as r2000_frames
from drivers.rfid.station.splitter import Skipped
from tests.fuzz.run import LOCK, cache_folder, read_outcome
from tests.fuzz.target import Hand, cut
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_survives_its_seeds_whole_cut_off_and_spoiled(name: str) -> None:
    target, draw = TARGETS[name], Random(7)
    seeds = target.seeds()
    assert seeds
    for seed in seeds:
        target.run(seed)
        target.run(seed[: draw.randrange(len(seed) + 1)])
        spoiled = bytearray(seed)
        spoiled[draw.randrange(len(seed))] ^= draw.randrange(1, 256)
        target.run(bytes(spoiled))
    target.run(b"")


def test_a_decoder_that_swallows_bytes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Swallows(r2000_frames.Splitter):
        def feed(self, received: bytes) -> list[object]:  # type: ignore[override]  # typed by what this test needs
            return [part for part in super().feed(received) if not isinstance(part, Skipped)]

    protocol = TARGETS["r2000"].run.args[0]  # type: ignore[attr-defined]  # it is a partial
    monkeypatch.setattr(protocol, "splitter", Swallows)
    with pytest.raises(AssertionError, match="accounted for"):
        TARGETS["r2000"].run(b"\0noise")


def test_a_report_that_columns_read_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    tag = b"\x00\xf0\x00\x11\x8d" + bytes(range(12))
    stream = frames.Message(type=61, message_id=1, body=tag * 2).to_bytes()
    TARGETS["llrp"].run(b"\0" + stream)
    monkeypatch.setattr(reports, "_read_columns", lambda body, size, count, layout: [])
    with pytest.raises(AssertionError):
        TARGETS["llrp"].run(b"\0" + stream)


def test_bytes_are_dealt_out_to_the_last() -> None:
    hand = Hand(b"\x03abcde")
    assert (hand.piece(), hand.byte(), hand.rest(), hand.is_empty) == (b"abc", 0x64, b"e", True)
    assert (hand.byte(), hand.some(5)) == (0, b"")
    assert list(cut(b"abcde", 2)) == [b"ab", b"cd", b"e"]
    assert list(cut(b"abcde", 0)) == [b"abcde"]
    assert list(cut(b"", 0)) == []


def test_the_figures_of_a_run_are_read_from_what_the_fuzzer_says() -> None:
    said = (
        "#2 INITED cov: 70 ft: 80 corp: 1/1b\n#9 DONE   cov: 81 ft: 302 corp: 68/1259b\n"
        "stat::number_of_executed_units: 28462\nstat::peak_rss_mb:              72\n"
    )
    outcome = read_outcome("r2000", said, None, ended_well=True)
    figures = (outcome.executions, outcome.branches, outcome.features, outcome.memory_mb)
    assert figures == (28462, 81, 302, 72)
    assert read_outcome("r2000", "", None, ended_well=False).executions == 0


def test_the_fuzzer_is_locked_by_hashes_and_named_with_its_licence() -> None:
    lock = LOCK.read_text("utf-8")
    assert "Apache-2.0" in lock
    assert re.findall(r"^(\S+)==", lock, re.MULTILINE) == ["atheris"]
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", lock)) == 3


def test_what_the_fuzzer_keeps_lies_in_the_users_cache() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/somewhere"}) == Path("/somewhere/stackroom")
    assert cache_folder({}) == Path.home() / ".cache" / "stackroom"


def test_the_command_explains_itself_and_refuses_what_it_does_not_know(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def ends(*words: str) -> object:
        with pytest.raises(SystemExit) as ended:
            stackroom.main(["fuzz", *words])
        return ended.value.code

    assert ends("--help") == 0
    helped = capsys.readouterr().out
    assert "llrp-talk" in helped
    assert "hashes" in helped
    assert ends("nonsense") == 2
    assert ends("--replay", "somewhere") == 2
    assert ends("llrp", "--seconds", "0") == 2
    assert "1 to 86400 seconds" in capsys.readouterr().err


def test_one_input_is_run_again_without_the_fuzzer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "crash").write_bytes(b"\0noise")
    assert stackroom.main(["fuzz", "r2000", "--replay", str(tmp_path / "crash")]) == 0
    assert "survives" in capsys.readouterr().out
