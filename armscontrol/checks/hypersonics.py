"""Hypersonic weapons: who has them in which sense on a day, and whose vehicles had flown."""

from __future__ import annotations

import pandas as pd

from briefing import BriefingError, checks, dated
from briefing.checks import Result

from ..places import key, named
from ..tables import by_day, counted, listed, sources_of

# The firmest answer of several systems speaks for the country.
FIRMEST_FIRST = ("yes", "disputed", "unknown", "no")
NOTHING = "nothing found"
THREE = ("United States", "Russia", "China")
# One rule for every country: vehicles that glide or breathe air. Ballistic and aeroballistic missiles are left out.
VEHICLES = ("glide vehicle", "waverider", "scramjet")


def live_on(status: pd.DataFrame, day) -> pd.DataFrame:
    """The rows of `hypersonic_status` that stand on a day, one a country (joint programmes count for each partner).

    A row ends only when a later one about the same country and definition is known: what ended an earlier answer may have
    become public years later, and until then the earlier answer stood.
    """
    begun = status[status["from_date"] <= pd.Timestamp(day)]
    replaced = [
        ((begun["country"] == row.country) & (begun["definition_id"] == row.definition_id) & (begun["from_date"] >= row.until_date)).any()
        for row in begun.itertuples()
    ]
    live = begun[~pd.Series(replaced, index=begun.index, dtype=bool)]
    return live.assign(country=live["country"].str.split(" / ")).explode("country")


def standing(status: pd.DataFrame, day) -> pd.DataFrame:
    """Country × definition on a day: yes, disputed, unknown, no, or `nothing found` where there is no row."""
    firmest = live_on(status, day).groupby(["country", "definition_id"])["meets"].agg(lambda m: min(m, key=FIRMEST_FIRST.index))
    return firmest.unstack().astype(object).fillna(NOTHING)


def is_russia_alone(answers: pd.Series) -> str:
    """`yes`, `no` or `not settled`, from the answer of each country under one definition."""
    russia, others = answers.get("Russia", NOTHING), answers.drop("Russia", errors="ignore")
    if "yes" in set(others) or russia in ("no", NOTHING):
        return "no"
    return "not settled" if russia != "yes" or set(others) & {"disputed", "unknown"} else "yes"


@checks.register
def who_has_hypersonics(tables, as_of, argument=None) -> Result:
    """Which countries meet a definition of having hypersonic weapons (argument: `definition_id`) on a day.

    Measured on `hypersonic_status`. Disputed and unknown answers stay what they are: Russia is alone only if it meets the
    definition and no other country meets it or may meet it. A country without a row is one of which nothing was found.
    """
    definitions, status = tables("hypersonic_definitions"), tables("hypersonic_status")
    if argument not in definitions.index:
        raise BriefingError(f"Ask who_has_hypersonics with one of the definitions: {', '.join(definitions.index)}.")
    table = standing(status, as_of)
    answers = table[argument] if argument in table else pd.Series(dtype=object)
    having, disputed, unknown = ([named(c) for c, a in answers.items() if a == word] for word in FIRMEST_FIRST[:3])
    alone = is_russia_alone(answers)
    rows = live_on(status, as_of).query("definition_id == @argument")
    sentence = f"On {dated(as_of)}, in the sense “{definitions.at[argument, 'name_en']}”: met by {listed(having, 'no country')}"
    sentence += "".join(f"; {word} for {listed(found)}" for word, found in (("disputed", disputed), ("unknown", unknown)) if found) + "."
    values = {
        "definition": str(definitions.at[argument, "name_en"]),
        "n_countries": len(having), "countries": listed(having, "no country"),
        "n_disputed": len(disputed), "disputed": listed(disputed), "n_unknown": len(unknown), "unknown": listed(unknown),
        "russia_alone": alone,
    } | {key(c): str(answers.get(c, NOTHING)) for c in (*THREE, *sorted(set(answers.index) - set(THREE)))}
    bearing = {"yes": "supports", "no": "contradicts"}.get(alone, "cannot_settle")
    return Result(len(having), sentence, values, bearing, rows, sources_of(rows))


