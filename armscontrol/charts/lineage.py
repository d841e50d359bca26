"""Where the article's words stand elsewhere: a map of its text, a yardstick, and the way from the podium to the page."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.patches import Rectangle

from briefing import style
from briefing.article import Article, words

from ..places import PLACES

LINE = 78  # letters in a line of the map
QUIET_BAR = "#8d897e"


# ---------------------------------------------------------------------------------------------- the map of the text


def word_boxes(article: Article, runs: pd.DataFrame) -> pd.DataFrame:
    """One row a word of the article: `line`, `left`, `right` (letters), `run` (id or ""), `quoted` (inside guillemets)."""
    spans = [(r.run_id, r.start, r.end) for r in runs.itertuples()]
    quotations = _quotations(article.text)
    paragraphs = article.sentences.groupby("paragraph")["start"].min().tolist()
    rows, line, left = [], 0, 0
    for word, start, end in words(article.text):
        if paragraphs and start >= paragraphs[0]:
            line, left = line + (2 if rows else 0), 0
            while paragraphs and start >= paragraphs[0]:
                paragraphs.pop(0)
        if left + end - start > LINE:
            line, left = line + 1, 0
        run = next((i for i, a, b in spans if a <= start < b), "")
        rows.append((word, line, left, left + end - start, run, any(a <= start < b for a, b in quotations)))
        left += end - start + 1
    return pd.DataFrame(rows, columns=["word", "line", "left", "right", "run", "quoted"])


def _quotations(text: str) -> list[tuple[int, int]]:
    opened = [i for i, sign in enumerate(text) if sign == "«"]
    return [(i, text.index("»", i)) for i in opened]


def text_map(article: Article, runs: pd.DataFrame):
    """The article as bars, a word each: thick where RT France's page has the same run, quotations outlined."""
    boxes = word_boxes(article, runs)
    shared = boxes[boxes["run"] != ""]
    lines = int(boxes["line"].max()) + 1
    fig, ax = style.figure(
        f"{len(shared)} of {len(boxes)} words stand in runs that RT France also has;\n{int(shared['quoted'].sum())} of these are inside the two quotations",
        "The article as it stands on the page, a bar a word; thick: in a shared run of four or more; outlined: quotation",
        "A floor: RT France’s page was seen in part. Shared wording does not show by which way it came.",
        height=0.95 + 0.118 * lines,
    )
    for part, colour, thickness in ((boxes[boxes["run"] == ""], QUIET_BAR, 1.6), (shared, style.ACCENT, 5.6)):
        # One path with gaps instead of one a word: the figure stays a third of the size.
        x = part[["left", "right"]].assign(gap=float("nan")).to_numpy().ravel()
        ax.plot(x, part["line"].repeat(3), color=colour, lw=thickness, solid_capstyle="butt", zorder=2)
    for _, part in boxes[boxes["quoted"]].groupby("line"):
        _outline(ax, part["left"].min() - 0.8, part["right"].max() + 0.8, part["line"].iloc[0])
    for line, text in _margin(boxes, runs).items():
        ax.text(LINE + 3, line, text, va="center", size=7.5, color=style.INK)
    ax.set_xlim(-1.5, LINE + 42)
    ax.set_ylim(lines - 0.3, -0.8)
    ax.axis("off")
    return fig


def _outline(ax, left: float, right: float, line: int) -> None:
    ax.plot([left, right, right, left, left], [line - 0.5, line - 0.5, line + 0.5, line + 0.5, line - 0.5], color=style.INK, lw=0.7, zorder=3, solid_joinstyle="miter")


def _margin(boxes: pd.DataFrame, runs: pd.DataFrame) -> dict[int, str]:
    """What stands beside a line of the map: the longest run that begins there, and its length."""
    begins = boxes[boxes["run"] != ""].groupby("run")["line"].min()
    longest = runs.assign(line=runs["run_id"].map(begins)).sort_values("words", ascending=False).drop_duplicates("line")
    return {r.line: f"{r.words} words: {textwrap.shorten(r.quote.split(',')[0], 32, placeholder=' …')}" for r in longest.itertuples() if r.words > 4}


