"""Where the article's words stand elsewhere: shared runs, and the rendering that a quotation follows."""

from __future__ import annotations

import difflib

import pandas as pd

from briefing import BriefingError, checks
from briefing.article import same_words, words
from briefing.checks import Result

from ..tables import counted, listed, sources_of
from .outlets import other_outlets

# The outlet whose rendering the article is held against, unless another is named.
REFERENCE = "rt-france"
LANGUAGE = "fr"
# Shorter passages stand anywhere: names and set phrases.
SHORTEST_RUN = 4


@checks.register
def shared_words(tables, as_of, argument=None) -> Result:
    """Words of the article in runs of four or more that another page also has (argument: an outlet, RT France if none).

    For RT France measured on `reused_passages`, for another outlet read from `reuse_yardsticks`, which also gives the length
    of the article. Shared wording does not say who took it from whom; the pages were seen in part, so the figures are floors;
    names and set phrases are among the runs. Percentages are whole; `outside_…` leaves out the words shared inside the
    article's quotation marks.
    """
    outlet, yardsticks = argument or REFERENCE, tables("reuse_yardsticks")
    total, name = int(yardsticks["article_words"].max()), _outlet_name(tables, outlet)
    if outlet == REFERENCE:
        rows = tables("reused_passages")
        shared, longest = int(rows["words"].sum()), int(rows["words"].max())
        quoted = int(rows.loc[rows["in_quotation"] == "yes", "words"].sum())
        runs = {"runs": len(rows)}
    else:
        rows = yardsticks[yardsticks["text"].str.contains(name, regex=False) & (yardsticks["relation"] == "same event")]
        if len(rows) != 1:
            raise BriefingError(f"reuse_yardsticks.csv has {len(rows)} texts of {name} on the same event; the check needs one.")
        shared, quoted, longest = (int(rows[c].iloc[0]) for c in ("shared_words", "shared_in_quotations", "longest_run"))
        runs = {}
    values = runs | {
        "outlet": name, "shared": shared, "total": total, "percent": _percent(shared, total), "longest_run": longest, "in_quotations": quoted,
        "outside_shared": shared - quoted, "outside_total": total - quoted, "outside_percent": _percent(shared - quoted, total - quoted),
    }
    # The same figures under the shorter names by which a finding in evidence.csv asks for them.
    values |= {"share": values["percent"], "quoted": quoted}
    sentence = (
        f"{shared} of the article's {total} words ({values['percent']} %) stand in runs of four or more that {name} also has, {quoted} of them inside "
        f"quotations; that leaves {values['outside_shared']} of {values['outside_total']} ({values['outside_percent']} %)."
    )
    return Result(shared, sentence, values, "", rows, sources_of(rows))


@checks.register
def reuse_yardsticks(tables, as_of, argument=None) -> Result:
    """The measure of shared words against other French texts, to judge the figure for RT France by.

    Measured on `reuse_yardsticks`, RT France's own row left out: shared words with texts on the same event, and the most
    that any text on another matter shares. The texts differ in length and were seen in part, so the counts are floors and no
    test of authorship.
    """
    rows = tables("reuse_yardsticks")
    rows = rows[~rows["text"].str.contains(_outlet_name(tables, REFERENCE), regex=False)]
    same = rows["relation"] == "same event"
    values: dict[str, object] = {"texts": len(rows)}
    for name, part in (("same_event", rows[same]), ("other", rows[~same])):
        values |= {
            f"{name}_texts": len(part), f"{name}_most": int(part["shared_words"].max()),
            f"{name}_percent": round(float(part["share_percent"].max())), f"{name}_longest_run": int(part["longest_run"].max()),
        }
    sentence = (
        f"By the same measure the article shares {counted(values['same_event_most'], 'word')} with {'; '.join(rows.loc[same, 'text'])}, and at most "
        f"{counted(values['other_most'], 'word')} with {counted(values['other_texts'], 'text')} on other matters."
    )
    return Result(values["same_event_most"], sentence, values, "", rows, sources_of(rows))


@checks.register
def same_rendering(tables, as_of, argument=None) -> Result:
    """Whether a quotation of the article has the very words of a rendering (argument: `C22` or `C22/sputnik-france`).

    Compares the claim's anchored passage with the outlet's rows in `renderings` (RT France's if none is named), signs and
    outer punctuation folded. A translation is never the speaker verbatim: the result speaks of two texts only.
    """
    claim_id, outlet = _two_parts(argument)
    name, quote = _outlet_name(tables, outlet), _quotation(tables("anchors"), claim_id)
    rows = _renderings(tables, outlet)
    same = rows[[same_words(quote, other) for other in rows["quote"]]]
    verbatim = len(same) > 0
    values = {"verbatim": verbatim, "outlet": name, "quote": quote, "words": len(words(quote)), "compared": len(rows)}
    sentence = f"The quotation of {claim_id} {'has the same words as' if verbatim else 'differs from'} the rendering of {name}."
    found = same if verbatim else rows
    return Result(verbatim, sentence, values, "supports" if verbatim else "qualifies", found, sources_of(found))


