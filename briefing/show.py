"""What notebooks show: figures, tables, prose with traced numbers, claim cards, the annotated article.

Each object carries semantic HTML and a plain text, so that it reads in JupyterLab, in an untrusted clone,
and in both exported reports, where style sheets draw the marks.
"""

from __future__ import annotations

import re
import string
import urllib.parse
from datetime import date
from functools import cache
from html import escape

import mistune
import pandas as pd

from . import checks, claims, style
from .article import Passage, nest
from .checks import Traced
from .data import Package, load
from .errors import BriefingError
from .rubric import RATED, Judgement


class Show:
    """Something to look at: `html` for notebooks and reports, `text` where only text fits."""

    def __init__(self, html: str, text: str):
        self.html, self.text = html, text

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def traced(value, origin: str) -> Traced:
    """A number with the place it comes from (`table:…`, `check:…`, `judge`), for `say`."""
    return Traced(value, origin)


def dated(day) -> str:
    """A day as people write it: 5 September 2019."""
    day = pd.Timestamp(day)
    return f"{day.day} {day.strftime('%B %Y')}"


# ---------------------------------------------------------------------------------------------- prose


class _Marked(string.Formatter):
    """Fills a template with numbered place holders that survive Markdown, and keeps the HTML that belongs there."""

    def __init__(self):
        self.html: list[str] = []
        self.text: list[str] = []

    def format_field(self, value, spec):
        shown = format(value, spec)
        html = escape(shown)
        if isinstance(value, Traced):
            html = f'<data value="{escape(str(value.value))}" data-origin="{escape(value.origin)}">{html}</data>'
        self.html.append(html)
        self.text.append(shown)
        return f"\ue000{len(self.html) - 1}\ue001"

    def fill(self, text: str, parts: list[str]) -> str:
        return re.sub("\ue000(\\d+)\ue001", lambda m: parts[int(m[1])], text)


@cache
def _markdown():
    return mistune.create_markdown(escape=True)


def say(template: str, **values) -> Show:
    """A paragraph with computed numbers: `say("**{n}** of {m} words", n=result["shared"], m=…)`.

    Inline Markdown works: emphasis, `[label](#src-…)` citations, links. A number is `<data>` and names its origin.
    """
    marked = _Marked()
    filled = marked.vformat(template, (), values)
    html = marked.fill(_markdown()(filled), marked.html).strip()
    html = html.replace("<p>", '<p class="say">')
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", filled).replace("**", "").replace("*", "")
    return Show(html, marked.fill(plain, marked.text))


def findings(*paragraphs: Show) -> Show:
    """A numbered list of findings, each made by `say`."""
    items = "".join(f"<li>{p.html}</li>" for p in paragraphs)
    return Show(f'<ol class="findings">{items}</ol>', "\n".join(f"{n}. {p.text}" for n, p in enumerate(paragraphs, 1)))


def _cites(ids, package: Package) -> str:
    links = ", ".join(f'<a href="#{escape(i)}">{escape(source_label(package, i))}</a>' for i in ids)
    return f'<span class="sources">{links}</span>' if ids else ""


def source_label(package: Package, source_id: str) -> str:
    """A short name for a source: publisher and year."""
    record = package.records.get(source_id)
    if record is None:
        raise BriefingError(f"No source {source_id!r} in data/sources.json.")
    return f"{record['publisher']} {claims.issued(record)[:4]}".strip()


# ---------------------------------------------------------------------------------------------- figures, tables


def _required(kind: str, **texts) -> None:
    for name, text in texts.items():
        if not str(text or "").strip():
            raise BriefingError(f"A {kind} needs its {name}: say what a reader who cannot see it would miss.")


def figure(fig, *, alt: str, caption: str, id: str, data: pd.DataFrame | None = None, source_ids=()) -> Show:
    """A matplotlib figure as vector image with alt text, caption, sources and the table behind it."""
    _required("figure", alt=alt, caption=caption, id=id)
    image = "data:image/svg+xml," + urllib.parse.quote(style.svg(fig), safe=" ~()*!.;/?:@&=+$,-_")
    fold = f'<details class="data"><summary>Data</summary>{_table_html(data)}</details>' if data is not None else ""
    html = (
        f'<figure class="chart" id="fig-{escape(id)}"><img alt="{escape(alt)}" src="{escape(image)}">'
        f"<figcaption>{_inline(caption)} {_sources(source_ids)}</figcaption>{fold}</figure>"
    )
    return Show(html, f"Figure: {caption}\n{alt}")


