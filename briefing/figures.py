"""Figures that any briefing has: what moved when."""

from __future__ import annotations

import pandas as pd

from . import style
from .claims import AXES, Bench
from .data import Package

MARKS = {"substance": "o", "fidelity": "s", "outcome": "D"}


def timeline_figure(package: Package):
    """(figure, table): the claims whose verdict words changed, as lines from the article's day to the analysis date.

    Marks: disc substance, square fidelity, diamond outcome; the word stands at each change.
    """
    bench = Bench(package)
    records = []
    for claim_id in bench.claims:
        before = None
        for day in bench.turning_days(claim_id):
            j = bench.judge(claim_id, day)
            for axis in AXES:
                word = j.word(axis)
                if word and (before is None or before.word(axis) != word):
                    records.append((claim_id, axis, day, word))
            before = j
    data = pd.DataFrame(records, columns=["claim_id", "axis", "date", "verdict"])
    tracks = [key for key, group in data.groupby(["claim_id", "axis"], sort=True) if len(group) > 1]
    data = data[[(c, a) in tracks for c, a in zip(data["claim_id"], data["axis"])]].reset_index(drop=True)
    return _draw(package, data, tracks), data


def _draw(package: Package, data: pd.DataFrame, tracks: list[tuple[str, str]]):
    moved = len({c for c, _ in tracks})
    title = f"{moved} of {len(package.claims)} claims moved after the speech" if moved else "No verdict moved after the speech"
    fig, ax = style.figure(title, "Verdict on each axis from the speech to today", height=1.1 + 0.42 * max(1, len(tracks)))
    start, end = pd.Timestamp(package.then), pd.Timestamp(package.today)
    for y, (claim_id, axis) in enumerate(tracks):
        steps = data[(data["claim_id"] == claim_id) & (data["axis"] == axis)]
        ax.plot([start, end], [y, y], color=style.RULE, lw=1.2, zorder=1)
        for n, (day, word) in enumerate(zip(pd.to_datetime(steps["date"]), steps["verdict"])):
            ax.plot(day, y, MARKS[axis], color=style.ACCENT if n else style.QUIET, ms=6, zorder=3)
            ax.annotate(word, (day, y), textcoords="offset points", xytext=(4, 5 if n < 2 else -12), size=7.5, color=style.INK)
    ax.set_yticks(range(len(tracks)), [f"{c} {a}" for c, a in tracks])
    ax.set_ylim(len(tracks) - 0.3, -0.8)
    ax.set_xlim(start - pd.Timedelta(days=60), end + pd.Timedelta(days=300))
    ax.grid(False)
    return fig


def timeline_alt(data: pd.DataFrame) -> str:
    """The changes as one sentence each, for those who cannot see the figure."""
    parts = []
    for (claim_id, axis), steps in data.groupby(["claim_id", "axis"], sort=True):
        path = ", then ".join(f"{w} from {d}" for w, d in zip(steps["verdict"], steps["date"]))
        parts.append(f"{claim_id} {axis}: {path}")
    return "Verdicts over time. " + "; ".join(parts) + "." if parts else "No verdict changed."
