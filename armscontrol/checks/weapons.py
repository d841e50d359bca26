"""Which of the new Russian weapons count under New START, and since when that was said in public."""

from __future__ import annotations

import pandas as pd

from briefing import checks, dated
from briefing.checks import Result

from ..places import key
from ..tables import by_day, listed, sources_of

PARTIES = ("Russia", "United States")
WORDS = {"counted": "counts", "not_counted": "does not count", "differ": "sides differ", "inferred": "does not count, by our reading"}


@checks.register
def weapons_counted(tables, as_of, argument=None) -> Result:
    """Which named weapons count under New START, by what each side last said, and since when that was said in public.

    Measured on `accountability` (argument: one system). A side's later word replaces its earlier one; where the sides'
    last words differ the answer is `sides differ`. Where no official statement was found, our own inference is given and
    named as such. `…_since` is the first day on which anyone gave the answer that stands. A system
    on which nothing had been said in public by the day is missing.
    """
    said = tables("accountability")
    said = by_day(said.assign(said=said["said_on"].fillna(said["known_on"])), as_of, "said")
    if argument:
        said = said[said["system"] == argument]
    values: dict[str, object] = {"systems": int(said["system"].nunique())}
    kinds: dict[str, list[str]] = {kind: [] for kind in WORDS}
    records = []
    for system, rows in said.groupby("system", sort=False):
        kind = _answer(rows)
        kinds[kind].append(system)
        values[key(system)] = WORDS[kind]
        since, speaker = None, ""
        if kind in ("counted", "not_counted"):
            since, speaker = rows.loc[rows["counts_under"].map(_yes) == (kind == "counted"), ["said", "who_says"]].iloc[0]
            values |= {f"{key(system)}_since": dated(since), f"{key(system)}_first_said_by": str(speaker)}
        records.append((system, WORDS[kind], since, speaker))
    for kind, names in kinds.items():
        values |= {kind: len(names), f"{kind}_names": listed(names)}
    if said.empty:
        sentence = f"By {dated(as_of)} no public statement was found on which of the new weapons count under New START."
    else:
        sentence = f"As said in public by {dated(as_of)}: {listed(kinds['counted'], 'no system')} counted under New START"
        sentence += f", {listed(kinds['not_counted'])} did not"
        sentence += f"; the two sides differed on {listed(kinds['differ'])}" if kinds["differ"] else ""
        sentence += f"; nothing official was found on {listed(kinds['inferred'])}." if kinds["inferred"] else "."
    table = pd.DataFrame(records, columns=["system", "answer", "since", "first_said_by"])
    return Result(values["counted"], sentence, values, "", table, sources_of(said))


def _yes(word: str) -> bool:
    return word.startswith("yes")


def _answer(rows: pd.DataFrame) -> str:
    """What stands for one system: the last words of the treaty's parties, or our inference where neither spoke."""
    official = rows[rows["side"].isin(PARTIES)]
    if official.empty:
        return "inferred"
    last = set(official.groupby("side")["counts_under"].last().map(_yes))
    return "differ" if len(last) == 2 else "counted" if last == {True} else "not_counted"
