"""How outlets tell the offer: where they put it, and who they say replied."""

from __future__ import annotations

import pandas as pd

from briefing import checks
from briefing.checks import Result

from ..tables import counted, sources_of

ARTICLE = "lnt"
PLACES = ("osaka", "phone", "unplaced", "not stated")
REPLIERS = ("trump", "white house", "us side", "they", "not stated")


def other_outlets(tables) -> pd.DataFrame:
    """The outlets compared, without the one whose article this is."""
    outlets = tables("outlets")
    return outlets[outlets["outlet_id"] != ARTICLE]


@checks.register
def outlets_placing_offer(tables, as_of, argument=None) -> Result:
    """How many outlets place the offer in Osaka, on the telephone, or nowhere.

    Measured on `outlets`, the article itself left out; `n` counts those that speak of a place or tie only the discussion of
    the weapons to one (`unplaced`), `outlets` all. A count of pages, many seen in part, several carrying the same agency:
    no vote on where it happened.
    """
    values, rows = _tally(tables, "place_of_offer", PLACES)
    sentence = (
        f"Of {counted(values['outlets'], 'outlet')} compared, {values['osaka']} put the offer in Osaka, {values['phone']} in a telephone call, "
        f"{values['unplaced']} name no place for it; in {values['not_stated']} nothing on this was seen."
    )
    return Result(values["osaka"], sentence, values, "", rows, sources_of(rows))


@checks.register
def outlets_on_reply(tables, as_of, argument=None) -> Result:
    """Who, according to the outlets, replied to the offer.

    Measured on `outlets`, the article itself left out; `n` counts those that name someone, `outlets` all. Where an outlet's
    own words and the quotation differ, the row gives the outlet's own. A count of pages, not of witnesses: all go back to
    one speech.
    """
    values, rows = _tally(tables, "who_replied", REPLIERS)
    sentence = (
        f"Of {counted(values['n'], 'outlet')} that name who replied, {values['trump']} say Trump, {values['white_house']} the White House, "
        f"{values['us_side']} the American side, {values['they']} only “they”."
    )
    return Result(values["trump"], sentence, values, "", rows, sources_of(rows))


def _tally(tables, column: str, answers: tuple[str, ...]) -> tuple[dict[str, object], pd.DataFrame]:
    rows = other_outlets(tables)
    values: dict[str, object] = {"outlets": len(rows), "n": int((rows[column] != "not stated").sum())}
    for answer in answers:
        names, name = rows.loc[rows[column] == answer, "outlet"], answer.replace(" ", "_")
        # Names of outlets hold commas, so a list of them is divided by semicolons.
        values |= {name: len(names), f"{name}_names": "; ".join(names) or "none"}
    return values, rows
