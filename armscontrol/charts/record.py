"""Who told the offer how, and when it was first heard of."""

from __future__ import annotations

import pandas as pd

from briefing import style

from ..places import PLACES

ARTICLE = "lnt"
STATE_MEDIA = "Russian state media"

# Columns of the matrix: group, the answers that fall into each column, and whether the quoted words go so far.
COLUMNS = (
    ("place_of_offer", "Osaka", ("osaka",), True),
    ("place_of_offer", "phone", ("phone",), True),
    ("place_of_offer", "none", ("unplaced",), False),
    ("who_replied", "Trump", ("trump",), True),
    ("who_replied", "US side", ("us side", "white house"), True),
    ("who_replied", "“they”", ("they",), False),
    ("tense_or_mood", "says", ("present",), False),
    ("tense_or_mood", "said", ("past",), False),
    ("tense_or_mood", "would", ("conditional",), False),
)
GROUPS = {"place_of_offer": "Place of the offer", "who_replied": "Who replied", "tense_or_mood": "Reply told as"}


AGENCIES = {"ria-sputnik-georgia": "RIA Novosti", "tass-ona": "TASS", "interfax": "Interfax", "bloomberg": "Bloomberg"}


# ---------------------------------------------------------------------------------------------- the words


def wordings(renderings: pd.DataFrame) -> pd.DataFrame:
    """Agency × the offer and the reply in its words, a quotation where there is one; other languages with their sense in English."""
    rows = renderings[renderings["outlet_id"].isin(AGENCIES) & renderings["sentence_key"].isin(["offer", "reply"])]
    rows = rows.sort_values("form", key=lambda form: form != "quotation", kind="stable").drop_duplicates(["outlet_id", "sentence_key"])
    words = [f"{quote} ({gist})" if gist else quote for quote, gist in zip(rows["quote"], rows["gist_en"])]
    table = rows.assign(words=words).pivot(index="outlet_id", columns="sentence_key", values="words").loc[list(AGENCIES), ["offer", "reply"]]
    return table.rename(index=AGENCIES).rename_axis("agency").reset_index()


# ---------------------------------------------------------------------------------------------- outlets by what they say


def telling(outlets: pd.DataFrame) -> pd.DataFrame:
    """Outlets in the order of the matrix: Russian state media, the others, the article last; `name` fits a row."""
    column = {answer: n for n, (_, _, answers, _) in enumerate(COLUMNS) for answer in answers}
    rows = outlets.assign(
        rank=[2 if i == ARTICLE else int(group != STATE_MEDIA) for i, group in zip(outlets["outlet_id"], outlets["owner_group"])],
        at_place=outlets["place_of_offer"].map(column),
        at_reply=outlets["who_replied"].map(column),
        name=_names(outlets),
    )
    return rows.sort_values(["rank", "at_place", "at_reply", "name"], kind="stable").reset_index(drop=True)


def _names(outlets: pd.DataFrame) -> list[str]:
    short = outlets["outlet"].str.split(r", |: | text on ", regex=True).str[0]
    return ["The article" if i == ARTICLE else s if (short == s).sum() == 1 else whole for i, s, whole in zip(outlets["outlet_id"], short, outlets["outlet"])]


def departures(outlets: pd.DataFrame, group: str) -> tuple[int, int]:
    """(outlets whose answer goes beyond the quoted words, outlets that give an answer); the article left out."""
    others = outlets[outlets["outlet_id"] != ARTICLE]
    answers = {answer: beyond for g, _, answers, beyond in COLUMNS if g == group for answer in answers}
    told = others[group].map(answers).dropna()
    return int(told.sum()), len(told)