def map_alt(article: Article, runs: pd.DataFrame) -> str:
    """The map of the text in words."""
    boxes = word_boxes(article, runs)
    longest = runs.sort_values("words", ascending=False)["words"].tolist()
    return (
        f"The article drawn as {len(boxes)} bars in {boxes['line'].nunique()} lines. {int((boxes['run'] != '').sum())} bars are thick, in {len(runs)} runs "
        f"spread from the first paragraph to the last; the two longest, of {longest[0]} and {longest[1]} words, fill the two outlined quotations."
    )


# ---------------------------------------------------------------------------------------------- the yardstick


def yardsticks(rows: pd.DataFrame):
    """Shared words against several texts: bars split into quotations and the rest, longest run written beside them."""
    rows = rows.sort_values("shared_words", ascending=False).reset_index(drop=True)
    first, second = rows.iloc[0], rows.iloc[1]
    fig, ax = style.figure(
        f"No other text compared comes near: {first['shared_words']} shared words, then {second['shared_words']}",
        "Words of the article in runs of four or more that the other text also has; dark: inside the article’s quotations",
        "All texts were seen in part; a share is a floor and no test of authorship.",
        height=0.95 + 0.36 * len(rows),
    )
    quoted, rest = rows["shared_in_quotations"], rows["shared_words"] - rows["shared_in_quotations"]
    ax.barh(rows.index, quoted, height=0.5, color=style.ACCENT)
    ax.barh(rows.index, rest, left=quoted, height=0.5, color="#9fb6cc", hatch="////", edgecolor=style.PAPER, lw=0)
    for i, r in rows.iterrows():
        label = f"{r['shared_words']} ({r['share_percent']:.0f} %), longest run {r['longest_run']}" if r["shared_words"] else "0"
        ax.annotate(label, (r["shared_words"], i), xytext=(5, 0), textcoords="offset points", va="center", size=8.5)
    ax.set_yticks(rows.index, [f"{r.text}\n{r.relation}" for r in rows.itertuples()], linespacing=1.1)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(0, rows["shared_words"].max() * 1.45)
    ax.grid(False)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    return fig


def yardsticks_alt(rows: pd.DataFrame) -> str:
    """The yardstick in words."""
    told = [f"{r.text} ({r.relation}): {r.shared_words}, longest run {r.longest_run}" for r in rows.sort_values("shared_words", ascending=False).itertuples()]
    return f"Bars of words that {rows['article_words'].iloc[0]} words of article share with other texts. " + "; ".join(told) + "."


# ---------------------------------------------------------------------------------------------- from the podium to the page


STATE_MEDIA = "Russian state media"
# Rows of the diagram by outlet id, and the name that fits a box; `outlets` says whose medium each is.
AGENCIES = {"tass-ona": (0, "TASS"), "ria-sputnik-georgia": (1, "RIA Novosti"), "interfax": (2, "Interfax"), "bloomberg": (3, "Bloomberg")}
FRENCH = {"rt-france": (0.4, "RT France"), "sputnik-france": (2.6, "Sputnik France")}
LEFT = {"podium": 0, "agency": 23, "gate": 41, "french": 49, "page": 83}
WIDE = {"podium": 15, "agency": 17, "gate": 1, "french": 17, "page": 17}


