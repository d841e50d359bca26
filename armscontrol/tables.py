"""Small questions that every check asks of table rows: what had happened by a day, and who shows it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd


def by_day(rows: pd.DataFrame, day, column: str = "date") -> pd.DataFrame:
    """The rows that had happened by a day (included), oldest first; rows without a date are left out."""
    return rows[rows[column] <= pd.Timestamp(day)].sort_values(column, kind="stable")


def sources_of(*frames: pd.DataFrame) -> tuple[str, ...]:
    """The source ids behind the rows, each once, in order of appearance."""
    return tuple(dict.fromkeys(s for frame in frames for ids in frame["source_ids"] for s in ids))


def dates_with(rows: pd.DataFrame, day_column: str, countries: Iterable[str]) -> pd.Series:
    """The values of a date or year column for which every one of the countries has a row."""
    wanted = set(countries)
    found = rows[rows["country"].isin(wanted)].groupby(day_column)["country"].nunique()
    return found[found == len(wanted)].index.to_series()


def listed(names: Iterable[str], nobody: str = "none") -> str:
    """Names as prose: `A`, `A and B`, `A, B and C`."""
    names = list(names)
    if len(names) < 2:
        return names[0] if names else nobody
    return f"{', '.join(names[:-1])} and {names[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 flight`, `3 flights`, `1,461 warheads`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
