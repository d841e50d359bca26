"""The figures on balance say what their tables say."""

import matplotlib.pyplot as plt
import pytest

from armscontrol.charts import balance as charts

from .figure_reading import NOW, check, title, words_outside


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def declared():
    return charts.ceilings_frame(check("new_start_counts", "then").rows, NOW.table("new_start_limits"))


def test_the_ceilings_title_notices_a_count_above(declared):
    fig = charts.ceilings(declared, NOW.then)
    assert title(fig).startswith("Neither side") and words_outside(fig) == []
    over = declared.assign(declared=declared["declared"] + (declared.index == 0) * 400)
    assert not title(charts.ceilings(over, NOW.then)).startswith("Neither")
    assert {"1,461", "1,365"} <= set(charts.ceilings_alt(declared).replace("(", " ").split())


def test_the_yardsticks_are_ratios_of_what_the_checks_give():
    counts, money = check("new_start_counts", "then"), check("spending_ratio", "then")
    frame = charts.yardsticks_frame(counts, check("force_ratio", "then"), check("force_ratio:stockpile", "then"), money)
    fig = charts.yardsticks(frame)
    assert f"{money.value} to 1 in money" in title(fig) and words_outside(fig) == []
    assert frame["ratio"].iloc[2] == counts.values["warheads_ratio"]


def test_the_stockpiles_name_all_nine_states_at_their_lines():
    frame = NOW.table("stockpiles")
    fig = charts.stockpiles(frame, NOW.then, "speech", {2019: 87, 2025: 83})
    assert "87 % in 2019 and 83 % in 2025" in title(fig) and words_outside(fig) == []
    labels = " ".join(t.get_text() for ax in fig.axes for t in ax.texts).replace("UK", "United Kingdom").replace("US", "United States")
    assert all(country in labels for country in frame["country"].unique())
    assert charts.stockpiles_alt(frame).count("peak") == 9


def test_labels_that_would_touch_are_spread():
    fig, ax = plt.subplots()
    ax.set_ylim(0, 100)
    charts._label_ends(ax, {"a": (1, 50, "k"), "b": (1, 51, "k"), "c": (1, 90, "k")})
    scale = ax.bbox.height * 72 / fig.dpi / 100
    places = [t.xy[1] * scale + t.xyann[1] for t in ax.texts]
    assert places == sorted(places) and min(b - a for a, b in zip(places, places[1:])) >= 10.4
