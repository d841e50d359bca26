"""Ask a check about tiny tables written by hand, or about the real data."""

import io
from functools import cache
from pathlib import Path
from textwrap import dedent

import pandas as pd

import armscontrol.checks  # noqa: F401  registers the checks
import briefing as bf
from briefing.data import parse_day

ROOT = Path(__file__).parents[2]
DAYS = {"date", "as_of", "since", "until", "entered_into_force"}


def table(text: str) -> pd.DataFrame:
    """A table from CSV text, typed as the loader would: days by the column's name, numbers where all cells are, `-` for empty."""
    frame = pd.read_csv(io.StringIO(dedent(text).strip()), dtype=str, keep_default_na=False, skipinitialspace=True).replace("-", "")
    for column in frame:
        if column in DAYS or column.endswith(("_on", "_date")):
            frame[column] = pd.to_datetime(frame[column].replace("", None))
        elif not column.endswith(("_id", "quote")) and frame[column].str.fullmatch(r"[\d.]*").all() and frame[column].any():
            frame[column] = pd.to_numeric(frame[column].replace("", None))
    frame["source_ids"] = [tuple(cell.split(";")) for cell in frame["source_ids"]] if "source_ids" in frame else [("src-x",)] * len(frame)
    first = frame.columns[0]
    return frame.set_index(first, drop=False).rename_axis(None) if first.endswith("_id") and frame[first].is_unique else frame


def ask(name: str, as_of: str, argument: str | None = None, **tables: str):
    """A check's result on tables given as CSV text; rows known later than the day are held back, as the loader does."""
    day = parse_day(as_of)

    def known(wanted):
        frame = table(tables[wanted])
        return frame[frame["known_on"] <= pd.Timestamp(day)] if "known_on" in frame else frame

    return bf.checks._checks[name](known, day, argument)


@cache
def package(as_of: str = "today"):
    """The data of this briefing as known on a day, read once."""
    return bf.load(ROOT, as_of=as_of)


def real(name: str, as_of: str = "today"):
    """A check's result on the data of this briefing."""
    return bf.checks.run(package(as_of), name)
