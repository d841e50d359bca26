"""Claims with their evidence, judged as of a day; what moved when, and what each verdict hangs on."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from . import checks
from .data import Package, nearest, row_of
from .errors import BriefingError, Fault
from .rubric import RATED, Claim, Judgement, Row, judge, strength

AXES = ("substance", "fidelity", "outcome")


def claims_of(package: Package) -> dict[str, Claim]:
    """The claims as the rubric sees them, by id."""
    return {
        i: Claim(i, r["kind"], _day(r["as_at"]), r["parties"], None if pd.isna(r["horizon"]) else _day(r["horizon"]))
        for i, r in package.claims.iterrows()
    }


def rows_of(package: Package) -> dict[str, list[Row]]:
    """The evidence rows as the rubric sees them, by claim id."""
    rows: dict[str, list[Row]] = {i: [] for i in package.claims.index}
    for i, r in package.evidence.iterrows():
        rows[r["claim_id"]].append(
            Row(
                i, r["axis"], r["bearing"], tuple(package.sources[s] for s in r["source_ids"]), _day(r["known_on"]),
                _day(r["event_date"]), r["reading"], r["against"], r["material"] != "no", r["basis"], r["role"],
                verbatim=r["axis"] == "fidelity" and bool(r["check"]) and checks.run(package, r["check"]).values.get("verbatim") is True,
            )
        )
    return rows


def _day(stamp) -> date:
    return pd.Timestamp(stamp).date()


class Bench:
    """Claims and rows read once and judged on many days; a verdict is computed once per set of known rows."""

    def __init__(self, package: Package):
        self.package = package
        self.claims = claims_of(package)
        self.rows = rows_of(package)
        self._memo: dict[tuple, Judgement] = {}

    def judge(self, claim_id: str, day: date) -> Judgement:
        claim, rows = self.claims[claim_id], self.rows[claim_id]
        passed = claim.horizon is not None and day > claim.horizon
        key = (claim_id, frozenset(r.id for r in rows if r.known_on <= day), passed)
        if key not in self._memo:
            self._memo[key] = judge(claim, rows, day)
        return self._memo[key]

    def all(self, day: date) -> dict[str, Judgement]:
        return {i: self.judge(i, day) for i in self.claims}

    def turning_days(self, claim_id: str) -> list[date]:
        """The days from the article's day to the analysis date on which something can change for a claim."""
        claim = self.claims[claim_id]
        days = {r.known_on for r in self.rows[claim_id]} | {self.package.then}
        if claim.horizon:
            days.add(claim.horizon + timedelta(days=1))
        return sorted(d for d in days if self.package.then <= d <= self.package.today)


def judge_all(package: Package, as_of: date | None = None) -> dict[str, Judgement]:
    """Every claim's judgement as of a day (the package's own day by default)."""
    return Bench(package).all(as_of or package.as_of)


def verdict_frame(package: Package, as_of: date | None = None) -> pd.DataFrame:
    """Claim × fidelity, substance, outcome, confidence or the reason why there is none."""
    verdicts = judge_all(package, as_of)
    return pd.DataFrame(
        [
            {
                "claim_id": i, "claim": package.claims.at[i, "assertion_en"], "fidelity": j.fidelity_word or "",
                "substance": j.substance or "", "outcome": j.outcome or "",
                "confidence or reason": j.confidence[j.lead] or j.reason[j.lead],
            }
            for i, j in verdicts.items()
        ]
    ).set_index("claim_id", drop=False).rename_axis(None)


def timeline_frame(package: Package) -> pd.DataFrame:
    """One row a change: claim_id, date, axis, before, after, and the evidence that became known that day."""
    bench = Bench(package)
    changes = []
    for claim_id in bench.claims:
        before: Judgement | None = None
        for day in bench.turning_days(claim_id):
            after = bench.judge(claim_id, day)
            if before:
                new = [r.id for r in bench.rows[claim_id] if r.id in set(after.known) - set(before.known)]
                for axis in AXES:
                    was, now = (f"{j.word(axis) or ''}{', ' + j.confidence[axis] if j.confidence[axis] else ''}" for j in (before, after))
                    if was != now:
                        changes.append((claim_id, day, axis, was, now, ";".join(new)))
            before = after
    return pd.DataFrame(changes, columns=["claim_id", "date", "axis", "before", "after", "evidence_ids"])


