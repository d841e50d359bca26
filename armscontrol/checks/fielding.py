"""Promised and actual dates of fielding hypersonic weapons."""

from __future__ import annotations

import pandas as pd

from briefing import checks, dated
from briefing.checks import Result

from ..places import key
from ..tables import by_day, counted, sources_of

OUTCOMES = ("delivered", "late", "missed", "cancelled", "open")


def promises_on(promises: pd.DataFrame, day) -> pd.DataFrame:
    """The promises made by a day, with outcome and actual date as public that day.

    `slip_days`: from the promised to the actual day, 0 if in time; `overdue_days`: how long past its date a promise is that
    has not come about.
    """
    day = pd.Timestamp(day)
    made = by_day(promises, day, "said_on").copy()
    public = made["outcome_known_on"] <= day
    made["status"] = made["status"].where(public, "open")
    made["actual_date"] = made["actual_date"].where(public & (made["actual_date"] <= day))
    made["slip_days"] = (made["actual_date"] - made["promised_date"]).dt.days.clip(lower=0)
    overdue = (day - made["promised_date"]).dt.days
    made["overdue_days"] = overdue.where(made["actual_date"].isna() & (made["status"] != "cancelled") & (overdue > 0))
    return made


@checks.register
def fielding_promises(tables, as_of, argument=None) -> Result:
    """Promised against actual dates of fielding a hypersonic weapon, as public on a day (argument: a country, else all).

    Measured on `fielding_promises`; a promise ends on the last day of the period it names, and a few rows are forecasts by
    another state. The median slip covers only what came about (0 if in time), so it leaves out the worst: what never came has
    no slip. For that, `overdue` counts promises past their date, and for how long up to the day asked; sources may end
    earlier. Several promises of one weapon count each.
    """
    promises = promises_on(tables("fielding_promises"), as_of)
    if argument:
        promises = promises[promises["country"] == argument]
    values: dict[str, object] = {"promises": len(promises)}
    values |= {word: int((promises["status"] == word).sum()) for word in OUTCOMES}
    for country, rows in promises.groupby("country"):
        values |= {f"{key(country)}_promises": len(rows)}
        values |= {f"{key(country)}_{word}": int((rows["status"] == word).sum()) for word in OUTCOMES}
    slips, overdue = (promises[column].dropna() for column in ("slip_days", "overdue_days"))
    values |= {"settled": len(promises) - values["open"], "with_slip": len(slips), "overdue": len(overdue)}
    if not values["settled"]:
        sentence = f"By {dated(as_of)} {counted(len(promises), 'promise')} had been made; no outcome was known."
        return Result(None, sentence, values, "", promises, sources_of(promises))
    sentence = (
        f"Of {counted(len(promises), 'promise')} known by {dated(as_of)}, {values['delivered']} came about in time, {values['late']} late, "
        f"{values['missed']} not by their date, {values['cancelled']} ended with the programme, {values['open']} had no known outcome"
    )
    if len(slips):
        values |= {"median_slip_days": int(slips.median()), "longest_slip_days": int(slips.max())}
        sentence += f"; the median slip of the {len(slips)} that came about is {counted(values['median_slip_days'], 'day')}"
    if len(overdue):
        values |= {"median_overdue_days": int(overdue.median()), "longest_overdue_days": int(overdue.max())}
        sentence += f"; {len(overdue)} are past their date, the median by {counted(values['median_overdue_days'], 'day')}"
    return Result(values.get("median_slip_days"), sentence + ".", values, "", promises, sources_of(promises))
