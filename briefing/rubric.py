"""The rule that turns evidence rows into verdicts, for any day: pure functions over small records.

Nothing here reads a file. `claims.py` feeds it, `docs/rubric.md` explains it in prose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from itertools import combinations

PLAIN = "plain"
SPEAKER = "speaker"
# The origin of a relay that does not say whose report it carries.
UNNAMED = "unnamed"

# Kinds that are explained and never rated, with the word that stands where a verdict would.
BY_KIND = {"judgement": "opinion", "question": "question", "omission": "left out", "wording": "wording"}
# Kinds that report words: they are rated on substance only where substance rows exist.
REPORTS = ("quotation", "attribution")

RATED = {
    "substance": ("accurate", "accurate, incomplete", "misleading", "contradicted", "overstated"),
    "fidelity": ("verbatim", "faithful", "loosened", "distorted"),
    "outcome": ("came about", "came about late", "did not come about"),
}


class Strength(IntEnum):
    """How much one evidence row can carry."""

    WEAK = 1
    ORDINARY = 2
    STRONG = 3


@dataclass(frozen=True)
class Source:
    """What the rule needs to know of a source (the rest of the record is in `sources.json`)."""

    id: str
    origin: str = ""
    owner_group: str = ""
    side: str = ""
    party: str = "none"
    kind: str = "news"
    consulted: str = "in part"
    mirror: bool = False
    credits: tuple[str, ...] = ()

    @property
    def seen(self) -> bool:
        return self.consulted in ("in full", "in part")

    @property
    def usable(self) -> bool:
        """Seen, and names who witnessed or issued the fact."""
        return self.seen and self.origin not in ("", UNNAMED)

    def speaks_for(self, parties: tuple[str, ...]) -> bool:
        """Whether this source is a party to the matter: state media always, others by their side."""
        return self.party == "state media" or (self.party != "none" and self.side in parties)

    def independent_of(self, other: Source) -> bool:
        """Two origins, two owners, and no text in common."""
        return (
            self.origin != other.origin
            and self.owner_group != other.owner_group
            and not {self.origin, *self.credits} & {other.origin, *other.credits}
        )


@dataclass(frozen=True)
class Row:
    """One row of `evidence.csv` with its sources resolved."""

    id: str
    axis: str
    bearing: str
    sources: tuple[Source, ...]
    known_on: date
    event_date: date
    reading: str = ""
    against: str = ""
    material: bool = True
    basis: str = "report"
    role: str = "fact"
    verbatim: bool = False

    @property
    def effect(self) -> str:
        """The bearing as it counts: a contradiction that would mislead nobody only qualifies."""
        return "qualifies" if self.bearing == "contradicts" and not self.material else self.bearing

    @cached_property
    def usable(self) -> tuple[Source, ...]:
        """The sources that can carry the row."""
        return tuple(s for s in self.sources if s.usable)

    def without(self, origin: str) -> Row | None:
        """The row with one origin gone, or None where nothing is left of it."""
        left = tuple(s for s in self.sources if s.origin != origin)
        if left == self.sources:
            return self
        return Row(**{**{k: getattr(self, k) for k in self.__dataclass_fields__}, "sources": left}) if left else None


@dataclass(frozen=True)
class Claim:
    """What the rule needs to know of a claim."""

    id: str
    kind: str
    as_at: date
    parties: tuple[str, ...] = ()
    horizon: date | None = None


def strength(row: Row, parties: tuple[str, ...]) -> Strength:
    """Strong, ordinary or weak, by who stands behind the row (never by what it says)."""
    if not row.usable or row.basis == "paraphrase":
        return Strength.WEAK
    if row.basis == "own_record" and any(s.kind == "primary" and not s.mirror for s in row.usable):
        return Strength.STRONG
    outside = [s for s in row.usable if not s.speaks_for(parties)]
    if any(a.independent_of(b) for a, b in combinations(outside, 2)):
        return Strength.STRONG
    # As an object (the wording itself) or a record (what an official said) a party's outlet is admissible.
    if outside or row.basis == "admission" or row.role in ("object", "record"):
        return Strength.ORDINARY
    return Strength.WEAK


@dataclass(frozen=True)
class State:
    """Where one reading stands: holds, holds (limited), fails, open or none, and the rows behind it."""

    word: str
    reason: str = ""
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.word.startswith("holds")

    @property
    def deciding(self) -> tuple[str, ...]:
        return self.supports if self.holds else self.contradicts if self.word == "fails" else ()


def reading_state(rows: list[Row], parties: tuple[str, ...]) -> State:
    """The state of one reading from its rows."""
    if not rows:
        return State("none")
    weight = {r.id: strength(r, parties) for r in rows}
    by = {b: [r for r in rows if r.effect == b] for b in ("supports", "qualifies", "contradicts", "cannot_settle")}
    solid = {b: [r for r in by[b] if weight[r.id] >= Strength.ORDINARY] for b in ("supports", "contradicts")}
    ids = {
        "supports": tuple(r.id for r in by["supports"]),
        "contradicts": tuple(r.id for r in by["contradicts"]),
        "others": tuple(r.id for r in by["qualifies"] + by["cannot_settle"]),
    }
    if solid["supports"] and not solid["contradicts"]:
        if len(by["supports"]) == len(rows):
            return State("holds", "", **ids)
        reason = "dissent noted" if by["contradicts"] else "with limits"
        return State("holds, limited", reason, **ids)
    if solid["contradicts"] and not solid["supports"]:
        return State("fails", "", **ids)
    return State("open", _why_open(rows, by, solid, parties), **ids)


def _why_open(rows, by, solid, parties) -> str:
    if solid["supports"] and solid["contradicts"]:
        return "sources conflict"
    voices = [r for r in rows if r.bearing != "cannot_settle"]
    if not voices:
        return "the record is silent"
    if all(s.speaks_for(parties) for r in voices for s in r.usable) and any(r.usable for r in voices):
        return "one party's word"
    return "only weak sources"


def substance(claim: Claim, states: dict[str, State]) -> tuple[str | None, str, tuple[str, ...]]:
    """Verdict on substance, its reason where it is not settled, and the readings that decide it.

    First match of the table in the rubric. None where a report of words has no substance rows.
    """
    if claim.kind in BY_KIND:
        return BY_KIND[claim.kind], "explained, not rated", ()
    if not states:
        return (None, "rated on fidelity alone", ()) if claim.kind in REPORTS else ("no evidence", "no row yet", ())
    plain = states.get(PLAIN, State("none"))
    narrower = {name: s for name, s in states.items() if name != PLAIN}
    holding = tuple(name for name, s in narrower.items() if s.holds)
    if plain.word == "holds" and not any(s.word in ("fails", "open") for s in narrower.values()):
        return "accurate", "", (PLAIN,)
    if plain.holds:
        return "accurate, incomplete", "", (PLAIN,)
    if plain.word == "fails":
        return ("misleading", "", (PLAIN, *holding)) if holding else ("contradicted", "", (PLAIN,))
    if holding:
        return "overstated", "", holding
    return "not settled", plain.reason or "the plain reading has no row", ()


def fidelity(rows: list[Row], parties: tuple[str, ...]) -> str:
    """How a passage stands to the words it reports (one `against` at a time)."""
    if any(r.effect == "contradicts" and strength(r, parties) >= Strength.ORDINARY for r in rows):
        return "distorted"
    effects = {r.effect for r in rows}
    if effects & {"qualifies", "contradicts"}:
        return "loosened"
    if "supports" not in effects:
        return "not found"
    # A translation is never the speaker verbatim.
    return "verbatim" if any(r.verbatim and r.against != SPEAKER for r in rows) else "faithful"


def outcome(claim: Claim, rows: list[Row], day: date) -> tuple[str | None, str]:
    """What became of a forecast by `day`; a support row says the criterion was met on its event date."""
    if claim.kind != "forecast":
        return None, ""
    if claim.horizon is None:
        return "no deadline given", "a forecast without a date cannot be rated"
    met = [r for r in rows if r.effect == "supports" and strength(r, claim.parties) >= Strength.ORDINARY]
    missed = [r for r in rows if r.effect == "contradicts" and strength(r, claim.parties) >= Strength.ORDINARY]
    in_time = [r for r in met if r.event_date <= claim.horizon]
    if in_time and missed:
        return "not settled", "sources conflict"
    if in_time:
        return "came about", ""
    if met:
        return "came about late", ""
    if day <= claim.horizon:
        return "too early", f"the deadline is {claim.horizon.isoformat()}"
    if missed:
        return "did not come about", ""
    return "not settled", "the record is silent"


@dataclass(frozen=True)
class Judgement:
    """The verdicts on one claim as of one day."""

    claim_id: str
    as_of: date
    substance: str | None
    fidelity: dict[str, str]
    outcome: str | None
    readings: dict[str, State]
    confidence: dict[str, str | None]
    reason: dict[str, str]
    deciding: dict[str, tuple[str, ...]]
    known: tuple[str, ...]
    carried_by: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def fidelity_word(self) -> str | None:
        """The verdict against the speaker where there is one, else against the first rendering."""
        return self.fidelity.get(SPEAKER) or next(iter(self.fidelity.values()), None)

    def word(self, axis: str) -> str | None:
        return {"substance": self.substance, "fidelity": self.fidelity_word, "outcome": self.outcome}[axis]

    @property
    def lead(self) -> str:
        """The axis whose verdict leads: substance where the claim is rated or open on it, else fidelity where that is rated."""
        if self.substance in (*RATED["substance"], "not settled", "no evidence"):
            return "substance"
        if self.fidelity_word in RATED["fidelity"]:
            return "fidelity"
        return "substance" if self.substance else "outcome"

    @property
    def summary(self) -> str:
        """All verdicts in one string, the form that `written_for_then` and `written_for_today` hold."""
        return " · ".join(w for w in (self.substance, self.fidelity_word, self.outcome) if w)


def _words(claim: Claim, rows: list[Row], day: date):
    """All verdict words of a claim from the rows given: the part that is recomputed when something is dropped."""
    readings: dict[str, list[Row]] = {}
    against: dict[str, list[Row]] = {}
    outcomes: list[Row] = []
    for row in rows:
        if row.axis == "substance":
            readings.setdefault(row.reading, []).append(row)
        elif row.axis == "fidelity":
            against.setdefault(row.against, []).append(row)
        elif row.axis == "outcome":
            outcomes.append(row)
    states = {name: reading_state(rs, claim.parties) for name, rs in readings.items()}
    said = {who: fidelity(rs, claim.parties) for who, rs in sorted(against.items(), key=lambda kv: (kv[0] != SPEAKER, kv[0]))}
    return states, substance(claim, states), said, outcome(claim, outcomes, day)


def known_rows(claim: Claim, rows: list[Row], day: date) -> list[Row]:
    """The rows that count on `day`, in the order of their ids: both clocks of the rubric."""
    return sorted(
        (r for r in rows if r.known_on <= day and not (r.axis == "substance" and r.event_date > claim.as_at)),
        key=lambda r: r.id,
    )


def judge(claim: Claim, rows: list[Row], day: date) -> Judgement:
    """Verdicts, confidence and what carries them, from the rows known on `day`. Order of rows never matters."""
    rows = known_rows(claim, rows, day)
    states, (verdict, why, deciding_readings), said, (came, why_outcome) = _words(claim, rows, day)
    by_id = {r.id: r for r in rows}
    lead_against = SPEAKER if SPEAKER in said else next(iter(said), "")
    words = {"substance": verdict, "fidelity": said.get(lead_against), "outcome": came}
    groups = {
        "substance": [states[name].deciding for name in deciding_readings],
        "fidelity": [tuple(r.id for r in rows if r.axis == "fidelity" and r.against == lead_against and _decides(r, words["fidelity"]))],
        "outcome": [tuple(r.id for r in rows if r.axis == "outcome" and r.effect == ("contradicts" if came == "did not come about" else "supports"))],
    }
    deciding = {axis: tuple(dict.fromkeys(i for g in groups[axis] for i in g)) if words[axis] in RATED[axis] else () for axis in words}
    dropped = _dropped(claim, rows, day, words)
    confidence = {
        axis: _confidence([[by_id[i] for i in g] for g in groups[axis]], claim.parties, axis in dropped["origins"])
        if deciding[axis] else None
        for axis in words
    }
    return Judgement(
        claim.id, day, verdict, said, came, states, confidence,
        {"substance": why, "fidelity": "" if said else "no wording to compare", "outcome": why_outcome},
        deciding, tuple(r.id for r in rows),
        {axis: tuple(sorted(dropped["origins"].get(axis, []))) + tuple(sorted(dropped["rows"].get(axis, []))) for axis in words},
    )


def _decides(row: Row, word: str | None) -> bool:
    wanted = {"distorted": ("contradicts",), "loosened": ("qualifies", "contradicts")}.get(word or "", ("supports",))
    return row.effect in wanted


def _dropped(claim: Claim, rows: list[Row], day: date, words: dict) -> dict[str, dict[str, list[str]]]:
    """Which single origin or row, if it were not there, would change which verdict word."""
    lost: dict[str, dict[str, list[str]]] = {"origins": {}, "rows": {}}

    def compare(kind, name, left):
        _, (verdict, _, _), said, (came, _) = _words(claim, left, day)
        now = {"substance": verdict, "fidelity": said.get(SPEAKER) or next(iter(said.values()), None), "outcome": came}
        for axis, word in words.items():
            if now[axis] != word:
                lost[kind].setdefault(axis, []).append(name)

    for origin in sorted({s.origin for r in rows for s in r.sources if s.origin}):
        compare("origins", origin, [kept for r in rows if (kept := r.without(origin))])
    for row in rows:
        compare("rows", row.id, [r for r in rows if r is not row])
    return lost


def _confidence(groups: list[list[Row]], parties: tuple[str, ...], fragile: bool) -> str:
    """High, moderate or low: see the rubric; `groups` holds the deciding rows of each deciding reading."""
    if not fragile and all(_two_witnesses(rows, parties) for rows in groups):
        return "high"
    if any(not s.speaks_for(parties) for rows in groups for r in rows for s in r.usable):
        return "moderate"
    return "low"


def _two_witnesses(rows: list[Row], parties: tuple[str, ...]) -> bool:
    """Two independent origins, at least one no party; or the issuer's own record, seen, and one more origin."""
    admissible = [(s, r) for r in rows for s in r.usable if r.role != "fact" or not s.speaks_for(parties)]
    for (a, _), (b, _) in combinations(admissible, 2):
        if a.independent_of(b) and not (a.speaks_for(parties) and b.speaks_for(parties)):
            return True
    records = {s.origin for r in rows if r.basis == "own_record" for s in r.usable if s.kind == "primary" and not s.mirror}
    return bool(records) and len({s.origin for r in rows for s in r.usable}) > 1