def sensitivity_frame(package: Package, as_of: date | None = None) -> pd.DataFrame:
    """For each rated verdict: the origins and rows whose loss alone would change it."""
    records = []
    for i, j in judge_all(package, as_of).items():
        for axis in AXES:
            if j.word(axis) in RATED[axis]:
                lost = j.carried_by[axis]
                rows = [x for x in lost if x in package.evidence.index]
                records.append((i, axis, j.word(axis), j.confidence[axis], ";".join(x for x in lost if x not in rows), ";".join(rows)))
    return pd.DataFrame(records, columns=["claim_id", "axis", "verdict", "confidence", "origins", "rows"])


def readings_frame(package: Package, claim_id: str, as_of: date | None = None) -> pd.DataFrame:
    """A claim under each of its readings: state, reason, and the rows that decide it."""
    j = Bench(package).judge(_known(package, claim_id), as_of or package.as_of)
    return pd.DataFrame(
        [(name, s.word, s.reason, ";".join(s.deciding or s.supports + s.contradicts + s.others)) for name, s in j.readings.items()],
        columns=["reading", "state", "reason", "rows"],
    )


def deciding_share(package: Package, as_of: date | None = None) -> tuple[int, int, list[str]]:
    """(rows that rest on a seen original, all rows that decide a verdict, ids of the others).

    A row rests on an original if one of its sources was seen, names its origin and is no relay or copy.
    """
    ids = sorted({i for j in judge_all(package, as_of).values() for rows in j.deciding.values() for i in rows})
    weak = [i for i in ids if not any(s.usable and not s.mirror for s in map(package.sources.get, package.evidence.at[i, "source_ids"]))]
    return len(ids) - len(weak), len(ids), weak


def agreement(package: Package) -> dict[str, float]:
    """How far two codings of the bearings agree: rows, agreed, percent, and Cohen's kappa (1960), which allows for chance."""
    coded = package.table("second_coding")
    first, second = coded["first_bearing"], coded["second_bearing"]
    agreed = int((first == second).sum())
    chance = sum((first == b).mean() * (second == b).mean() for b in set(first) | set(second))
    return {"rows": len(coded), "agreed": agreed, "percent": round(100 * agreed / len(coded)), "kappa": round(float((agreed / len(coded) - chance) / (1 - chance)), 2)}


def finding(package: Package, evidence_id: str) -> str:
    """The finding of a row in words, its placeholders filled from the check it names."""
    row = package.evidence.loc[evidence_id]
    return _filled(package, row["finding_en"], [row["check"]])


def reason(package: Package, claim_id: str) -> str:
    """The reason of a claim in words, its placeholders filled from the checks that its evidence names."""
    return _filled(package, package.claims.at[claim_id, "reason_en"], package.evidence.loc[package.evidence["claim_id"] == claim_id, "check"])


def _filled(package: Package, text: str, names) -> str:
    if "{" not in text:
        return text
    values: dict[str, object] = {}
    for name in names:
        if name:
            values |= checks.run(package, name).values
    return text.format_map(values)


def explain(package: Package, claim_id: str, as_of: date | None = None) -> list[str]:
    """The steps of the rule that gave a claim its verdicts, in words."""
    bench, day = Bench(package), as_of or package.as_of
    claim = bench.claims[_known(package, claim_id)]
    j = bench.judge(claim_id, day)
    by_id = {r.id: r for r in bench.rows[claim_id]}
    steps = [f"{claim_id} is a {claim.kind}; {len(j.known)} of {len(by_id)} rows count on {day.isoformat()}."]
    for i in j.known:
        r = by_id[i]
        target = r.reading or (f"against {r.against}" if r.against else r.axis)
        steps.append(f"{i} {r.effect} ({target}), {strength(r, claim.parties).name.lower()}: {', '.join(s.id for s in r.sources)}.")
    for name, state in j.readings.items():
        steps.append(f"Reading “{name}”: {state.word}{f' ({state.reason})' if state.reason else ''}.")
    for axis in AXES:
        if word := j.word(axis):
            tail = f"confidence {j.confidence[axis]}" if j.confidence[axis] else j.reason[axis]
            steps.append(f"{axis.capitalize()}: {word}" + (f"; {tail}." if tail else "."))
    return steps


def _known(package: Package, claim_id: str) -> str:
    if claim_id not in package.claims.index:
        raise BriefingError(f"No claim {claim_id!r}. {nearest(claim_id, package.claims.index)}.")
    return claim_id


# ---------------------------------------------------------------------------------------------- consistency


