"""Stockpiles, forces and spending; and what holds for every check."""

import pytest

import briefing as bf

from .checks_by_hand import ask, package, real

STOCKPILES = """
    year, country, warheads, vintage, known_on
    2019, United States, 300, A 2020, 2020-01-01
    2019, Russia, 400, A 2020, 2020-01-01
    2019, China, 100, A 2020, 2020-01-01
    2020, United States, 290, B 2021, 2021-01-01
    2020, China, 110, B 2021, 2021-01-01
"""
SPENDING = """
    year, country, usd_billion, vintage, known_on
    2018, United States, 600, April 2019, 2019-05-01
    2018, Russia, 60, April 2019, 2019-05-01
    2018, United States, 620, April 2020, 2020-05-01
    2018, Russia, 31, April 2020, 2020-05-01
    2019, United States, 700, April 2020, 2020-05-01
"""
FORCES = """
    as_of, country, status, warheads_low, warheads_high, vintage, known_on
    2019-05-01, United States, deployed strategic, 160, 160, FAS, 2019-05-31
    2019-05-01, Russia, deployed strategic, 200, 220, FAS, 2019-05-31
    2019-05-01, Russia, retired, 50, 50, FAS, 2019-05-31
    2025-01-01, United States, deployed, 177, 177, SIPRI, 2025-06-30
"""


def test_stockpiles_of_the_last_year_with_both_sides():
    found = ask("stockpile_share", "2026-01-01", stockpiles=STOCKPILES)
    assert [found[k].value for k in ("year", "us", "russia", "total", "states", "ratio", "share_percent")] == [2019, 300, 400, 800, 3, 0.75, 88]
    assert ask("stockpile_share", "2019-09-05", stockpiles=STOCKPILES).value is None
    assert ask("stockpile_share", "2026-01-01", "2020", stockpiles=STOCKPILES).value is None


def test_spending_in_one_edition():
    assert ask("spending_ratio", "2019-09-05", military_spending=SPENDING)["ratio"].value == 10.0
    later = ask("spending_ratio", "2021-01-01", military_spending=SPENDING)
    assert (later["year"].value, later["ratio"].value, later["vintage"].value) == (2018, 20.0, "April 2020")
    assert ask("spending_ratio", "2021-01-01", "2019", military_spending=SPENDING).value is None


def test_forces_of_one_status():
    found = ask("force_ratio", "2026-01-01", strategic_forces=FORCES)
    assert [found[k].value for k in ("us", "russia", "russia_high", "ratio")] == [160, 200, 220, 0.8]
    assert ask("force_ratio", "2026-01-01", "retired", strategic_forces=FORCES).value is None


def test_real_balance():
    assert real("stockpile_share", "then").value is None  # published later
    assert [real("stockpile_share:2019")[k].value for k in ("us", "russia", "states")] == [3805, 4330, 9]
    assert real("spending_ratio", "then")["year"].value == 2018 and real("spending_ratio", "then")["ratio"].value > 10
    assert real("force_ratio", "then")["ratio"].value == 1.0


ARGUMENTS = {
    "who_has_hypersonics": "narrow-on-duty", "same_rendering": "C22", "nearest_rendering": "C22", "verbatim_in": "why_spend/rt-france",
}


@pytest.mark.parametrize("day", ["then", "2019-10-04", "2021-02-03", "2023-06-01", "today"])
def test_every_check_gives_plain_figures_a_sentence_and_known_sources(day):
    data = package(day)
    ours = [name for name in bf.checks.names(data) if bf.checks._checks[name].__module__.startswith("armscontrol.")]
    assert len(ours) >= 15
    for name in ours:
        result = bf.checks.run(data, f"{name}:{ARGUMENTS[name]}" if name in ARGUMENTS else name)
        assert {type(v) for v in result.values.values()} <= {int, float, str, bool}, name
        assert result.sentence.endswith(".") and "nan" not in result.sentence.lower().split(), name
        assert set(result.sources) <= set(data.records), name
        assert len(bf.checks.describe(name)) > 100, name
