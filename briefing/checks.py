"""Executable checks: small pure functions over the tables, asked as of a day.

A project registers its own with `@register`; the package named in `briefing.toml` (`[checks] module`)
is imported once, so that evidence rows and notebooks can name a check.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from .errors import BriefingError


@dataclass(frozen=True)
class Traced:
    """A number or a word that knows where it comes from; formats as its value."""

    value: object
    origin: str

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Result:
    """What a check found.

    `value`: the main figure; `values`: all figures by name; `bearing`: how it bears on the claim that asks, if it does;
    `sentence`: the finding in words; `rows`: the table rows behind it; `sources`: ids of their sources.
    """

    value: object
    sentence: str
    values: dict[str, object] = field(default_factory=dict)
    bearing: str = ""
    rows: pd.DataFrame | None = None
    sources: tuple[str, ...] = ()
    name: str = ""

    def __getitem__(self, key: str) -> Traced:
        return Traced(self.values[key], f"check:{self.name}")

    def __repr__(self) -> str:
        return f"<{self.name}: {self.sentence}>"


_checks: dict[str, Callable] = {}


def register(check: Callable) -> Callable:
    """Make a function `check(tables, as_of, argument=None) -> Result` known by its name.

    `tables(name)` gives a table with the rows known on `as_of`.
    """
    _checks[check.__name__] = check
    return check


def names(package) -> list[str]:
    """The checks that the project registers."""
    _import(package)
    return sorted(_checks)


def _import(package) -> None:
    if module := package.config.get("checks", {}).get("module"):
        importlib.import_module(module)


def run(package, name: str) -> Result:
    """Run a check by name (`name` or `name:argument`) on a package, as of the package's day."""
    base, _, argument = name.partition(":")
    _import(package)
    if base not in _checks:
        close = difflib.get_close_matches(base, _checks, 1)
        raise BriefingError(f"No check is named {base!r}." + (f" Did you mean {close[0]!r}?" if close else ""))
    result = _checks[base](package.table, package.as_of, *([argument] if argument else []))
    return Result(**{**result.__dict__, "name": name})


def describe(name: str) -> str:
    """The docstring of a check: what it measures, on what table, with what caveat."""
    return _checks[name.partition(":")[0]].__doc__ or ""


def check(name: str, as_of: date | str | None = None) -> Result:
    """Run a check on the project around the working folder: `check("shared_words")["share"]`."""
    from .data import load

    return run(load(as_of=as_of), name)
