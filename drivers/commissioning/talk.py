"""The two people of a moving test, and how they are asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from config.errors import Mendable

Ask = Callable[[str], Awaitable[str]]
Say = Callable[[str], None]


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
            if answer in ("yes", "no"):
                return answer == "yes"

    async def number(self, question: str, allowed: range) -> int | None:
        """Ask for a number, or nothing for "none"."""
        while True:
            answer = (await self.ask(f"{question} [{allowed[0]}-{allowed[-1]}, or none] ")).strip()
            if answer.lower() == "none":
                return None
            if answer.isdecimal() and int(answer) in allowed:
                return int(answer)


async def greet(ask: Ask, say: Say) -> Talk:
    """Learn who the two are; raise NotSigned if it is one person twice, or none."""
    keyboard = (await ask("Name of the person at the keyboard: ")).strip()
    steel = (await ask("Name of the person at the steel: ")).strip()
    if not keyboard or not steel or keyboard.casefold() == steel.casefold():
        raise NotSigned("the moving test needs two people with two names; nothing was moved")
    return Talk(ask=ask, say=say, keyboard=keyboard[:60], steel=steel[:60])
