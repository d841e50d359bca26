"""New START: the counts last public on a day, and the day on which the treaty would lapse as known then."""

from __future__ import annotations

import pandas as pd

from briefing import checks, dated
from briefing.checks import Result

from ..places import named
from ..tables import by_day, counted, dates_with, listed, sources_of
from .timeline import event

SIDES = ("United States", "Russia")
MEASURES = {"deployed_warheads": "warheads", "deployed_delivery_vehicles": "vehicles", "total_launchers": "launchers"}
NOT_SEEN = "not seen"
# Article XIV: ten years from entry into force, and one extension of at most five, which was used in full.
TERM, EXTENSION = pd.DateOffset(years=10), pd.DateOffset(years=5)


@checks.register
def new_start_counts(tables, as_of, argument=None) -> Result:
    """What both sides declared in the last New START exchange that was public on a day.

    Measured on `new_start_exchanges` and `new_start_limits`. Treaty counts are no arsenals: a heavy bomber counts as one
    warhead, and stored and non-strategic warheads are outside. Differences are given as size and holder; ratios are the
    United States' figure over Russia's; headroom is what the ceiling of 2018 leaves; `published` is the first day on which the
    counts are shown to have been public. A figure that no source shows reads `not seen`.
    """
    known = by_day(tables("new_start_exchanges"), as_of).dropna(subset=["deployed_warheads"])
    days = dates_with(known, "date", SIDES)
    if days.empty:
        return Result(None, f"No exchange of both sides was public on {dated(as_of)}.")
    rows = known[known["date"] == days.max()]
    both, limits = rows.set_index("country"), tables("new_start_limits").set_index("measure")
    published = rows["known_on"].max()
    values: dict[str, object] = {"date": dated(days.max()), "published": dated(published), "age_days": int((pd.Timestamp(as_of) - days.max()).days)}
    for column, name in MEASURES.items():
        us, russia = (_number(both.at[side, column]) for side in SIDES)
        limit = int(limits.at[column, "limit"])
        values |= {f"us_{name}": us, f"russia_{name}": russia, f"limit_{name}": limit}
        if NOT_SEEN not in (us, russia):
            values |= {
                f"us_{name}_headroom": limit - us, f"russia_{name}_headroom": limit - russia, f"{name}_difference": abs(us - russia),
                f"more_{name}": "neither" if us == russia else SIDES[us < russia], f"{name}_ratio": round(us / russia, 2),
            }
    more = {side: [f"{values[f'{n}_difference']} more {n}" for n in MEASURES.values() if values.get(f"more_{n}") == side] for side in SIDES}
    leads = "; ".join(f"{named(side)} had {listed(found)}" for side, found in more.items() if found)
    sentence = (
        f"The last counts public on {dated(as_of)} were those of {values['date']}: Russia {values['russia_warheads']:,} warheads on "
        f"{values['russia_vehicles']} deployed vehicles, the United States {values['us_warheads']:,} on {values['us_vehicles']}"
        + (f"; {leads}." if leads else ".")
    )
    return Result(values["date"], sentence, values, "", rows, sources_of(rows, limits))


def _number(cell):
    return NOT_SEEN if pd.isna(cell) else int(cell)


@checks.register
def new_start_lapse(tables, as_of, argument=None) -> Result:
    """The day on which New START would lapse, as known on a day, and how far off it was.

    Derived from `treaties` (entry into force) and `events` (the extension of 2021): ten years, and five more once the
    extension was in force. Before that an extension was possible, not certain. Suspension (2023) does not end a treaty.
    """
    treaty = tables("treaties").loc["newstart"]
    extension = event(tables, as_of, "extension")
    lapse, extended = treaty["entered_into_force"] + TERM, len(extension) > 0
    facts = [("entry into force", treaty["entered_into_force"], treaty["source_ids"])]
    if extended:
        lapse += EXTENSION
        facts.append(("extension in force", extension["date"].iloc[0], extension["source_ids"].iloc[0]))
    away = int((lapse - pd.Timestamp(as_of)).days)
    values = {
        "lapse": dated(lapse), "lapse_iso": lapse.date().isoformat(), "year": int(lapse.year), "extended": "yes" if extended else "no",
        "lapsed": "yes" if away <= 0 else "no", "days_left": max(away, 0), "days_after": max(-away, 0),
    }
    if away > 0:
        how = "it had been extended, for the one time allowed" if extended else "it could be extended once, by up to five years"
        sentence = f"On {dated(as_of)} New START was due to lapse on {values['lapse']}, {counted(away, 'day')} later; {how}."
    else:
        ended = event(tables, as_of, "lapse")
        facts += [("lapse", day, ids) for day, ids in zip(ended["date"], ended["source_ids"])]
        sentence = f"New START lapsed on {values['lapse']}, {counted(-away, 'day')} before {dated(as_of)}."
    rows = pd.DataFrame(facts, columns=["fact", "date", "source_ids"])
    return Result(values["lapse"], sentence, values, "", rows, sources_of(rows))