def route(outlets: pd.DataFrame, reuse, matches: pd.DataFrame):
    """From the podium to the page: solid where words were seen to match, dashed where the way is unknown.

    `outlets` tells whose medium each box is; `reuse` holds `shared` and `total`; `matches` has a row a quotation of the
    article and a column a French outlet (by id), true where the outlet has the same words.
    """
    same = f"{int(matches['rt-france'].sum())} of {len(matches)} quotations"
    fig, ax = style.figure(
        f"{same} match RT France word for word;\nby which way they came is not known",
        "Solid: the words were seen to match. Dashed: the way is unknown. Square: Russian state media",
        "Agencies and French texts that were seen to quote the passage; there may be others. The publisher was not contacted.",
        height=3.5,
    )
    state = outlets["owner_group"] == STATE_MEDIA
    _box(ax, "podium", 1.5, "Vladivostok,\n5 Sept 2019", "Putin, in Russian")
    _box(ax, "page", 0.4, "The article,\nSept 2019", "no credit seen")
    for outlet, (row, name) in AGENCIES.items():
        _box(ax, "agency", row, name, "", state[outlet])
        _arrow(ax, ("podium", 1.5), ("agency", row))
    for outlet, (row, name) in FRENCH.items():
        _box(ax, "french", row, name, "", state[outlet])
        _arrow(ax, ("gate", 1.5), ("french", row), dashed=True)
    ax.plot([41, 42, 42, 41], [-0.33, -0.33, 3.33, 3.33], color=style.QUIET, lw=0.9)
    ax.plot([LEFT["french"] + WIDE["french"], LEFT["page"]], [0.4, 0.4], color=style.ACCENT, lw=3, solid_capstyle="butt")
    ax.text(73.5, 0.3, f"{same},\n{reuse['shared']} of {reuse['total']} words", size=8.5, ha="center", va="bottom", linespacing=1.15)
    ax.annotate("", (91, 1.03), (57, 0.74), arrowprops=_line(dashed=True) | {"connectionstyle": "arc3,rad=0.4"})
    ax.text(74, 1.78, "directly, or by\nanother page?", size=8.5, ha="center", va="top", linespacing=1.15)
    ax.text(LEFT["french"] + WIDE["french"] + 1.5, 2.6, f"{int(matches['sputnik-france'].sum())} of {len(matches)} quotations\nword for word", size=8.5, va="center", linespacing=1.15)
    ax.set_xlim(-0.5, 100.5)
    ax.set_ylim(3.5, -0.5)
    ax.axis("off")
    return fig


def _box(ax, column: str, row: float, name: str, note: str, state: bool = False) -> None:
    left, wide, high = LEFT[column], WIDE[column], 0.33 + 0.17 * name.count("\n") + (0.12 if note else 0)
    ax.add_patch(Rectangle((left, row - high), wide, 2 * high, fc=style.PAPER, ec=style.QUIET, lw=0.9, zorder=3))
    ax.text(left + wide / 2 + (1.2 if state else 0), row - (0.16 if note else 0), name, size=9, weight="semibold", ha="center", va="center", zorder=4, linespacing=1.1)
    if note:
        ax.text(left + wide / 2, row + high - 0.1, note, size=8, color=style.QUIET, ha="center", va="bottom", zorder=4)
    if state:
        ax.plot(left + 1.8, row, "s", color=PLACES["Russia"].colour, ms=5, zorder=4)


def _arrow(ax, start: tuple[str, float], end: tuple[str, float], dashed: bool = False) -> None:
    (column, row), (to, end_row) = start, end
    ax.annotate("", (LEFT[to], end_row), (LEFT[column] + WIDE[column], row), arrowprops=_line(dashed), zorder=2)


def _line(dashed: bool = False) -> dict:
    dashes = {"ls": (0, (4, 2.5))} if dashed else {}
    return {"arrowstyle": "-|>,head_width=0.18,head_length=0.35", "color": style.QUIET, "lw": 1, "shrinkA": 0, "shrinkB": 1} | dashes


def route_alt(outlets: pd.DataFrame, reuse, matches: pd.DataFrame) -> str:
    """The diagram in words."""
    state = [name for outlet, (_, name) in (AGENCIES | FRENCH).items() if outlets.at[outlet, "owner_group"] == STATE_MEDIA]
    return (
        f"A diagram in four columns. Solid arrows lead from Vladivostok to {', '.join(name for _, name in AGENCIES.values())}, which quote the passage; "
        f"dashed ones from the agencies to {' and '.join(name for _, name in FRENCH.values())}. One thick solid line joins RT France and the article: "
        f"{int(matches['rt-france'].sum())} of {len(matches)} quotations and {reuse['shared']} of {reuse['total']} words match; a dashed arrow below it asks whether they came directly or by another page. Sputnik France has {int(matches['sputnik-france'].sum())} of the {len(matches)} quotations in the same words. "
        f"Russian state media: {', '.join(state)}."
    )


# ---------------------------------------------------------------------------------------------- what changed on the way


def shifts(anchors: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Where the article departs from RT France: `claim_id`, `article` (its words), `rt_france` (the finding), in reading order."""
    rows = evidence[(evidence["axis"] == "fidelity") & (evidence["against"] == "RT France") & evidence["bearing"].isin(["qualifies", "contradicts"])]
    quotes = anchors.groupby("claim_id")["quote"].agg(" … ".join)
    return pd.DataFrame({"claim_id": rows["claim_id"], "article": rows["claim_id"].map(quotes), "rt_france": rows["finding_en"]}).reset_index(drop=True)
