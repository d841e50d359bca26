"""The figure on what came after."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import briefing as bf
from armscontrol.charts import since

from .checks_by_hand import ROOT, table


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def package():
    return bf.load(ROOT)


def test_milestones_agree_with_the_check(package):
    rows = since.milestones(package.table("events"), package.then)
    days = bf.checks.run(package, "days_since").values
    assert len(rows) == len(since.MILESTONES) and rows["date"].is_monotonic_increasing
    assert {days["us_reply"], days["avangard_duty"], days["extension"], days["suspension"], days["lapse"]} <= set(rows["days"])


def test_a_milestone_that_is_not_there_is_named(package):
    events = package.table("events")
    with pytest.raises(ValueError, match="0 events have 'New START expires'"):
        since.milestones(events[~events["title_en"].str.contains("New START expires")], package.then)


def test_timeline_counts_in_its_title_and_draws_each_step(package):
    rows = since.milestones(package.table("events"), package.then)
    treaty = pd.Series({"ended": pd.Timestamp("2026-02-05")})
    fig = since.timeline(rows, treaty, "2021-02-05", package)
    assert "1,826 days" in fig.texts[0].get_text() and "2,345 days" in fig.texts[0].get_text()
    assert sum(line.get_marker() == "o" for line in fig.axes[0].lines) == len(rows)
    assert f"day {rows['days'].iloc[-1]:,}" in since.timeline_alt(rows, treaty, "2021-02-05", package.then)


def test_forecasts_are_the_forecasts():
    claims = table("claim_id, kind, speaker, assertion_en, horizon\nC1, forecast, A, It will rain., 2020-01-01\nC2, statement, B, It rains., -")
    claims["horizon"] = pd.to_datetime(claims["horizon"].replace("", None))
    outcome = lambda word: {"C1": SimpleNamespace(outcome=word)}
    rows = since.forecasts(claims, outcome("too early"), outcome("came about"))
    assert rows[["claim_id", "then", "now"]].values.tolist() == [["C1", "too early", "came about"]]
