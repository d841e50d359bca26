"""The figures on hypersonic weapons say what their tables say."""

import pandas as pd
import pytest
import briefing as bf
from armscontrol.charts import hypersonics as charts

from .figure_reading import title, words_outside


@pytest.fixture(scope="module")
def packages():
    return bf.load(), bf.load(as_of="then")


@pytest.fixture(scope="module")
def senses(packages):
    now, then = packages
    return charts.who_has_frame(now.table("hypersonic_definitions"), (then.table("hypersonic_status"), now.then), (now.table("hypersonic_status"), now.today))


@pytest.fixture(scope="module")
def flown(packages):
    return charts.flights_frame(bf.check("flight_tests").rows, packages[0].table("hypersonic_systems"), packages[0].then)


@pytest.fixture(scope="module")
def dates(packages):
    return charts.promises_frame(packages[0].table("fielding_promises"), packages[0].table("hypersonic_systems"))


def test_the_matrix_counts_the_senses_as_the_check_does(packages, senses):
    then = bf.check("only_russia", "then")
    fig = charts.who_has(senses, packages[0].then, packages[0].today)
    assert f"in {then.values['alone']} of {then.values['definitions']} senses" in title(fig)
    assert len(fig.axes[0].patches) == then.values["alone"] + bf.check("only_russia").values["alone"]
    assert words_outside(fig) == []


def test_a_change_is_dated_only_if_it_came_after_the_speech(senses):
    assert set(senses.loc[senses["then"] == senses["today"], "since"]) == {""}
    assert senses.set_index(["definition_id", "country"]).loc[("narrow-on-duty", "Russia"), "since"] == "Dec 2019"


def test_another_country_in_service_takes_the_claim_away(packages, senses):
    other = senses.assign(russia_alone_then="no")
    assert "in 0 of" in title(charts.who_has(other, packages[0].then, packages[0].today))


def test_each_flight_is_one_mark_and_no_two_overlap(packages, flown):
    fig = charts.flights(flown, packages[0].then, "speech")
    assert "5 countries" in title(fig) and words_outside(fig) == []
    drawn = sum(n for n in flown["country"].map(lambda c: 1))
    assert drawn == bf.check("flight_tests").value
    for _, rows in flown.groupby("country"):
        levels = charts._levels(rows.sort_values("drawn"))
        for _, same in rows.loc[levels.index].groupby(levels):
            assert (same["drawn"].sort_values().diff().dropna() >= pd.Timedelta(days=190)).all()


def test_the_promises_title_follows_the_outcomes(packages, dates):
    now = packages[0]
    fig = charts.promises(dates, now.then, now.today, "speech")
    assert title(fig).startswith("None of") and words_outside(fig) == []
    kept = dates.assign(outcome=dates["outcome"].replace("missed", "kept"))
    assert not title(charts.promises(kept, now.then, now.today, "speech")).startswith("None")


def test_alt_texts_hold_the_numbers(senses, flown, dates):
    assert f"Timeline of {len(flown)} flights" in charts.flights_alt(flown)
    assert charts.who_has_alt(senses).count("Russia ") >= senses["definition_id"].nunique()
    assert charts.promises_alt(dates).count(":") >= len(dates)
