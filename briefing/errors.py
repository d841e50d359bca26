"""The one family of errors that the project raises on purpose: the command prints them without a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Control characters, and the marks that reorder text on the screen so that it reads as something else.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


class BriefingError(Exception):
    """Something the user can put right; the message says what and how."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the data, and what to do about it."""

    file: str
    problem: str
    remedy: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "") + (f", column {self.column}" if self.column else "")
        shown = self.value if len(self.value) <= 80 else self.value[:77] + "…"
        shown = f" ({FORBIDDEN.sub('�', shown)!r})" if shown else ""
        return f"{place}: {self.problem}{shown}." + (f" {self.remedy}." if self.remedy else "")


class DataError(BriefingError):
    """The data package cannot be used; holds every fault that was found."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))
