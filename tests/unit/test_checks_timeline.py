"""Days around the speech, meetings before it, promises kept and missed."""

import pytest

from briefing import BriefingError

from .checks_by_hand import ask, real

EVENTS = """
    event_id, date,       title_en,                                            known_on
    V1,       2019-08-02, INF Treaty ends,                                     2019-08-02
    V2,       2019-09-05, Putin tells the Eastern Economic Forum of the offer, 2019-09-05
    V3,       2019-09-10, Bolton leaves,                                       2019-09-10
    V4,       2019-12-27, First Avangard regiment on combat duty,              2019-12-27
"""


def test_days_from_the_speech_that_had_passed():
    then = ask("days_since", "2019-09-05", events=EVENTS)
    assert then.values == {"speech_on": "5 September 2019", "inf_end": 34, "inf_end_on": "2 August 2019"}
    later = ask("days_since", "2019-12-27", events=EVENTS)
    assert (later["bolton_exit"].value, later["avangard_duty"].value) == (5, 113)
    assert "113 days after" in later.sentence and "34 days before" in later.sentence
    assert ask("days_since", "2019-12-27", "bolton_exit", events=EVENTS).value == 5
    assert ask("days_since", "2019-09-05", "bolton_exit", events=EVENTS).value is None
    assert ask("days_since", "2019-09-04", events=EVENTS).value is None


def test_an_event_must_be_one_row():
    with pytest.raises(BriefingError, match="2 titles"):
        ask("days_since", "2019-12-27", events=EVENTS + "    V5, 2019-09-11, Bolton leaves again, 2019-09-11")
    with pytest.raises(BriefingError, match="bolton_exit"):
        ask("days_since", "2019-12-27", "boltons_exit", events=EVENTS)


MEETINGS = """
    meeting_id, date,       place,  us_head, ru_head, known_on
    M1,         2019-05-14, Sochi,  Pompeo,  Lavrov,  2019-05-14
    M2,         2019-06-28, Osaka,  Trump,   Putin,   2019-06-28
    M3,         2019-07-17, Geneva, A,       B,       2019-07-17
    M4,         2019-12-10, Geneva, A,       B,       2019-12-10
"""


def test_meetings_in_the_months_before_the_speech():
    found = ask("dialogue_meetings_before", "2026-11-23", events=EVENTS, dialogue_meetings=MEETINGS)
    assert [found[k].value for k in ("n", "summits", "rounds", "last_days_before")] == [2, 1, 1, 50]
    assert (found["places"].value, found["last"].value) == ("Osaka and Geneva", "17 July 2019")
    assert ask("dialogue_meetings_before", "2026-11-23", "6", events=EVENTS, dialogue_meetings=MEETINGS).value == 3
    assert ask("dialogue_meetings_before", "2019-07-01", events=EVENTS, dialogue_meetings=MEETINGS)["places"].value == "Sochi and Osaka"
    assert ask("dialogue_meetings_before", "2010-01-01", events=EVENTS, dialogue_meetings=MEETINGS).value == 0


PROMISES = """
    promise_id, country,       said_on,    promised_date, actual_date, status,    known_on,   outcome_known_on
    F1,         Russia,        2018-01-01, 2019-12-31,    2019-12-27,  delivered, 2018-01-01, 2019-12-27
    F2,         Russia,        2018-01-01, 2022-12-31,    2023-01-10,  late,      2018-01-01, 2023-01-10
    F3,         United States, 2018-01-01, 2023-09-30,    -,           missed,    2018-01-01, 2023-10-01
    F4,         United States, 2018-01-01, -,             -,           cancelled, 2018-01-01, 2020-02-01
    F5,         United States, 2018-01-01, 2028-12-31,    -,           open,      2018-01-01, -
    F6,         China,         2018-01-01, 2020-12-31,    2021-02-09,  late,      2018-01-01, 2021-02-09
"""


def test_promises_as_public_on_a_day():
    then = ask("fielding_promises", "2019-09-05", fielding_promises=PROMISES)
    assert (then.value, then["open"].value, then["settled"].value) == (None, 6, 0)
    now = ask("fielding_promises", "2024-01-08", fielding_promises=PROMISES)
    assert [now[k].value for k in ("promises", "delivered", "late", "missed", "cancelled", "open")] == [6, 1, 2, 1, 1, 1]
    # Slips of 0 (in time), 10 and 40 days; one promise is 100 days past its date.
    assert [now[k].value for k in ("with_slip", "median_slip_days", "longest_slip_days", "overdue", "median_overdue_days")] == [3, 10, 40, 1, 100]
    assert (now["us_missed"].value, now["russia_late"].value) == (1, 1)
    assert ask("fielding_promises", "2024-01-08", "Russia", fielding_promises=PROMISES)["promises"].value == 2
    assert ask("fielding_promises", "2022-01-08", fielding_promises=PROMISES)["late"].value == 1


def test_real_days():
    now = real("days_since")
    expected = {
        "inf_end": 34, "osaka": 69, "us_reply": 1, "bolton_exit": 5, "df17_parade": 26, "avangard_inspection": 82, "avangard_duty": 113,
        "extension": 517, "suspension": 1265, "lapse": 2345,
    }
    assert {name: now[name].value for name in expected} == expected
    assert "us_reply" not in real("days_since", "then").values


def test_real_meetings():
    then = real("dialogue_meetings_before", "then")
    assert [then[k].value for k in ("n", "summits", "rounds")] == [3, 1, 2] and then["round_places"].value == "Prague and Geneva"


def test_real_promises():
    now = real("fielding_promises")
    assert now["us_delivered"].value == 0 and now["us_missed"].value > 0 and now["russia_delivered"].value > 0
    assert real("fielding_promises", "then")["settled"].value == 0