@checks.register
def verbatim_in(tables, as_of, argument=None) -> Result:
    """Whether a passage of the article stands whole in an outlet's rendering of one sentence (argument: `why_spend/rt-france`).

    Looks for each anchored passage of four words or more, word for word and in order, in the outlet's rows of `renderings`
    with that `sentence_key`, signs folded. The rendering may go on before and after. It says nothing of the speaker's words.
    """
    sentence_key, outlet = _two_parts(argument)
    name, rows = _outlet_name(tables, outlet), _renderings(tables, outlet)
    rows = rows[rows["sentence_key"] == sentence_key]
    if rows.empty:
        raise BriefingError(f"renderings.csv has no row for {argument!r}.")
    texts = [_run(quote) for quote in rows["quote"]]
    passages = [q for q in tables("anchors")["quote"] if len(words(q)) >= SHORTEST_RUN and any(_run(q) in text for text in texts)]
    verbatim, passage = bool(passages), max(passages, key=len, default="")
    values = {"verbatim": verbatim, "outlet": name, "passage": passage, "words": len(words(passage))}
    sentence = f"“{passage}” stands word for word in the rendering of {name}." if verbatim else f"No anchored passage stands in the rendering of {name}."
    return Result(verbatim, sentence, values, "supports" if verbatim else "qualifies", rows, sources_of(rows))


@checks.register
def nearest_rendering(tables, as_of, argument=None) -> Result:
    """Which outlet's French wording is nearest to a quotation of the article (argument: the claim's id).

    Each outlet's nearest row in `renderings` by the share of words in common order (difflib, 1 = the same words), signs
    folded. Only French renderings can be compared; the score measures wording, not where the words came from.
    """
    claim_id, _ = _two_parts(argument)
    quote, rows = _quotation(tables("anchors"), claim_id), _renderings(tables)
    rows = rows[rows["language"] == LANGUAGE]
    rows = rows.assign(score=[round(_likeness(quote, other), 3) for other in rows["quote"]])
    best = rows.sort_values(["score", "outlet"], ascending=[False, True]).drop_duplicates("outlet")
    if best.empty:
        return Result(None, f"No French rendering is known to compare with {claim_id}.", {"outlets": 0})
    values: dict[str, object] = {
        "nearest": str(best["outlet"].iloc[0]), "score": float(best["score"].iloc[0]), "outlets": len(best),
        "scores": listed(f"{o} {s:.2f}" for o, s in zip(best["outlet"], best["score"])),
    }
    if len(best) > 1:
        values |= {"second": str(best["outlet"].iloc[1]), "second_score": float(best["score"].iloc[1])}
    sentence = f"The quotation of {claim_id} is nearest to {values['nearest']} (1 = the same words): {values['scores']}."
    return Result(values["nearest"], sentence, values, "", best, sources_of(best))


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)


def _two_parts(argument: str | None) -> tuple[str, str]:
    if not argument:
        raise BriefingError("Say what is to be compared, as in same_rendering:C22 or verbatim_in:why_spend/rt-france.")
    what, _, outlet = argument.partition("/")
    return what, outlet or REFERENCE


def _outlet_name(tables, outlet_id: str) -> str:
    names = tables("outlets").set_index("outlet_id")["outlet"]
    if outlet_id not in names:
        raise BriefingError(f"outlets.csv has no outlet {outlet_id!r}.")
    return str(names[outlet_id])


def _quotation(anchors: pd.DataFrame, claim_id: str) -> str:
    """The passage of a claim; the longest where it has several."""
    quotes = anchors.loc[anchors["claim_id"] == claim_id, "quote"]
    if quotes.empty:
        raise BriefingError(f"No passage is anchored to {claim_id!r}.")
    return max(quotes, key=len)


def _renderings(tables, outlet_id: str | None = None) -> pd.DataFrame:
    """Renderings with the names of their outlets, the article's own left out; of one outlet if it is named."""
    names = other_outlets(tables).set_index("outlet_id")["outlet"]
    rows = tables("renderings")
    rows = rows[rows["outlet_id"].isin([outlet_id] if outlet_id else names.index)]
    return rows.assign(outlet=rows["outlet_id"].map(names))


def _run(text: str) -> str:
    """A passage as its words between spaces, so that one stands in another only at whole words."""
    return f" {' '.join(w for w, *_ in words(text))} "


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, _run(one).split(), _run(other).split(), autojunk=False).ratio()
