"""Password hashing: strong, slow for everybody alike, and one at a time."""

from __future__ import annotations

import threading

import psutil
import pytest

from controller.people.passwords import Passwords


def test_a_hash_is_argon2id_above_the_recommended_minimum() -> None:
    stored = Passwords().hash("rain on a tin roof")
    assert stored.startswith("$argon2id$v=19$m=32768,t=3,p=1$")


def test_a_hash_of_weaker_settings_still_verifies(passwords: Passwords) -> None:
    stored = passwords.hash("rain on a tin roof")
    assert Passwords().verify("rain on a tin roof", stored)
    assert not Passwords().verify("rain on a tin rof", stored)


@pytest.mark.parametrize("stored", [None, "", "plain text", "$argon2id$broken"])
def test_what_is_no_hash_never_verifies(passwords: Passwords, stored: str | None) -> None:
    assert not passwords.verify("plain text", stored)


def test_many_at_once_take_the_memory_of_one() -> None:
    passwords = Passwords(memory_kib=32 * 1024, passes=1)
    stored = passwords.hash("rain on a tin roof")
    process = psutil.Process()
    before = process.memory_info().rss
    most = 0
    threads = [
        threading.Thread(target=passwords.verify, args=("rain on a tin roof", stored))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, process.memory_info().rss - before)
    assert most < 2 * 32 * 1024 * 1024
