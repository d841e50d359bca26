"""The article as data: exact text, sentences that tile it, passages anchored by their exact words."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass

import pandas as pd

from .errors import Fault

NARROW = "\u202f"
# Signs that people and editors swap without noticing; folded before a quotation is compared or looked for.
FOLD = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\u00a0": " ", NARROW: " ", "–": "-", "—": "-"})


@dataclass(frozen=True)
class Article:
    """`text` (Unicode code points), `meta` (its record), `sentences` (offsets, translation, role)."""

    text: str
    meta: dict
    sentences: pd.DataFrame

    def sentence(self, sentence_id: str) -> str:
        row = self.sentences.loc[sentence_id]
        return self.text[row["start"] : row["end"]]

    def span(self, sentence_id: str, quote: str) -> tuple[int, int]:
        """Start and end offset of a quote in its sentence; ValueError if it is not there exactly once."""
        sentence = self.sentence(sentence_id)
        if sentence.count(quote) != 1:
            raise ValueError(f"{quote!r} stands {sentence.count(quote)} times in {sentence_id}")
        start = int(self.sentences.at[sentence_id, "start"]) + sentence.index(quote)
        return start, start + len(quote)


def same_words(one: str, other: str) -> bool:
    """Whether two passages are the same words: signs folded, spaces and outer punctuation ignored."""
    return _fold(one) == _fold(other)


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(FOLD)).strip(" \"'.,;:!?").replace(" ?", "?").replace(" !", "!")


def nearest_passage(text: str, quote: str) -> str:
    """The passage of `text` that is most like `quote`: what the writer probably meant."""
    folded, wanted = text.translate(FOLD).lower(), quote.translate(FOLD).lower()
    at = folded.find(wanted)
    if at < 0:
        match = difflib.SequenceMatcher(None, folded, wanted, autojunk=False).find_longest_match()
        at = max(0, match.a - match.b)
    return text[at : at + len(quote)].strip()


def words(text: str) -> list[tuple[str, int, int]]:
    """Words with offsets: lower case, signs folded, apostrophes dividing (for measures of shared text)."""
    return [(m[0].lower(), *m.span()) for m in re.finditer(r"[^\W_]+", text)]


def french_spaces(text: str) -> str:
    """French punctuation for display: a narrow no-break space before ; : ! ? » and after «."""
    text = re.sub(r"(?<=\S)[  ]?(?=[;!?»]|:(?!//))", NARROW, text)
    return re.sub(r"«[  ]?", "«" + NARROW, text)


@dataclass(frozen=True)
class Passage:
    """A stretch of the article under one claim; `first` is False on the later parts of a split passage."""

    start: int
    end: int
    claim_id: str
    number: int
    first: bool = True


def nest(passages: list[Passage]) -> list[Passage]:
    """Passages that only nest: where two cross, the later one is cut at the end of the earlier one."""
    todo = sorted(passages, key=lambda p: (p.start, -p.end, p.claim_id, p.number), reverse=True)
    done: list[Passage] = []
    open_: list[Passage] = []
    while todo:
        passage = todo.pop()
        open_ = [p for p in open_ if p.end > passage.start]
        if open_ and passage.end > (wall := min(p.end for p in open_)):
            rest = Passage(wall, passage.end, passage.claim_id, passage.number, False)
            passage = Passage(passage.start, wall, passage.claim_id, passage.number, passage.first)
            todo.append(rest)
            todo.sort(key=lambda p: (p.start, -p.end, p.claim_id, p.number), reverse=True)
        open_.append(passage)
        done.append(passage)
    return done


def faults(package):
    """What is wrong between the article, its record, its sentences and the anchors."""
    text, meta = package.text("data/article/article.txt"), package.json("data/article/article.json")
    file, sentences = "data/article/sentences.csv", package.table("sentences")
    have = hashlib.sha256(text.encode()).hexdigest()
    if meta.get("sha256") != have:
        yield Fault("data/article/article.txt", "is not the text that article.json records", f"Restore it, or enter sha256 {have} and check every anchor")
        return
    at = 0
    for number, (label, row) in zip(sentences.attrs["rows"], sentences.iterrows()):
        if row["start"] != at or row["end"] <= row["start"]:
            yield Fault(file, f"sentences must tile the text; expected start {at}", "Check the offsets", number, "start", str(row["start"]))
            return
        at = row["end"]
    if at != len(text):
        yield Fault(file, f"sentences end at {at}, the text at {len(text)}", "Add the missing sentence", column="end")
        return
    article, anchors = package.article, package.table("anchors")
    for number, (_, row) in zip(anchors.attrs["rows"], anchors.iterrows()):
        if row["sentence_id"] not in sentences.index:
            continue  # the reference check names it
        sentence = article.sentence(row["sentence_id"])
        count = sentence.count(row["quote"])
        if count != 1:
            problem = "the quote is not in this sentence" if not count else f"the quote stands {count} times in this sentence"
            remedy = f"The nearest words are {nearest_passage(sentence, row['quote'])!r}" if not count else "Quote more of it, so that it is unique"
            yield Fault("data/anchors.csv", problem, remedy, number, "quote", row["quote"])
    claims = package.table("claims")
    anchored = set(anchors["claim_id"])
    for label, row in claims.iterrows():
        if (label in anchored) == (row["kind"] == "omission"):
            problem = "an omission cannot have an anchor" if label in anchored else "no passage is anchored to this claim"
            yield Fault("data/claims.csv", problem, "See anchors.csv", claims.attrs["rows"][claims.index.get_loc(label)], "claim_id", label)
    covered = set(anchors["sentence_id"])
    for number, (label, row) in zip(sentences.attrs["rows"], sentences.iterrows()):
        if label not in covered and not row["no_claim_reason_en"]:
            yield Fault(file, "this sentence has neither a claim nor a reason why not", "Anchor a claim or fill in no_claim_reason_en", number, "sentence_id", label)
