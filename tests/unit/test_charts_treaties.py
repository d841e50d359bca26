"""The figures on treaties say what their tables say."""

import matplotlib.pyplot as plt
import pytest

from armscontrol.charts import treaties as charts

from .figure_reading import NOW, title, words_outside


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_the_lifelines_count_what_was_in_force():
    frame = charts.lifelines_frame(NOW.table("treaties"), NOW.today)
    fig = charts.lifelines(frame, NOW.then, NOW.today, "speech, 5 Sept 2019")
    lasting = frame[frame["on_the_day"].isin(["in force", "operating"])]
    assert f"of {len(lasting)} that applied" in title(fig) and words_outside(fig) == []
    assert len(fig.axes[0].get_yticklabels()) == len(frame) == len(NOW.table("treaties"))
    assert "INF Treaty: 1988 to 2 August 2019" in charts.lifelines_alt(frame)


def test_the_exchanges_title_notices_a_count_above_a_ceiling():
    frame, limits = NOW.table("new_start_exchanges"), NOW.table("new_start_limits")
    fig = charts.exchanges(frame, limits, NOW.then, "speech, 5 Sept 2019")
    assert title(fig).startswith("No declared count") and title(fig).endswith("1 September 2022") and words_outside(fig) == []
    higher = frame.assign(deployed_warheads=frame["deployed_warheads"].where(frame["date"] != "2022-09-01", 1600))
    assert title(charts.exchanges(higher, limits, NOW.then, "")).startswith("2 declared counts")


def test_the_talks_keep_what_came_before_the_speech_apart():
    frame = charts.talks_frame(NOW.table("statements"), NOW.table("dialogue_meetings"), "2019-05-15", "2019-09-06")
    fig = charts.talks(frame, NOW.then)
    before = frame[frame["date"] < "2019-09-05"]
    assert title(fig).startswith(f"Before the speech: {(before['side'] == 'both').sum()} meetings and {(before['side'] == 'United States').sum()} American statements")
    assert words_outside(fig) == []
    words = [t.get_text() for t in fig.axes[0].texts]
    assert len(words) == len(frame) + 3  # one text a row, two headings, and the band of the speech
    assert len({t for t in words if "meet" in t}) >= 3
