"""Who has hypersonic weapons in which sense, and whose vehicles had flown."""

import pandas as pd
import pytest

from armscontrol.checks.hypersonics import is_russia_alone, standing
from briefing import BriefingError

from .checks_by_hand import ask, real, table

DEFINITIONS = """
    definition_id, order, name_en
    wide,          1,     Any fast missile
    declared,      2,     Declared in service
    duty,          3,     On duty
    used,          4,     Used in combat
"""
STATUS = """
    status_id, country,           definition_id, meets,    from_date,  until_date, known_on
    H1,        Russia,            wide,          yes,      1972-01-01, -,          1972-01-01
    H2,        China / Pakistan,  wide,          yes,      1990-01-01, -,          1990-01-01
    H3,        Russia,            declared,      yes,      2017-12-01, -,          2018-03-01
    H4,        China,             declared,      disputed, 2019-10-01, -,          2019-10-01
    H5,        Russia,            duty,          no,       2017-12-01, 2019-12-27, 2018-03-01
    H6,        Russia,            duty,          yes,      2019-12-27, -,          2019-12-27
    H7,        China,             duty,          unknown,  2018-04-01, 2020-01-01, 2018-04-01
    H8,        China,             duty,          yes,      2020-01-01, -,          2021-11-01
"""
HAVE = {"hypersonic_definitions": DEFINITIONS, "hypersonic_status": STATUS}


def test_joint_systems_count_for_each_partner_and_the_firmest_answer_speaks():
    answers = standing(table(STATUS), "2019-09-05")
    assert answers.at["Pakistan", "wide"] == "yes"
    assert answers.at["Russia", "duty"] == "no" and answers.at["China", "duty"] == "unknown"
    assert answers.at["Pakistan", "duty"] == "nothing found"


@pytest.mark.parametrize(
    "answers, alone",
    [
        ({"Russia": "yes"}, "yes"),
        ({"Russia": "yes", "China": "no"}, "yes"),
        ({"Russia": "yes", "China": "yes", "France": "unknown"}, "no"),
        ({"Russia": "yes", "China": "unknown"}, "not settled"),
        ({"Russia": "yes", "China": "disputed"}, "not settled"),
        ({"Russia": "disputed"}, "not settled"),
        ({"Russia": "disputed", "China": "yes"}, "no"),
        ({"Russia": "no", "China": "unknown"}, "no"),
        ({"China": "no"}, "no"),
    ],
)
def test_russia_is_alone_only_if_nobody_else_may_have_it(answers, alone):
    assert is_russia_alone(pd.Series(answers, dtype=object)) == alone


def test_who_has_them_is_asked_one_definition_at_a_time():
    found = ask("who_has_hypersonics", "2019-09-05", "declared", **HAVE)
    assert (found.value, found["countries"].value, found["russia_alone"].value, found.bearing) == (1, "Russia", "yes", "supports")
    later = ask("who_has_hypersonics", "2019-10-01", "declared", **HAVE)
    assert (later["disputed"].value, later["russia_alone"].value, later.bearing) == ("China", "not settled", "cannot_settle")
    assert later["us"].value == "nothing found"
    with pytest.raises(BriefingError, match="wide, declared"):
        ask("who_has_hypersonics", "2019-10-01", "narrow", **HAVE)


def test_each_definition_falls_into_one_class():
    found = ask("only_russia", "2019-09-05", **HAVE)
    assert {k: found[k].value for k in ("definitions", "alone", "with_others", "others_only", "nobody", "disputed", "not_alone")} == {
        "definitions": 4, "alone": 1, "with_others": 1, "others_only": 0, "nobody": 1, "disputed": 1, "not_alone": 3,
    }
    assert found["alone_names"].value == "“Declared in service”"
    # The Chinese weapon is dated to 2020 but became known in 2021: until then its state was unknown, not absent.
    assert ask("only_russia", "2020-06-01", **HAVE)["disputed_names"].value == "“Declared in service” and “On duty”"
    assert ask("only_russia", "2022-01-01", **HAVE)["with_others_names"].value == "“Any fast missile” and “On duty”"
    assert ask("only_russia", "2022-01-01", "2019-12-31", **HAVE)["day"].value == "31 December 2019"


FLIGHTS = """
    test_id, date,       country,       vehicle_class, is_flight, is_combat, outcome,  known_on
    T1,      2010-01-01, United States, glide vehicle, yes,       no,        failure,  2010-01-01
    T2,      2011-01-01, United States, waverider,     yes,       no,        success,  2011-01-01
    T3,      2012-01-01, United States, glide vehicle, no,        no,        success,  2012-01-01
    T4,      2014-01-01, China,         glide vehicle, yes,       no,        disputed, 2014-01-01
    T5,      2015-01-01, Russia,        aeroballistic, yes,       no,        success,  2015-01-01
    T6,      2016-01-01, Russia,        scramjet,      yes,       no,        success,  2018-01-01
    T7,      2017-01-01, Russia,        scramjet,      yes,       yes,       success,  2017-01-01
    T8,      2018-01-01, A / B,         scramjet,      yes,       no,        partial,  2018-01-01
    T9,      2020-01-01, China,         glide vehicle, yes,       no,        success,  2020-01-01
"""


def test_only_flights_of_three_classes_out_of_combat_count():
    found = ask("flight_tests", "2019-09-05", hypersonic_tests=FLIGHTS)
    assert found.value == 5 and list(found.rows["test_id"]) == ["T1", "T2", "T4", "T6", "T8"]
    assert [found[f"us_{k}"].value for k in ("flights", "successes", "failures")] == [2, 1, 1]
    assert [found[f"russia_{k}"].value for k in ("flights", "successes")] == [1, 1]
    assert [found[f"china_{k}"].value for k in ("flights", "successes", "unclear")] == [1, 0, 1]
    assert found["a_b_partial"].value == 1
    assert "at least 5 flights" in found.sentence
    assert ask("flight_tests", "2017-06-01", hypersonic_tests=FLIGHTS)["russia_flights"].value == 0
    assert ask("flight_tests", "2019-09-05", "glide vehicle", hypersonic_tests=FLIGHTS).value == 2


def test_real_definitions():
    then, now = real("only_russia", "then"), real("only_russia")
    assert then["definitions"].value >= 6
    assert (then["alone"].value, then["alone_names"].value) == (1, "“Has declared a weapon called hypersonic in service”")
    assert now["not_alone"].value > 0 and sum(now[k].value for k in ("alone", "with_others", "others_only", "nobody", "disputed")) == now["definitions"].value
    assert real("who_has_hypersonics:narrow-on-duty", "then")["china"].value == "unknown"
    assert real("who_has_hypersonics:narrow-on-duty")["russia_alone"].value == "no"


def test_real_flights():
    then = real("flight_tests", "then")
    assert [then[f"{c}_{k}"].value for c in ("us", "russia", "china") for k in ("flights", "successes")] == [12, 5, 8, 4, 10, 9]
    assert then.rows["date"].max() <= pd.Timestamp("2019-09-05")