def table(frame: pd.DataFrame, *, caption: str, id: str, source_ids=()) -> Show:
    """A table with a caption; columns as they are named, numbers right aligned, no index."""
    _required("table", caption=caption, id=id)
    html = (
        f'<figure class="table" id="tab-{escape(id)}"><figcaption>{_inline(caption)} {_sources(source_ids)}</figcaption>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(re.sub("[*`]", "", caption))}">{_table_html(frame)}</div></figure>'
    )
    return Show(html, f"Table: {caption}\n{frame.to_string(index=False)}")


def _sources(ids) -> str:
    return f"Sources: {_cites(ids, load())}." if len(ids) else ""


def _inline(text: str) -> str:
    return re.sub(r"^<p>|</p>$", "", _markdown()(text).strip())


def _table_html(frame: pd.DataFrame) -> str:
    css = [' class="num"' if pd.api.types.is_numeric_dtype(frame[c]) else "" for c in frame]
    head = "".join(f'<th scope="col"{k}>{escape(str(c))}</th>' for c, k in zip(frame, css))
    rows = (zip(css, row) for row in frame.itertuples(index=False, name=None))
    body = "".join("<tr>" + "".join(f"<td{k}>{_cell(v)}</td>" for k, v in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value) -> str:
    if isinstance(value, Show):
        return value.html
    if isinstance(value, tuple):
        return escape(", ".join(map(str, value)))
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value) or value is pd.NA:
        return ""
    if isinstance(value, (pd.Timestamp, date)):
        return pd.Timestamp(value).date().isoformat()
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.10g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10_000 else escape(str(value))


# ---------------------------------------------------------------------------------------------- verdicts


def verdict_span(axis: str, word: str | None, **attributes: str) -> str:
    """A verdict word with what a style sheet needs to draw its mark."""
    if not word:
        return ""
    more = "".join(f' data-{k}="{escape(v)}"' for k, v in attributes.items())
    return f'<span class="verdict" data-axis="{axis}" data-verdict="{escape(word)}"{more}>{escape(word)}</span>'


def verdict(axis: str, word: str | None) -> Show:
    """A verdict word for a table cell."""
    return Show(verdict_span(axis, word), word or "")


class Board:
    """One package with its verdicts then and today: what cards, tables and notes draw from."""

    def __init__(self, package: Package | None = None):
        self.package = package or load()
        self.bench = claims.Bench(self.package)
        self.then, self.now = self.bench.all(self.package.then), self.bench.all(self.package.as_of)
        anchors = self.package.anchors
        self.quotes = {i: list(anchors.loc[anchors["claim_id"] == i, "quote"]) for i in self.package.claims.index}

    def lead(self, j: Judgement) -> tuple[str, str]:
        return j.lead, j.word(j.lead) or "no evidence"


def verdict_table(as_of: date | str | None = None) -> Show:
    """All claims with fidelity, substance, outcome and confidence, as of a day."""
    package = load(as_of=as_of)
    verdicts = claims.judge_all(package)
    frame = pd.DataFrame(
        {
            "Claim": [Show(f'<a href="#{i}">{i}</a> {escape(package.claims.at[i, "assertion_en"])}', i) for i in verdicts],
            "Substance": [verdict("substance", j.substance) for j in verdicts.values()],
            "Fidelity": [verdict("fidelity", j.fidelity_word) for j in verdicts.values()],
            "Outcome": [verdict("outcome", j.outcome) for j in verdicts.values()],
            "Confidence": [(j.confidence[j.lead] or j.reason[j.lead]) for j in verdicts.values()],
        }
    )
    shown = table(frame, caption=f"All claims, as known on {dated(package.as_of)}.", id=f"verdicts-{package.as_of.isoformat()}")
    return Show(shown.html, claims.verdict_frame(package).to_string(index=False))


