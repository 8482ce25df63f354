"""Made-up households and the dwellings they live in, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from simulators.names import flat, id_number, person_name, street_addresses


@dataclass(frozen=True, slots=True)
class Home:
    """A household and the dwelling it lives in."""

    household_code: str
    head_name: str
    id_number: str
    address: str
    dwelling_code: str


def walk_homes(chance: Random) -> Iterator[Home]:
    """Hand out the home each file is about: a run of files each, and some come back later."""
    streets = street_addresses(chance)
    taken: set[str] = set()
    known: list[Home] = []
    while True:
        if known and chance.random() < 0.2:
            home = chance.choice(known)
        else:
            home = _home(chance, len(known) + 1, streets, taken)
            known.append(home)
        for _ in range(chance.choice((1, 2, 2, 3, 4))):
            yield home


def _home(chance: Random, number: int, streets: Sequence[str], taken: set[str]) -> Home:
    man = chance.random() < 0.6
    return Home(
        household_code=f"H{number:06d}",
        head_name=person_name(chance, man=man),
        id_number=_new(taken, lambda: id_number(chance, man=man, born_from=1938, born_to=1992)),
        address=_new(taken, lambda: chance.choice(streets) + flat(chance)),
        dwelling_code=f"T{number:06d}",
    )


def _new(taken: set[str], make: Callable[[], str]) -> str:
    while (made := make()) in taken:
        continue
    taken.add(made)
    return made