@checks.register
def only_russia(tables, as_of, argument=None) -> Result:
    """Under how many of the definitions of having hypersonic weapons Russia alone has them.

    Measured on `hypersonic_definitions` and `hypersonic_status`, for the day asked (argument: an earlier day, seen with what
    is known on the day asked). Each definition falls into one class: Russia `alone`, `with_others`, `others_only` (another
    country has them and Russia is not shown to), `nobody`, or `disputed`, where the class hangs on an answer that is disputed
    or unknown; `not_alone` counts those under which Russia is surely not alone, whatever the open answers are. The
    definitions are ours: the count shows how far the answer depends on the sense, and is no probability.
    """
    day = min(pd.Timestamp(argument or as_of), pd.Timestamp(as_of))
    definitions, status = tables("hypersonic_definitions").sort_values("order"), tables("hypersonic_status")
    table = standing(status, day)
    records = []
    for definition, name in definitions["name_en"].items():
        answers = table[definition] if definition in table else pd.Series(dtype=object)
        others = [named(c) for c, a in answers.items() if a == "yes" and c != "Russia"]
        russia, open_ = answers.get("Russia", NOTHING), [named(c) for c, a in answers.items() if a in ("disputed", "unknown")]
        if others:
            kind = "with_others" if russia == "yes" else "others_only"
        else:
            kind = "disputed" if open_ else "alone" if russia == "yes" else "nobody"
        records.append((definition, name, russia, listed(others), listed(open_), kind, is_russia_alone(answers)))
    rows = pd.DataFrame(records, columns=["definition_id", "name_en", "russia", "others", "not_settled_for", "answer", "russia_alone"])
    values: dict[str, object] = {"definitions": len(rows), "day": dated(day), "not_alone": int((rows["russia_alone"] == "no").sum())}
    for kind in ("alone", "with_others", "others_only", "nobody", "disputed"):
        names = rows.loc[rows["answer"] == kind, "name_en"]
        values |= {kind: len(names), f"{kind}_names": listed(f"“{n}”" for n in names)}
    sentence = (
        f"On {dated(day)} Russia alone had hypersonic weapons under {values['alone']} of {values['definitions']} definitions: "
        f"with others under {values['with_others']}, others without it under {values['others_only']}, "
        f"nobody under {values['nobody']}, not settled under {values['disputed']}."
    )
    return Result(values["alone"], sentence, values, "", rows, sources_of(live_on(status, day)))


@checks.register
def flight_tests(tables, as_of, argument=None) -> Result:
    """Flights of hypersonic vehicles before a day, by country and outcome (argument: one `vehicle_class`, else all three).

    Measured on `hypersonic_tests` by one rule for every country: glide vehicles, waveriders and scramjets that flew, out of
    combat. A floor, never a count of who tested more: it holds what open sources report, and outcomes are mostly those
    claimed by the tester. Joint programmes are listed apart, as `A / B`.
    """
    tests = by_day(tables("hypersonic_tests"), as_of)
    classes = (argument,) if argument else VEHICLES
    flown = tests[tests["vehicle_class"].isin(classes) & (tests["is_flight"] == "yes") & (tests["is_combat"] == "no")]
    counts = pd.crosstab(flown["country"], flown["outcome"]) if len(flown) else pd.DataFrame()
    countries = [*THREE, *sorted(set(flown["country"]) - set(THREE))]
    counts = counts.reindex(index=countries, columns=["success", "partial", "failure", "unknown", "disputed"], fill_value=0).astype(int)
    counts.insert(0, "flights", counts.sum(axis=1))
    values: dict[str, object] = {"flights": len(flown), "countries": int((counts["flights"] > 0).sum())}
    for country, row in counts.iterrows():
        values |= {
            f"{key(country)}_flights": int(row["flights"]), f"{key(country)}_successes": int(row["success"]),
            f"{key(country)}_partial": int(row["partial"]), f"{key(country)}_failures": int(row["failure"]),
            f"{key(country)}_unclear": int(row["unknown"] + row["disputed"]),
        }
    told = listed(f"{named(c)} {r['flights']} ({counted(r['success'], 'success', 'successes')})" for c, r in counts.iterrows() if c in THREE or r["flights"])
    sentence = f"By {dated(as_of)} open sources report at least {counted(len(flown), 'flight')} of hypersonic {_classes(classes)}: {told}."
    return Result(len(flown), sentence, values, "", flown, sources_of(flown))


def _classes(classes: tuple[str, ...]) -> str:
    return listed([c + "s" for c in classes])