def tally(as_of: date | str | None = "then") -> Show:
    """How many claims stand under each leading verdict: the strip of marks on the front page."""
    package = load(as_of=as_of)
    counts: dict[tuple[str, str], int] = {}
    for j in claims.judge_all(package).values():
        key = (j.lead, j.word(j.lead) or "no evidence")
        counts[key] = counts.get(key, 0) + 1
    order = [(a, w) for a, words in RATED.items() for w in words]
    ranked = sorted(counts.items(), key=lambda kv: (order.index(kv[0]) if kv[0] in order else len(order), kv[0]))
    items = "".join(f'<li>{verdict_span(a, w)} <data value="{n}" data-origin="judge">{n}</data></li>' for (a, w), n in ranked)
    return Show(f'<ul class="tally">{items}</ul>', ", ".join(f"{n} {w}" for (_, w), n in ranked))


def claim_card(claim_id: str, board: Board | None = None) -> Show:
    """One claim whole: words, speaker, verdicts then and today, reason, evidence with sources, what would change it."""
    board = board or Board()
    package = board.package
    claims._known(package, claim_id)
    row, then, now = package.claims.loc[claim_id], board.then[claim_id], board.now[claim_id]
    quotes = " … ".join(f'<q lang="{package.config["article"]["language"]}">{escape(q)}</q>' for q in board.quotes[claim_id])
    lines = [f"{claim_id} {row['assertion_en']}"]
    parts = [f'<h4>{claim_id} {quotes or "Left out"}</h4>', f'<p class="who">{escape(row["speaker"])} · {escape(row["kind"])} · attributed: {escape(row["attributed"])}</p>']
    parts.append(f'<p class="assertion">{escape(row["assertion_en"])}</p>')
    entries = []
    for axis in claims.AXES:
        was, is_ = then.word(axis), now.word(axis)
        if was or is_:
            entries.append(f"<div><dt>{axis.capitalize()}</dt><dd>{_then_now(axis, then, now)}</dd></div>")
            lines.append(f"{axis}: {was or '–'} → {is_ or '–'} ({now.confidence[axis] or now.reason[axis] or 'not rated'})")
    parts.append(f'<dl class="verdicts">{"".join(entries)}</dl>')
    if row["plain_reading_en"]:
        parts.append(f'<p class="reading"><strong>Read as:</strong> {escape(row["plain_reading_en"])}</p>')
    parts.append(f'<p class="reason">{escape(claims.reason(package, claim_id))}</p>')
    evidence = package.evidence[package.evidence["claim_id"] == claim_id]
    if len(evidence):
        parts.append(f'<details class="evidence" open><summary>Evidence ({len(evidence)})</summary><ul>{"".join(_evidence_item(package, e) for _, e in evidence.iterrows())}</ul></details>')
    if row["would_change_en"]:
        parts.append(f'<p class="change"><strong>What would change this:</strong> {escape(row["would_change_en"])}</p>')
    return Show(f'<article class="card" id="{claim_id}" data-claim="{claim_id}">{"".join(parts)}</article>', "\n".join(lines))


def _then_now(axis: str, then: Judgement, now: Judgement) -> str:
    was, is_ = then.word(axis), now.word(axis)
    sure = lambda j: f'<span class="confidence">{escape(j.confidence[axis] + " confidence" if j.confidence[axis] else j.reason[axis])}</span>' if j.confidence[axis] or j.reason[axis] else ""
    if was == is_ and then.confidence[axis] == now.confidence[axis]:
        return f'<span class="now">{verdict_span(axis, is_, when="now")} {sure(now)}</span>'
    before = f'{verdict_span(axis, was, when="then")} {sure(then)}' if was else "not yet rated"
    return f'<span class="then"><span class="when">then</span> {before}</span> <span class="now"><span class="when">today</span> {verdict_span(axis, is_, when="now")} {sure(now)}</span>'


