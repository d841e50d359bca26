"""The events around the speech of 5 September 2019, and the days between it and what came before and after."""

from __future__ import annotations

import pandas as pd

from briefing import BriefingError, checks, dated
from briefing.checks import Result

from ..tables import by_day, counted, sources_of

# Each event by a part of its title in events.csv, which says what is meant and survives a renumbering.
SPEECH = "Putin tells the Eastern Economic Forum"
BEFORE = {
    "kinzhal_duty": "Kinzhal on trial combat duty",
    "prague": "meet in Prague",
    "osaka": "meet at the G20 in Osaka",
    "geneva": "Sullivan and Ryabkov meet in Geneva",
    "inf_end": "INF Treaty ends",
}
AFTER = {
    "us_reply": "US official: little reason to buy",
    "bolton_exit": "Bolton leaves",
    "df17_parade": "DF-17 shown",
    "counts_published": "New START counts of 1 September 2019 published",
    "avangard_inspection": "Avangard shown to US inspectors",
    "avangard_duty": "First Avangard regiment on combat duty",
    "extension": "Extension enters into force",
    "suspension": "Putin announces suspension of New START",
    "lapse": "New START expires",
}
TITLES = {"speech": SPEECH} | BEFORE | AFTER


def event(tables, as_of, name: str) -> pd.DataFrame:
    """The row of an event by its short name, or an empty table if it had not happened by the day."""
    events = by_day(tables("events"), as_of)
    found = events[events["title_en"].str.contains(TITLES[name], regex=False)]
    if len(found) > 1:
        raise BriefingError(f"events.csv has {len(found)} titles with {TITLES[name]!r}; the check needs one.")
    return found


@checks.register
def days_since(tables, as_of, argument=None) -> Result:
    """Days between the speech of 5 September 2019 and what came before and after it (argument: one event's short name).

    Measured on `events`, all counted from the day of the speech; the article's own day is not known. For each event there
    is a number of days and its day (`…_on`); events that had not happened by the day asked have none. Bolton's exit has a
    sure day, its manner is disputed; the showing of Avangard is counted to its last day, 26 November.
    """
    if argument and argument not in TITLES:
        raise BriefingError(f"No event is named {argument!r}. Use one of: {', '.join([*BEFORE, *AFTER])}.")
    speech = event(tables, as_of, "speech")
    if speech.empty:
        return Result(None, f"On {dated(as_of)} the speech had not been given.")
    start = speech["date"].iloc[0]
    values: dict[str, object] = {"speech_on": dated(start)}
    told, rows = [], [speech]
    for name in [argument] if argument else [*BEFORE, *AFTER]:
        if len(row := event(tables, as_of, name)):
            days = int((row["date"].iloc[0] - start).days)
            values |= {name: abs(days), f"{name}_on": dated(row["date"].iloc[0])}
            told.append(f"{row['title_en'].iloc[0]}: {counted(abs(days), 'day')} {'after' if days > 0 else 'before'}")
            rows.append(row)
    if not told:
        return Result(None, f"On {dated(as_of)} this had not happened.", values)
    rows = pd.concat(rows)
    return Result(values.get(argument), f"Counted from the speech of {dated(start)}: {'; '.join(told)}.", values, "", rows, sources_of(rows))
