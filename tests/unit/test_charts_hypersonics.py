"""The figures on hypersonic weapons say what their tables say."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from armscontrol.charts import hypersonics as charts

from .figure_reading import NOW, THEN, check, title, words_outside


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def senses():
    return charts.who_has_frame(NOW.table("hypersonic_definitions"), (THEN.table("hypersonic_status"), NOW.then), (NOW.table("hypersonic_status"), NOW.today))


@pytest.fixture(scope="module")
def flown():
    return charts.flights_frame(check("flight_tests").rows, NOW.table("hypersonic_systems"), NOW.then)


@pytest.fixture(scope="module")
def dates():
    return charts.promises_frame(NOW.table("fielding_promises"), NOW.table("hypersonic_systems"))


def test_the_matrix_counts_the_senses_as_the_check_does(senses):
    then = check("only_russia", "then")
    fig = charts.who_has(senses, NOW.then, NOW.today)
    assert f"in {then.values['alone']} of {then.values['definitions']} senses" in title(fig)
    assert len(fig.axes[0].patches) == then.values["alone"] + check("only_russia").values["alone"]
    assert words_outside(fig) == []


def test_a_change_is_dated_only_if_it_came_after_the_speech(senses):
    assert set(senses.loc[senses["then"] == senses["today"], "since"]) == {""}
    assert senses.set_index(["definition_id", "country"]).loc[("narrow-on-duty", "Russia"), "since"] == "Dec 2019"


def test_another_country_in_service_takes_the_claim_away(senses):
    other = senses.assign(russia_alone_then="no")
    assert "in 0 of" in title(charts.who_has(other, NOW.then, NOW.today))


def test_each_flight_is_one_mark_and_no_two_overlap(flown):
    fig = charts.flights(flown, NOW.then, "speech")
    assert "5 countries" in title(fig) and words_outside(fig) == []
    assert len(flown) == check("flight_tests").value
    for _, rows in flown.groupby("country"):
        levels = charts._levels(rows.sort_values("drawn"))
        for _, same in rows.loc[levels.index].groupby(levels):
            assert (same["drawn"].sort_values().diff().dropna() >= pd.Timedelta(days=190)).all()


def test_the_promises_title_follows_the_outcomes(dates):
    fig = charts.promises(dates, NOW.then, NOW.today, "speech")
    assert title(fig).startswith("None of") and words_outside(fig) == []
    kept = dates.assign(outcome=dates["outcome"].replace("missed", "kept"))
    assert not title(charts.promises(kept, NOW.then, NOW.today, "speech")).startswith("None")


def test_alt_texts_hold_the_numbers(senses, flown, dates):
    assert f"Timeline of {len(flown)} flights" in charts.flights_alt(flown)
    assert charts.who_has_alt(senses).count("Russia ") >= senses["definition_id"].nunique()
    assert charts.promises_alt(dates).count(":") >= len(dates)
