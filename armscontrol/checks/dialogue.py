"""Whether the two sides were talking: meetings on strategic arms before the speech."""

from __future__ import annotations

import pandas as pd

from briefing import checks, dated
from briefing.checks import Result

from ..tables import by_day, counted, listed, sources_of
from .timeline import event

MONTHS = 3
PRESIDENT = "Putin"


@checks.register
def dialogue_meetings_before(tables, as_of, argument=None) -> Result:
    """US-Russian meetings on strategic arms in the months before the speech (argument: how many months, 3 if not given).

    Measured on `dialogue_meetings`, up to the speech or, if that is earlier, the day asked; `summits` are the meetings of the
    two presidents, `rounds` the others. A meeting is no answer: what was
    said in the room is known only from what each side told, and meetings that nobody reported are missing.
    """
    months = int(argument or MONTHS)
    speech = event(tables, as_of, "speech")["date"]
    end = speech.iloc[0] if len(speech) else pd.Timestamp(as_of)
    held = by_day(tables("dialogue_meetings"), end)
    held = held[held["date"] >= end - pd.DateOffset(months=months)]
    values: dict[str, object] = {"n": len(held), "months": months, "places": listed(dict.fromkeys(held["place"]))}
    summit = held["ru_head"] == PRESIDENT
    values |= {"summits": int(summit.sum()), "rounds": int((~summit).sum()), "round_places": listed(dict.fromkeys(held.loc[~summit, "place"]))}
    sentence = f"In the {counted(months, 'month')} before {dated(end)} the sides met {'once' if len(held) == 1 else f'{len(held)} times'} on strategic arms"
    if len(held):
        last = held.iloc[-1]
        values |= {"first": dated(held["date"].iloc[0]), "last": dated(last["date"]), "last_place": str(last["place"])}
        values["last_days_before"] = int((end - last["date"]).days)
        sentence += f" ({values['places']}), {values['summits']} of them the presidents', the last time on {values['last']}"
    return Result(len(held), sentence + ".", values, "", held, sources_of(held))
