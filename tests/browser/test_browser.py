"""The committed report in a real browser: what a reader sees, by eye, by keyboard, without scripts and on paper.

`make browser-test` runs this; it needs node, java and Chromium (or its path in CHROMIUM), and fails where one is missing.
One run of walk.mjs looks at everything; the tests judge what it saw.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ..synthetic import ROOT

HERE = Path(__file__).resolve().parent
REPORT = ROOT / "reports" / "briefing.html"
PICTURES = ROOT / ".cache" / "screenshots"


def needed(program, remedy):
    found = shutil.which(program)
    assert found, f"{program} is missing: {remedy}"
    return found


def of_npm(path):
    assert (HERE / "node_modules" / path).exists(), f"{path} is not installed: run make browser-test, or npm ci in tests/browser"
    return HERE / "node_modules" / path


@pytest.fixture(scope="session")
def seen():
    node = needed("node", "install Node 20 or newer")
    needed(os.environ.get("CHROMIUM", "/usr/bin/chromium"), "install chromium, or name one in CHROMIUM")
    of_npm("playwright-core/package.json")
    of_npm("axe-core/axe.min.js")
    ran = subprocess.run([node, HERE / "walk.mjs", REPORT, PICTURES], capture_output=True, text=True, timeout=1500, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout)


@pytest.fixture
def look(seen):
    def at(name):
        result = seen[name]
        assert "broke" not in result, result["broke"]
        return result

    return at


# ----------------------------------------------------------------------------- by others' tools


def test_the_page_is_valid_html():
    java, jar = needed("java", "install a Java runtime, 11 or newer"), of_npm("vnu-jar/build/dist/vnu.jar")
    ran = subprocess.run([java, "-jar", jar, "--stdout", "--format", "json", REPORT], capture_output=True, text=True, timeout=300, check=False)
    assert ran.stdout, ran.stderr[-3000:]
    messages = json.loads(ran.stdout)["messages"]
    # Blocks of data never run, so the policy does not stop them, whatever vnu supposes; the browser's own console is asked below.
    supposed = [m for m in messages if "Inline script violates Content Security Policy" in m["message"] and 'type="application/' in m["extract"]]
    assert [m for m in messages if m not in supposed] == []


def test_axe_finds_no_violation_at_any_width_light_or_dark(look):
    runs = look("accessibility")
    assert {(r["width"], r["colorScheme"]) for r in runs} == {(w, s) for w in (390, 820, 1440) for s in ("light", "dark")}
    # It did look: contrast, names, landmarks, targets, tables that scroll, pictures.
    assert all({"color-contrast", "link-name", "landmark-one-main", "target-size", "scrollable-region-focusable", "svg-img-alt"} <= set(r["passes"]) and r["previewed"] for r in runs)
    assert [(r["width"], r["colorScheme"], v) for r in runs for v in r["violations"]] == []


# ----------------------------------------------------------------------------- loading


@pytest.mark.parametrize("name", ["loading", "keyboard", "withoutScripts", "paper"])
def test_the_console_stays_silent_and_nothing_is_fetched(look, name):
    result = look(name)
    for run in result if isinstance(result, list) else [result]:
        assert run["heard"] == []
        assert run["asked"] == []


def test_nothing_moves_while_the_page_loads(look, capsys):
    for run in look("loading"):
        with capsys.disabled():
            print(f"\n  {run['width']} px: first paint after {run['paint']:.0f} ms, idle after {run['idle']:.0f} ms", end="")
        assert run["paint"] is not None
        assert run["shifts"] == [], run["width"]


def test_nothing_but_the_contents_moves_while_one_reads(look):
    moved = [(run["width"], shift) for run in look("loading") for shift in run["scrolled"] if set(shift["of"]) != {"contents"}]
    assert moved == []


# ----------------------------------------------------------------------------- room


def test_the_page_never_scrolls_sideways(look):
    assert {f["name"]: (f["asLoaded"], f["wide"]) for f in look("fitting")} == {f["name"]: (f["width"], f["width"]) for f in look("fitting")}


def test_no_element_runs_out_of_the_window_or_of_its_box(look):
    assert {f["name"]: f["out"][:8] for f in look("fitting") if f["out"]} == {}


def test_no_words_are_cut_off(look):
    assert {f["name"]: f["clipped"][:8] for f in look("fitting") if f["clipped"]} == {}


def test_what_sticks_to_the_window_leaves_room_to_read(look):
    assert all(f["stuck"] <= f["height"] / 4 for f in look("fitting"))


# ----------------------------------------------------------------------------- without scripts


def test_without_scripts_everything_but_the_controls_is_there(look):
    page = look("withoutScripts")
    assert not page["script"]
    for part in ("cards", "verdicts", "evidence", "contents", "passages", "notes", "figures", "sources"):
        assert page[part]["visible"] == page[part]["all"] > 0, part
    assert page["controls"]["visible"] == 0


def test_without_scripts_links_and_folds_work(look):
    page = look("withoutScripts")
    assert 0 <= page["jumped"] < 150
    assert page["unfolded"]


# ----------------------------------------------------------------------------- by keyboard


def test_tab_reaches_everything_once_and_leaves_the_page(look):
    keyboard = look("keyboard")
    stops = keyboard["stops"]
    assert not keyboard["endless"]
    assert stops[0]["is"] == "a.skip"
    kinds = {s["is"] for s in stops}
    assert {"a.skip", "button.theme", "a.ref", "a.cite", "summary", "a.permalink", "input", "select"} <= kinds
    assert any(s["is"] == "a" and s["within"] == "contents" for s in stops)
    assert {s["href"] for s in stops if s["is"] == "a.permalink" and s["card"]} >= {"#C01", "#C07", "#C30"}
    assert {s["id"] for s in stops} >= {"as-of-1-slider", "as-of-1-list", "as-of-2-slider", "as-of-2-list"}


def test_the_skip_link_leads_to_the_text(look):
    assert look("keyboard")["skipped"] == "main"


def test_one_always_sees_where_the_focus_is(look):
    stops = look("keyboard")["stops"]
    assert [s for s in stops if not s["focusRing"]] == []
    assert [s for s in stops if s["opacity"] < 1] == []
    assert [s for s in stops if not s["free"]][:8] == []


def test_the_keys_move_the_day_and_the_verdicts_follow(look):
    as_of = look("keyboard")["asOf"]
    words = lambda state: [v["word"] for v in state["shown"]]
    first, last = as_of["first"], as_of["walked"][-1]
    assert words(as_of["before"]) == ["too early", "did not come about"]
    assert words(first) == ["too early"] and words(last) == ["did not come about"]
    assert first["shown"][0]["mark"] != last["shown"][0]["mark"] and all("svg" in s["shown"][0]["mark"] for s in (first, last))
    day = next(i for i, state in enumerate([first, *as_of["walked"]]) if words(state) == ["did not come about"])
    assert "2021-02-05" < as_of["days"][day]["iso"] < "2021-03-01"


def test_evidence_known_later_is_hidden(look):
    as_of = look("keyboard")["asOf"]
    for day, state in zip(as_of["days"], [as_of["first"], *as_of["walked"]], strict=True):
        assert state["late"] <= day["iso"]
        assert state["evidence"] == {known: known <= day["iso"] for known in state["evidence"]}
    assert list(as_of["first"]["evidence"].values()).count(False) >= 1
    assert "known by then" in as_of["first"]["summary"]


def test_the_live_region_says_what_changed(look):
    as_of = look("keyboard")["asOf"]
    assert as_of["before"]["said"] == ""
    for day, state in zip(as_of["days"], [as_of["first"], *as_of["walked"]], strict=True):
        assert state["region"] == "status"
        assert state["said"] == state["written"] and day["text"] in state["said"]
        assert state["valueText"] == day["text"]
    assert "C30" in as_of["walked"][-1]["said"] and "C30" not in as_of["first"]["said"]


def test_slider_and_list_and_both_controls_agree(look):
    as_of = look("keyboard")["asOf"]
    assert as_of["next"] == "as-of-1-list"
    for i, state in enumerate([as_of["first"], *as_of["walked"]]):
        assert set(state["others"]) == {f"{i}/{i}"}
    assert as_of["reset"]["shown"] == as_of["before"]["shown"] and as_of["reset"]["evidence"] == as_of["before"]["evidence"]
    assert as_of["byList"]["shown"] == as_of["first"]["shown"]


def test_a_source_opens_on_focus_and_closes_on_escape(look):
    preview = look("keyboard")["preview"]
    assert preview["focused"]["open"] and preview["focused"]["text"] > 20 and preview["focused"]["described"] == "preview"
    assert not preview["escaped"]["open"]


def test_dark_is_a_key_away(look):
    before, after = look("keyboard")["theme"]
    assert before["paper"] != after["paper"] and (before["pressed"], after["pressed"]) == ("false", "true")


def test_a_table_can_be_taken_away_as_csv(look):
    table = look("keyboard")["table"]
    assert table["name"].endswith(".csv")
    assert table["text"].startswith("\ufeff") and "," in table["text"].splitlines()[0] and len(table["text"].splitlines()) > 1


# ----------------------------------------------------------------------------- on paper


def test_paper_has_no_controls_and_everything_else(look):
    paper = look("paper")
    assert paper["bars"]["visible"] == paper["stuck"] == 0
    for part in ("cards", "evidence", "notes", "figures"):
        assert paper[part]["visible"] == paper[part]["all"] > 0, part


def test_paper_is_white_although_the_screen_is_dark(look):
    assert look("paper")["paper"] == "rgb(255, 255, 255)"


def test_folds_stand_open_while_printing_and_close_again(look):
    printed = look("paper")["printed"]
    assert printed["folds"] > 10 and printed["shut"] == 0 and printed["shutAgain"]


def test_the_browser_prints_it_whole(look):
    import pikepdf

    assert look("paper")["wide"] <= look("paper")["width"]
    with pikepdf.open(PICTURES / "printed.pdf") as pdf:
        assert len(pdf.pages) > 20


def test_pictures_of_every_width_are_there_to_look_at(look):
    taken = [Path(p) for p in look("pictures")]
    assert {p.name for p in taken} >= {f"{w}-{s}-{p}.png" for w in (390, 820, 1440) for s in ("light", "dark") for p in ("front", "article", "card")}
    assert all(p.stat().st_size > 5000 for p in taken)
