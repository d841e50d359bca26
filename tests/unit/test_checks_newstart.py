"""New START: counts, lapse, and the weapons counted under it."""

import pytest

from .checks_by_hand import ask, real

EXCHANGES = """
    date,       country,       deployed_delivery_vehicles, deployed_warheads, total_launchers, known_on
    2019-03-01, United States, 650, 1300, 800, 2019-04-01
    2019-03-01, Russia,        520, 1400, 760, 2019-04-03
    2019-09-01, United States, 660, 1410, 800, 2019-10-04
    2019-09-01, Russia,        510, 1410, -,   2019-10-04
    2020-03-01, United States, 655, 1370, 800, 2020-05-15
    2020-03-01, Russia,        -,   -,    -,   2020-05-15
"""
LIMITS = """
    measure, limit
    deployed_delivery_vehicles, 700
    deployed_warheads, 1550
    total_launchers, 800
"""


def test_the_last_exchange_public_on_the_day():
    found = ask("new_start_counts", "2019-09-05", new_start_exchanges=EXCHANGES, new_start_limits=LIMITS)
    assert (found["date"].value, found["published"].value) == ("1 March 2019", "3 April 2019")
    assert (found["us_warheads"].value, found["russia_warheads"].value) == (1300, 1400)
    assert (found["warheads_difference"].value, found["more_warheads"].value, found["warheads_ratio"].value) == (100, "Russia", 0.93)
    assert (found["us_warheads_headroom"].value, found["russia_vehicles_headroom"].value, found["us_launchers_headroom"].value) == (250, 180, 0)
    assert found.sentence.endswith("the United States had 130 more vehicles and 40 more launchers; Russia had 100 more warheads.")


def test_one_side_alone_is_no_exchange_and_a_gap_stays_a_gap():
    found = ask("new_start_counts", "2020-06-01", new_start_exchanges=EXCHANGES, new_start_limits=LIMITS)
    assert found["date"].value == "1 September 2019"
    assert found["russia_launchers"].value == "not seen" and "launchers_difference" not in found.values
    assert found["more_warheads"].value == "neither" and "more warheads" not in found.sentence
    assert ask("new_start_counts", "2018-01-01", new_start_exchanges=EXCHANGES, new_start_limits=LIMITS).value is None


TREATY = {
    "treaties": """
        treaty_id, entered_into_force
        newstart,  2011-02-05
    """,
    "events": """
        event_id, date,       title_en,                   known_on
        V1,       2021-01-26, Notes exchanged,            2021-01-26
        V2,       2021-02-03, Extension enters into force, 2021-02-03
        V3,       2026-02-05, New START expires,          2026-02-05
    """,
}


@pytest.mark.parametrize(
    "day, lapse, extended, lapsed, left, after",
    [
        ("2019-09-05", "2021-02-05", "no", "no", 519, 0),
        ("2021-02-02", "2021-02-05", "no", "no", 3, 0),
        ("2021-02-03", "2026-02-05", "yes", "no", 1828, 0),
        ("2026-02-04", "2026-02-05", "yes", "no", 1, 0),
        ("2026-02-05", "2026-02-05", "yes", "yes", 0, 0),
        ("2026-02-15", "2026-02-05", "yes", "yes", 0, 10),
    ],
)
def test_when_it_would_lapse_as_known_on_a_day(day, lapse, extended, lapsed, left, after):
    found = ask("new_start_lapse", day, **TREATY)
    assert [found[k].value for k in ("lapse_iso", "extended", "lapsed", "days_left", "days_after")] == [lapse, extended, lapsed, left, after]


SAID = """
    accountability_id, system,   counts_under,   who_says, side,          said_on,    known_on
    A1,                Glider,   no,             Letter,   Russia,        2019-01-01, 2019-06-01
    A2,                Glider,   yes,            Hearing,  United States, 2019-05-15, 2019-05-15
    A3,                Glider,   yes as payload, Minister, Russia,        2019-11-01, 2019-11-01
    A4,                Cruiser,  no,             Minister, Russia,        2019-11-01, 2019-11-01
    A5,                Latecome, inference no,   nobody,   this briefing, -,          2022-01-01
"""


def test_a_later_word_replaces_an_earlier_one():
    assert ask("weapons_counted", "2019-02-01", accountability=SAID)["systems"].value == 0
    assert ask("weapons_counted", "2019-05-20", accountability=SAID)["glider"].value == "counts"
    then = ask("weapons_counted", "2019-09-05", accountability=SAID)
    assert (then["glider"].value, then["differ_names"].value, then["counted"].value) == ("sides differ", "Glider", 0)
    now = ask("weapons_counted", "2026-11-23", accountability=SAID)
    assert (now["glider"].value, now["glider_since"].value, now["glider_first_said_by"].value) == ("counts", "15 May 2019", "Hearing")
    assert (now["not_counted_names"].value, now["inferred_names"].value) == ("Cruiser", "Latecome") and "latecome_since" not in now.values
    assert ask("weapons_counted", "2026-11-23", "Cruiser", accountability=SAID)["systems"].value == 1


def test_real_counts():
    then = real("new_start_counts", "then")
    assert [then[f"{s}_{m}"].value for s in ("russia", "us") for m in ("vehicles", "warheads", "launchers")] == [524, 1461, 760, 656, 1365, 800]
    assert (then["date"].value, then["warheads_difference"].value, then["vehicles_difference"].value) == ("1 March 2019", 96, 132)
    assert real("new_start_counts", "2019-10-04")["date"].value == "1 September 2019"
    assert real("new_start_counts")["date"].value == "1 September 2022"


def test_real_lapse():
    assert real("new_start_lapse", "then")["lapse"].value == "5 February 2021"
    assert real("new_start_lapse", "2021-02-03")["lapse"].value == "5 February 2026"
    assert real("new_start_lapse")["lapsed"].value == "yes" and "lapse" in set(real("new_start_lapse").rows["fact"])


def test_real_weapons():
    assert real("weapons_counted", "then")["counted"].value == 0
    now = real("weapons_counted")
    assert now["counted_names"].value == "Avangard and Sarmat"
    assert now["avangard_since"].value == "1 November 2019" and now["kinzhal"].value == "does not count"
