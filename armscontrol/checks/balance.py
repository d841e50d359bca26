"""Balance in numbers: stockpiles, deployed forces and spending of the United States and Russia."""

from __future__ import annotations

import pandas as pd

from briefing import checks, dated
from briefing.checks import Result

from ..tables import counted, dates_with, sources_of

SIDES = ("United States", "Russia")


@checks.register
def stockpile_share(tables, as_of, argument=None) -> Result:
    """Military stockpiles of the United States and Russia, their ratio and their share of all nuclear-armed states.

    Measured on `stockpiles` for the last year known on the day (argument: a year). Estimates, from one edition of the series;
    deployed and reserve warheads, without retired ones. No New START counts. The figures for 2019 were published later,
    so on the day of the speech none of this edition was known.
    """
    known = tables("stockpiles")
    rows = _last(known[known["year"] <= as_of.year], "year", argument)
    if rows is None:
        return Result(None, f"No stockpile figures for both sides{f' in {argument}' if argument else ''} were known on {dated(as_of)}.")
    us, russia = _pair(rows, "warheads")
    total, year = int(rows["warheads"].sum()), int(rows["year"].iloc[0])
    values = {
        "year": year, "us": us, "russia": russia, "total": total, "states": len(rows), "ratio": round(us / russia, 2),
        "share_percent": round(100 * (us + russia) / total), "vintage": str(rows["vintage"].iloc[0]),
    }
    sentence = (
        f"In {year} the United States had about {us:,} warheads in its stockpile and Russia {russia:,}, together {values['share_percent']} % of "
        f"{total:,} in {counted(len(rows), 'state')} ({values['vintage']})."
    )
    return Result(values["share_percent"], sentence, values, "", rows, sources_of(rows))


@checks.register
def spending_ratio(tables, as_of, argument=None) -> Result:
    """Military spending of the United States over that of Russia, in current US dollars.

    Measured on `military_spending` for the last year of which both figures were known on the day (argument: a year), from the
    newest edition known that has both. Market exchange rates, not purchasing power: the ratio overstates the gap in means.
    """
    known = tables("military_spending")
    rows = _last(known[known["year"] <= as_of.year], "year", argument)
    if rows is None:
        return Result(None, f"No spending figures for both sides{f' in {argument}' if argument else ''} were known on {dated(as_of)}.")
    us, russia = (float(rows.loc[rows["country"] == side, "usd_billion"].iloc[0]) for side in SIDES)
    year, vintage = int(rows["year"].iloc[0]), str(rows["vintage"].iloc[0])
    values = {"year": year, "us": us, "russia": russia, "ratio": round(us / russia, 1), "vintage": vintage}
    sentence = (
        f"In {year} the United States spent US$ {us:g} billion and Russia {russia:g} billion (current), {values['ratio']:g} to 1 ({vintage})."
    )
    return Result(values["ratio"], sentence, values, "", rows, sources_of(rows))


@checks.register
def force_ratio(tables, as_of, argument=None) -> Result:
    """Warheads of one status (argument; `deployed strategic` if none) of the United States over those of Russia.

    Measured on `strategic_forces`, the last estimate of both sides in one edition known on the day. Estimates of research
    institutes: the low and the high end are given, the ratio is that of the low ends, and they are no New START counts.
    """
    status = argument or "deployed strategic"
    known = tables("strategic_forces").rename(columns={"as_of": "date"})
    rows = _last(known[(known["status"] == status) & (known["date"] <= pd.Timestamp(as_of))], "date")
    if rows is None:
        return Result(None, f"No estimate of {status} warheads on both sides was known on {dated(as_of)}.")
    us, russia = _pair(rows, "warheads_low")
    us_high, russia_high = _pair(rows, "warheads_high")
    values = {
        "date": dated(rows["date"].iloc[0]), "us": us, "russia": russia, "us_high": us_high, "russia_high": russia_high,
        "ratio": round(us / russia, 2), "vintage": str(rows["vintage"].iloc[0]),
    }
    sentence = f"In the estimate for {values['date']} the United States had {us:,} {status} warheads and Russia {russia:,} ({values['vintage']})."
    return Result(values["ratio"], sentence, values, "", rows, sources_of(rows))


def _last(rows: pd.DataFrame, column: str, argument: str | None = None) -> pd.DataFrame | None:
    """The rows of the last year or day (or the one asked for) that has both sides in one edition, the newest one known."""
    if argument:
        rows = rows[rows[column] == int(argument)]
    for _, group in sorted(rows.groupby([column, "vintage"]), key=lambda g: (g[0][0], g[1]["known_on"].max()), reverse=True):
        if len(dates_with(group, column, SIDES)):
            return group
    return None


def _pair(rows: pd.DataFrame, column: str) -> tuple[int, int]:
    return tuple(int(rows.loc[rows["country"] == side, column].iloc[0]) for side in SIDES)