def consistency(package: Package):
    """Faults between claims, evidence, checks and prose: what the schema alone cannot see."""
    yield from _inconsistent_tables(package) or _stale_prose(package)


def _stale_prose(package: Package):
    """Claims whose words were written for other verdicts than the rule gives."""
    claims, bench = package.whole("claims"), Bench(package)
    for column, day in (("written_for_then", package.then), ("written_for_today", package.today)):
        for i, r in claims.iterrows():
            if (says := bench.judge(i, day).summary) != r[column]:
                yield Fault("data/claims.csv", f"the rule says {says!r} as of {day}", "Reread the claim's words, then enter that", row_of(claims, i), column, r[column])


def _inconsistent_tables(package: Package) -> list[Fault]:
    return list(_claim_faults(package)) + list(_row_faults(package))


def _claim_faults(package: Package):
    claims = package.whole("claims")
    for i, r in claims.iterrows():
        place = {"file": "data/claims.csv", "row": row_of(claims, i)}
        if r["kind"] == "forecast" and not r["criterion_en"]:
            yield Fault(**place, column="criterion_en", problem="a forecast needs the criterion that will settle it", remedy="Fill it in")
        if not pd.isna(r["horizon"]) and (r["kind"] != "forecast" or r["horizon"] <= r["as_at"]):
            yield Fault(**place, column="horizon", problem="only a forecast has a horizon, and after the day it speaks of", value=_iso(r["horizon"]))
        if not pd.isna(r["as_at"]) and r["as_at"] > pd.Timestamp(package.today):
            yield Fault(**place, column="as_at", problem="after the analysis date", remedy="See [dates] today in briefing.toml", value=_iso(r["as_at"]))
        if "{" in r["reason_en"]:
            try:
                reason(package, i)
            except (KeyError, IndexError, ValueError, BriefingError) as error:
                yield Fault(**place, column="reason_en", problem=f"no check of its evidence gives this figure: {error}")


def _row_faults(package: Package):
    claims, evidence, registered = package.whole("claims"), package.whole("evidence"), checks.names(package)
    for i, r in evidence.iterrows():
        place = {"file": "data/evidence.csv", "row": row_of(evidence, i)}
        for column, problem, value in _evidence_problems(package, claims, r):
            yield Fault(**place, column=column, problem=problem, value=value)
        base = r["check"].partition(":")[0]
        if base and base not in registered:
            yield Fault(**place, column="check", problem="no check has this name", remedy=nearest(base, registered), value=r["check"])
        elif "{" in r["finding_en"]:
            try:
                finding(package, i)
            except (KeyError, IndexError, ValueError, BriefingError) as error:
                yield Fault(**place, column="finding_en", problem=f"the check gives no such figure: {error}", value=r["check"])


def _evidence_problems(package: Package, claims: pd.DataFrame, r: pd.Series):
    """(column, problem, value) of each fault inside one evidence row."""
    wanted = {"substance": "reading", "fidelity": "against"}.get(r["axis"])
    for column in ("reading", "against"):
        if bool(r[column]) != (column == wanted):
            yield column, f"{'needed' if column == wanted else 'must be empty'} on the axis {r['axis']}", r[column]
    claim = claims.loc[r["claim_id"]]
    if r["axis"] == "outcome" and claim["kind"] != "forecast":
        yield "axis", "only a forecast has an outcome", claim["kind"]
    if r["axis"] == "substance" and r["event_date"] > claim["as_at"]:
        yield "event_date", f"after {_iso(claim['as_at'])}, the day the claim speaks of: this is outcome or context", _iso(r["event_date"])
    if r["known_on"] < r["event_date"]:
        yield "known_on", "before the event", _iso(r["known_on"])
    if r["known_on"] > pd.Timestamp(package.today):
        yield "known_on", "after the analysis date", _iso(r["known_on"])
    published = [day for s in r["source_ids"] if (day := issued(package.records[s]))]
    if len(published) == len(r["source_ids"]) and _iso(r["known_on"]) < min(published) and not r["known_on_basis_en"]:
        yield "known_on", f"earlier than every source (the first is of {min(published)}); say why in known_on_basis_en", _iso(r["known_on"])


def issued(record: dict) -> str:
    """The day a source was published, as far as it is known: ISO, cut short where the day or month is not."""
    parts = (record.get("issued") or {}).get("date-parts") or [[]]
    return "-".join(f"{int(n):02d}" for n in parts[0])


def _iso(stamp) -> str:
    return "" if pd.isna(stamp) else stamp.date().isoformat()