def _evidence_item(package: Package, e: pd.Series) -> str:
    about = e["reading"] if e["axis"] == "substance" and e["reading"] != "plain" else f"against {e['against']}" if e["against"] else "" if e["axis"] == "substance" else e["axis"]
    scope = f' <span class="scope">({escape(about)})</span>' if about else ""
    bearing = "not material: qualifies" if e["bearing"] == "contradicts" and e["material"] == "no" else e["bearing"].replace("_", " ")
    return (
        f'<li id="{e["evidence_id"]}" data-known-on="{e["known_on"].date().isoformat()}"><span class="bearing" data-bearing="{e["bearing"]}">{bearing}</span>{scope} '
        f'{_inline(claims.finding(package, e["evidence_id"]))} {_cites(e["source_ids"], package)} '
        f'<time datetime="{e["known_on"].date().isoformat()}">known {dated(e["known_on"])}</time></li>'
    )


def claim_cards(kinds: tuple[str, ...] | None = None) -> Show:
    """The cards of all claims, in reading order."""
    board = Board()
    wanted = [i for i, r in board.package.claims.iterrows() if kinds is None or r["kind"] in kinds]
    cards = [claim_card(i, board) for i in wanted]
    return Show("".join(c.html for c in cards), "\n\n".join(c.text for c in cards))


# ---------------------------------------------------------------------------------------------- the article


def annotated_article() -> Show:
    """The article with numbered, verdict-marked passages, an English translation, and a note beside each passage."""
    board = Board()
    package, article = board.package, board.package.article
    language = package.config["article"]["language"]
    spans, seen = [], {}
    for _, a in package.anchors.iterrows():
        seen[a["claim_id"]] = seen.get(a["claim_id"], 0) + 1
        spans.append((*article.span(a["sentence_id"], a["quote"]), a["claim_id"], seen[a["claim_id"]]))
    passages = nest([Passage(*s) for s in spans])
    noted: set[str] = set()
    blocks, lines = [], []
    for number, rows in article.sentences.groupby("paragraph", sort=True):
        start, end, role = int(rows["start"].iloc[0]), int(rows["end"].iloc[-1]), rows["role"].iloc[0]
        here = [p for p in passages if start <= p.start < end]
        body = _marked(board, article.text, start, end, here, language).rstrip()
        lines.append(article.text[start:end].strip())
        if role != "text" and not here:
            blocks.append(f'<p class="{"article-heading" if role == "heading" else "furniture"}" lang="{language}">{body}</p>')
            continue
        note_ids = [p.claim_id for p in here if p.first and not (p.claim_id in noted or noted.add(p.claim_id))]
        notes = "".join(_note(board, i) for i in note_ids)
        translation = " ".join(t for t in rows["translation_en"] if t)
        css = ' class="article-heading"' if role == "heading" else ""
        blocks.append(
            f'<section class="passage" data-paragraph="{number}"><div class="text"><p{css} lang="{language}">{body}</p>'
            f'<details class="translation"><summary>English</summary><p>{escape(translation)}</p></details></div>'
            f'<aside class="notes" aria-label="Notes on paragraph {number}">{notes}</aside></section>'
        )
    return Show(f'<div class="annotated">{"".join(blocks)}</div>', "\n\n".join(lines))


def _note(board: Board, claim_id: str) -> str:
    axis, word = board.lead(board.then[claim_id])
    row = board.package.claims.loc[claim_id]
    first = re.match(r".+?[.!?](?=\s|$)", claims.reason(board.package, claim_id))
    return (
        f'<div class="note" id="note-{claim_id}" data-claim="{claim_id}"><p><a class="num" href="#{claim_id}">{claim_id}</a> '
        f'{verdict_span(axis, word, when="lead")} {escape(first[0] if first else row["assertion_en"])}</p></div>'
    )


def _marked(board: Board, text: str, start: int, end: int, passages, language: str) -> str:
    """The stretch of text with its passages as nested marks."""
    out, stack, at = [], [], start

    def close(until):
        nonlocal at
        while stack and stack[-1].end <= until:
            p = stack.pop()
            out.append(escape(text[at : p.end]))
            at = p.end
            ref = ""
            if p.first:
                _, word = board.lead(board.then[p.claim_id])
                ref = f'<a class="ref" href="#note-{p.claim_id}" aria-label="note {p.claim_id}: {escape(word)}" lang="en">{p.claim_id[1:].lstrip("0")}</a>'
            out.append(f"{ref}</mark>")

    for p in passages:
        close(p.start)
        out.append(escape(text[at : p.start]))
        at = p.start
        axis, word = board.lead(board.then[p.claim_id])
        ident = f' id="a-{p.claim_id}-{p.number}"' if p.first else ""
        out.append(f'<mark class="anchor"{ident} data-claim="{p.claim_id}" data-axis="{axis}" data-verdict="{escape(word)}">')
        stack.append(p)
    close(end)
    return "".join(out) + escape(text[at:end])


