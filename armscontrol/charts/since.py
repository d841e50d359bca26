"""What came after the speech: the treaty's years and the days that moved it."""

from __future__ import annotations

import pandas as pd

from briefing import style

SUSPENSION = "Putin announces suspension of New START"
# Days to show, each by a part of its title in events.csv, with the words that fit a figure.
MILESTONES = {
    "US official: little reason to buy": "US official: little reason to buy",
    "First Avangard regiment on combat duty": "Avangard on combat duty",
    "Extension enters into force": "New START extended by five years",
    "Last bilateral data exchange": "last exchange of counts",
    SUSPENSION: "Russia announces suspension",
    "US countermeasures": "US stops its notices too",
    "Putin offers one more year": "Putin offers to keep the limits",
    "New START expires": "New START ends",
    "US meets Russian and Chinese delegations": "talks in Geneva, no result seen",
}


def milestones(events: pd.DataFrame, speech) -> pd.DataFrame:
    """The shown events: `date`, `label`, `days` since the speech, oldest first. A title that is not there once is an error."""
    rows = []
    for title, label in MILESTONES.items():
        found = events[events["title_en"].str.contains(title, regex=False)]
        if len(found) != 1:
            raise ValueError(f"{len(found)} events have {title!r} in their title; the figure needs one.")
        day = found["date"].iloc[0]
        rows.append((day, label, (day - pd.Timestamp(speech)).days, found["source_ids"].iloc[0]))
    return pd.DataFrame(rows, columns=["date", "label", "days", "source_ids"]).sort_values("date").reset_index(drop=True)


def timeline(rows: pd.DataFrame, treaty: pd.Series, term, package):
    """Steps from the speech to today, one a row, below the years of New START: first term, extension, after it.

    `rows` as `milestones` gives them; `treaty` with `ended`; `term` the day on which the ten years were over; `package` for
    the two days between which the figure runs.
    """
    start, end, term, ended = (pd.Timestamp(d) for d in (package.then, package.today, term, treaty["ended"]))
    extra = (ended - term).days
    fig, ax = style.figure(
        f"The treaty outlived its first term by {extra:,} days and ended {(ended - start).days:,} days\nafter the speech; no successor was seen",
        "Steps since the speech, with the days counted from it; above them the years of New START",
        "Steps chosen for this article from the table of events.",
        height=1.5 + 0.26 * (len(rows) + 2),
    )
    suspended = rows.loc[rows["label"] == MILESTONES[SUSPENSION], "date"].iloc[0]
    for left, right, face, hatch, label in (
        (start, term, style.ACCENT, "", "first term"), (term, suspended, "#9fb6cc", "", "extension"),
        (suspended, ended, "#9fb6cc", "\\\\\\\\", "suspended by Russia"), (ended, end, style.PAPER, "////", "no treaty"),
    ):
        ax.barh(-1, right - left, left=left, height=0.62, color=face, hatch=hatch, edgecolor=style.QUIET, lw=0.6)
        ax.text(left + (right - left) / 2, -1.75, label, ha="center", va="center", size=8.5)
    for y, r in rows.iterrows():
        late = r["date"] > start + 0.52 * (end - start)
        ax.plot([r["date"], r["date"]], [-0.69, y], color=style.RULE, lw=0.8, zorder=1)
        ax.plot(r["date"], y, "o", ms=5, color=style.ACCENT, zorder=3)
        ax.annotate(
            f"{r['label']}, day {r['days']:,}", (r["date"], y), xytext=(-7 if late else 7, 0), textcoords="offset points",
            ha="right" if late else "left", va="center", size=8.5, bbox={"fc": style.PAPER, "ec": "none", "pad": 0.8}, zorder=2,
        )
    ax.axvline(start, color=style.INK, lw=0.7, ls=(0, (4, 2)), zorder=1)
    ax.annotate(package.config["dates"]["then_label"], (start, len(rows)), xytext=(4, 0), textcoords="offset points", va="center", size=8)
    ax.set_xlim(start - pd.Timedelta(days=20), end + pd.Timedelta(days=40))
    ax.set_ylim(len(rows) + 0.5, -2.3)
    ax.set_yticks([])
    ax.grid(False)
    return fig


def timeline_alt(rows: pd.DataFrame, treaty: pd.Series, term, speech) -> str:
    """The timeline in words."""
    ended = pd.Timestamp(treaty["ended"])
    steps = "; ".join(f"{r.label}, {r.date.date().isoformat()}, day {r.days:,}" for r in rows.itertuples())
    return (
        f"A bar for New START runs from the speech to {pd.Timestamp(term).date().isoformat()} (first term), on to {ended.date().isoformat()} (extension, suspended by Russia in its second half) "
        f"and is empty after that. Below it, step by step: {steps}."
    )


def forecasts(claims: pd.DataFrame, then: dict, now: dict) -> pd.DataFrame:
    """The forecasts among the claims: `claim_id`, who, what, deadline, outcome on the day of the speech and today."""
    rows = claims[claims["kind"] == "forecast"]
    return pd.DataFrame(
        {
            "claim_id": rows["claim_id"], "speaker": rows["speaker"], "forecast": rows["assertion_en"], "deadline": rows["horizon"],
            "then": [then[i].outcome for i in rows.index], "now": [now[i].outcome for i in rows.index],
        }
    ).reset_index(drop=True)