def matrix(outlets: pd.DataFrame):
    """Outlets × what they say of the offer: a filled square where a page goes beyond the words it quotes."""
    rows = telling(outlets)
    (placed, of_place), (named, of_reply) = departures(outlets, "place_of_offer"), departures(outlets, "who_replied")
    fig, ax = style.figure(
        f"{placed} of {of_place} outlets give the offer a place, {named} of {of_reply} name who replied;\nthe quoted words do neither",
        "Filled square: goes beyond the quoted words. Ring: stays with them. Empty: not told, or not seen.\nSmall red square: the words come from Russian state media",
        "A count of pages, many of them seen in part and several carrying the same agency; no vote on what happened.",
        height=1.5 + 0.185 * (len(rows) + 1),
    )
    at = [c + 0.6 * (c // 3) for c in range(len(COLUMNS))]
    for x, (group, label, answers, beyond) in zip(at, COLUMNS):
        hit = rows.index[rows[group].isin(answers)]
        ax.plot([x] * len(hit), hit, "s" if beyond else "o", ms=5.5, mfc=style.ACCENT if beyond else style.PAPER, mec=style.ACCENT if beyond else style.QUIET, mew=1.1, ls="")
        ax.text(x, -1, label, ha="center", va="center", size=8.5)
        ax.text(x, len(rows) + 0.1, str((rows.loc[hit, "outlet_id"] != ARTICLE).sum()), ha="center", va="center", size=8.5, weight="semibold")
    for n_group, label in enumerate(GROUPS.values()):
        ax.text(at[3 * n_group] - 0.35, -2, label, ha="left", va="center", size=8.5, weight="semibold")
    for y, r in rows.iterrows():
        ax.text(-0.9, y, r["name"], ha="right", va="center", size=8.5, weight="semibold" if r["outlet_id"] == ARTICLE else "normal")
        if r["owner_group"] == STATE_MEDIA:
            ax.plot(-0.65, y, "s", ms=3.2, color=PLACES["Russia"].colour, clip_on=False)
    ax.text(-0.9, len(rows) + 0.1, "outlets, without the article", ha="right", va="center", size=8.5, color=style.QUIET)
    edges = [y - 0.5 for y in range(len(rows) + 1)]
    ax.plot([-5.2, at[-1] + 0.5, float("nan")] * len(edges), [v for y in edges for v in (y, y, y)], color=style.RULE, lw=0.5, zorder=0)
    changes = [y - 0.5 for y in range(1, len(rows)) if rows["rank"][y] != rows["rank"][y - 1]]
    ax.hlines(changes, -5.2, at[-1] + 0.5, color=style.QUIET, lw=0.8, zorder=0)
    ax.set_xlim(-5.2, at[-1] + 0.6)
    ax.set_ylim(len(rows) + 0.6, -2.5)
    ax.axis("off")
    return fig


def matrix_alt(outlets: pd.DataFrame) -> str:
    """The matrix in words."""
    others = outlets[outlets["outlet_id"] != ARTICLE]
    told = lambda group: ", ".join(f"{label} {int(others[group].isin(answers).sum())}" for g, label, answers, _ in COLUMNS if g == group)
    return (
        f"A matrix of {len(others)} outlets, Russian state media first, and the article. Place of the offer: {told('place_of_offer')}. "
        f"Who replied: {told('who_replied')}. Tense of the reply: {told('tense_or_mood')}. The article puts the offer in Osaka and lets Trump reply, in the past tense."
    )


# ---------------------------------------------------------------------------------------------- when it was first heard of


def first_heard(statements: pd.DataFrame, meeting, speech):
    """Statements on arms control from the Osaka meeting to the week after the speech: filled where they speak of the offer."""
    rows = window(statements, meeting, speech)
    before = rows[rows["date"] < pd.Timestamp(speech)]
    days = (pd.Timestamp(speech) - pd.Timestamp(meeting)).days
    fig, ax = style.figure(
        f"The offer is first heard of {days} days after Osaka,\nafter {len(before)} statements on arms control that do not speak of it",
        "Public statements from both sides in this record. Filled: on the offer. Open: on arms control, without it",
        "What was seen, not all that was said; a statement on a treaty need not mention a sale.",
        height=2.6,
    )
    for y, side in enumerate(("Russia", "United States")):
        here = rows[rows["side"] == side]
        for offer, part in here.groupby(here["topic"] == "offer"):
            place = PLACES[side]
            ax.plot(part["date"], [y] * len(part), place.marker, ms=7 if offer else 6, color=place.colour, mfc=place.colour if offer else style.PAPER, mew=1.3, ls="", zorder=3)
    ax.axvline(pd.Timestamp(speech), color=style.INK, lw=0.7, ls=(0, (4, 2)), zorder=1)
    for day, y, text, place in _labels(rows, meeting, speech):
        ax.annotate(text, (day, y), xytext=place, textcoords="offset points", ha="left" if place[0] > 0 else "right", va="center", size=8.5, linespacing=1.15)
    ax.set_yticks([0, 1], ["Russia", "United States"])
    ax.set_ylim(1.75, -0.75)
    ax.set_xlim(pd.Timestamp(meeting) - pd.Timedelta(days=9), pd.Timestamp(speech) + pd.Timedelta(days=34))
    months = pd.date_range("2019-07-01", "2019-10-01", freq="MS")
    ax.set_xticks(months, [f"1 {m.strftime('%B')}" for m in months])
    return fig


def window(statements: pd.DataFrame, meeting, speech) -> pd.DataFrame:
    """What officials of the two sides said on the offer or on arms control from the meeting to the day after the speech."""
    start, end = pd.Timestamp(meeting), pd.Timestamp(speech) + pd.Timedelta(days=1)
    wanted = statements["date"].between(start, end) & statements["side"].isin(["Russia", "United States"]) & statements["topic"].isin(["offer", "dialogue", "new_start", "inf"])
    return statements[wanted & ~((statements["date"] == pd.Timestamp(speech)) & (statements["topic"] != "offer"))]


def _labels(rows: pd.DataFrame, meeting, speech):
    names = lambda side: " and ".join(s.split()[-1] if side == "Russia" or "Trump" in s else s for s in rows.loc[(rows["side"] == side) & (rows["date"] <= pd.Timestamp(meeting) + pd.Timedelta(days=1)), "speaker"])
    yield pd.Timestamp(meeting), 0, f"{names('Russia')} on Osaka", (4, 15)
    yield pd.Timestamp(meeting), 1, f"{names('United States')} on Osaka", (4, -15)
    yield pd.Timestamp(speech), 0, f"Putin,\nthe speech", (9, 0)
    yield rows["date"].max(), 1, "senior US official:\nlittle reason to buy", (9, 0)


def first_heard_alt(statements: pd.DataFrame, meeting, speech) -> str:
    """The figure of first mentions in words."""
    rows = window(statements, meeting, speech)
    offer, before = rows[rows["topic"] == "offer"], rows[rows["topic"] != "offer"]
    return (
        f"Two rows of marks, Russia and the United States, from Osaka to the day after the speech. {len(before)} open marks "
        f"({(before['side'] == 'Russia').sum()} Russian, {(before['side'] == 'United States').sum()} American) stand for statements on arms control without the offer; "
        f"{len(offer)} filled ones speak of it: " + "; ".join(f"{r.speaker}, {r.date.date().isoformat()}" for r in offer.itertuples()) + "."
    )


# ---------------------------------------------------------------------------------------------- who confirms it


def alone(claims: pd.DataFrame, judged: dict, ids) -> pd.DataFrame:
    """Claims by what was said and what is established: `claim_id`, `assertion_en`, `fidelity`, `substance`, `why`.

    `why` gives the reason of a verdict that is not settled, or the narrower reading that holds.
    """
    rows = claims.loc[list(ids), ["claim_id", "assertion_en"]].reset_index(drop=True)
    verdicts = [judged[i] for i in ids]
    narrower = [[name for name, state in j.readings.items() if name != "plain" and state.word.startswith("holds")] for j in verdicts]
    why = [j.reason["substance"] or "; ".join(f"only: {name}" for name in names) for j, names in zip(verdicts, narrower)]
    return rows.assign(fidelity=[j.fidelity_word for j in verdicts], substance=[j.substance for j in verdicts], why=why)