def omissions() -> Show:
    """What the article leaves out although its readers need it, one line a claim."""
    package = load()
    rows = package.claims[package.claims["kind"] == "omission"]
    items = "".join(f'<li id="note-{i}"><a class="num" href="#{i}">{i}</a> {escape(r["assertion_en"])}</li>' for i, r in rows.iterrows())
    return Show(f'<ul class="omissions">{items}</ul>', "\n".join(f"{i} {r['assertion_en']}" for i, r in rows.iterrows()))


def article_record() -> Show:
    """What is known of the article itself, and how it is known."""
    package = load()
    meta = package.article.meta
    labels = {"title": "Headline", "publisher": "Publisher", "url": "Address", "published": "Published", "author": "Author", "text": "Text", "rights": "Rights", "notes": "Notes"}
    pairs = [(labels[k], meta[f"{k}_en"] if f"{k}_en" in meta else meta[k]) for k in labels if meta.get(f"{k}_en") or meta.get(k)]
    body = "".join(f"<dt>{k}</dt><dd>{_linked(str(v))}</dd>" for k, v in pairs)
    body += f'<dt>Sources</dt><dd>{_cites(meta.get("source_ids", ()), package)}</dd>'
    return Show(f'<dl class="record">{body}</dl>', "\n".join(f"{k}: {v}" for k, v in pairs))


def _linked(text: str) -> str:
    return f'<a href="{escape(text)}">{escape(text)}</a>' if re.fullmatch(r"https?://\S+", text) else escape(text)


# ---------------------------------------------------------------------------------------------- annexes


def bibliography() -> Show:
    """Where the exporter puts all sources cited, by kind."""
    return Show('<div class="bibliography"></div>', "The sources are listed in the exported report; see data/sources.json.")


def glossary(name: str = "glossary") -> Show:
    """The terms of a table with columns term_id, term, definition_en; `[term](#term-…)` links to them."""
    package = load()
    rows = package.table(name).sort_values("term", key=lambda terms: terms.str.casefold())
    items = "".join(f'<dt id="term-{t.term_id}">{escape(t.term)}</dt><dd>{_inline(t.definition_en)} {_cites(t.source_ids, package)}</dd>' for t in rows.itertuples())
    return Show(f'<dl class="glossary">{items}</dl>', "\n".join(f"{t.term}: {t.definition_en}" for t in rows.itertuples()))


def searches() -> Show:
    """What was looked for and not found."""
    rows = load().searches
    frame = pd.DataFrame({"Looked for": rows["looked_for_en"], "Where": rows["where_en"], "Languages": rows["languages"], "On": rows["searched_on"], "Hits": rows["hits"], "Result": rows["result_en"]})
    return table(frame, caption="Searches behind every “none found”.", id="searches")


def data_dictionary() -> Show:
    """Each table of the data package: what it holds, its rows, its licence."""
    package = load()
    frame = pd.DataFrame(
        [(r["path"], r.get("title", n), r.get("description", ""), len(package.table(n)), ", ".join(l.get("name", "") for l in r.get("licenses", []))) for n, r in package.resources.items()],
        columns=["File", "Title", "What it holds, and what its numbers are not", "Rows", "Licence"],
    )
    return table(frame, caption="The data package, table by table.", id="data-dictionary")


def explain(claim_id: str, as_of: date | str | None = None) -> Show:
    """The rule steps that gave a claim its verdicts."""
    steps = claims.explain(load(as_of=as_of), claim_id)
    return Show("<ol>" + "".join(f"<li>{escape(s)}</li>" for s in steps) + "</ol>", "\n".join(steps))
