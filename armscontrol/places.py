"""Countries as the briefing shows them: a key for figures by name, a colour and a marker for charts."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """How one country is drawn: `colour` for marks, `ink` for words in it, `marker` (matplotlib) where colour is not seen."""

    name: str
    short: str
    colour: str
    marker: str
    dark: str = ""

    @property
    def ink(self) -> str:
        """The colour for words: 4.5 to 1 on paper at least, which not every mark's colour reaches."""
        return self.dark or self.colour


PLACES = {
    p.name: p
    for p in (
        Place("United States", "US", "#1f5fa8", "o"),
        Place("Russia", "Russia", "#b3402e", "s"),
        Place("China", "China", "#a87400", "D", "#865c00"),
        Place("France", "France", "#6a51a3", "^"),
    )
}
GREY = "#6b6b6b"


def place(country: str) -> Place:
    """A country's look; all without one of their own share a grey dot."""
    return PLACES.get(country) or Place(country, country, GREY, "v")


def key(country: str) -> str:
    """A country as the first part of a figure's name: `us`, `russia`, `north_korea`, `australia_united_states`."""
    short = PLACES[country].short if country in PLACES else country
    return re.sub(r"[^a-z0-9]+", "_", short.lower()).strip("_")


def named(country: str) -> str:
    """A country inside a sentence: `the United States`, `China`."""
    return f"the {country}" if country.startswith("United ") else country
