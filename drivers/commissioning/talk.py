"""The two people of a moving test, and how they are asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from config.errors import Mendable

Ask = Callable[[str], Awaitable[str]]
Say = Callable[[str], None]
_YES_NO: Mapping[str, bool] = {"yes": True, "no": False, "是": True, "否": False}
_LONGEST_NAME = 60


class NotSigned(Mendable):
    """The test ended without a signature; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The two people and how they are asked."""

    ask: Ask
    say: Say
    keyboard: str
    steel: str

    async def confirm(self, question: str) -> bool:
        """Ask until the answer is yes or no."""
        while True:
            answer = (await self.ask(f"{question} [yes/no] ")).strip().lower()
            if answer in _YES_NO:
                return _YES_NO[answer]
            self.say("Please type yes or no (是 or 否), the whole word.")

    async def number(self, question: str, allowed: range) -> int | None:
        """Ask for a number, or nothing for "none"."""
        while True:
            answer = (await self.ask(f"{question} [{allowed[0]}-{allowed[-1]}, or none] ")).strip()
            if answer.lower() in ("none", "无"):
                return None
            if answer.isdecimal() and int(answer) in allowed:
                return int(answer)
            self.say(f"Please type a number from {allowed[0]} to {allowed[-1]}, or none (无).")

    async def sign(self, name: str) -> None:
        """Have one of the two sign by their name; raise NotSigned if they do not want to."""
        while True:
            typed = tidy(await self.ask(f"{name}, type your name to sign, or nothing not to: "))
            if not typed:
                raise NotSigned(f"{name} did not sign; nothing was written")
            if is_same_name(typed, name):
                return
            self.say(f"That is not {name}.")


async def greet(ask: Ask, say: Say) -> Talk:
    """Learn who the two are; raise NotSigned if it is one person twice."""
    keyboard = await _ask_name(ask, say, "Name of the person at the keyboard: ")
    steel = await _ask_name(ask, say, "Name of the person at the steel: ")
    if is_same_name(keyboard, steel):
        raise NotSigned("the moving test needs two people with two names; nothing was moved")
    return Talk(ask=ask, say=say, keyboard=keyboard, steel=steel)


def tidy(typed: str) -> str:
    """Make a name of what was typed: no control characters, single spaces, a bounded length."""
    printable = "".join(each if each.isprintable() else " " for each in typed)
    return " ".join(printable.split())[:_LONGEST_NAME]


def is_same_name(one: str, other: str) -> bool:
    """Say whether two names read the same, whatever their case and width."""
    return _fold(one) == _fold(other)


def _fold(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


async def _ask_name(ask: Ask, say: Say, question: str) -> str:
    while not (name := tidy(await ask(question))):
        say("A name is needed: it stands in the record.")
    return name
