"""Figures on hypersonic weapons: who has them in which sense, whose vehicles flew, which fielding dates were kept."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib import dates as mdates
from matplotlib.patches import FancyBboxPatch

from briefing import style

from ..checks.hypersonics import NOTHING, THREE, is_russia_alone, live_on, standing
from ..places import place
from ..tables import listed

COLUMNS = ("Russia", *(c for c in THREE if c != "Russia"))
OUTCOMES = {"success": "success", "partial": "partial", "failure": "failure", "unclear": "unclear"}


def mark(ax, x, y, answer: str, colour: str, size: float = 10, **kw) -> None:
    """An answer as a shape that needs no colour: filled, half, barred ring, dashed ring, dot."""
    ring = {"color": colour, "ms": size, "mew": 1.2, "ls": "none", "zorder": 3} | kw
    if answer in ("yes", "success"):
        ax.plot(x, y, "o", mfc=colour, **ring)
    elif answer in ("disputed", "partial"):
        ax.plot(x, y, "o", fillstyle="left", mfc=colour, markerfacecoloralt=style.PAPER, **ring)
    elif answer in ("no", "failure"):
        ax.plot(x, y, "o", mfc=style.PAPER, **ring)
        ax.plot(x, y, "_", **ring | {"ms": size * 0.55, "mew": 1.6})
    elif answer in ("unknown", "unclear"):
        ax.scatter(x, y, s=size**2, facecolors=style.PAPER, edgecolors=colour, lw=1.2, ls=(0, (1.6, 1.2)), zorder=3)
    else:
        ax.plot(x, y, "o", **ring | {"ms": size * 0.3, "color": style.QUIET})


# ---------------------------------------------------------------------------------------------- who has them


def who_has_frame(definitions: pd.DataFrame, then: tuple, today: tuple) -> pd.DataFrame:
    """Definition × country: the answer on two days, since when the later one holds, and whether Russia is alone.

    `then` and `today`: (`hypersonic_status` as known on the day, the day).
    """
    tables = [standing(status, day) for status, day in (then, today)]
    live = live_on(*today)
    records = []
    for definition, name in definitions.sort_values("order")["name_en"].items():
        columns = [t[definition] if definition in t else pd.Series(dtype=object) for t in tables]
        alone = [is_russia_alone(c) for c in columns]
        for country in COLUMNS:
            before, after = (c.get(country, NOTHING) for c in columns)
            rows = live[(live["country"] == country) & (live["definition_id"] == definition) & (live["meets"] == after)]
            rows = rows[rows["from_date"] > pd.Timestamp(then[1])]
            since = _since(rows.iloc[0]) if len(rows) else ""
            records.append((definition, name, country, before, after, since, *alone))
    return pd.DataFrame(records, columns=["definition_id", "sense", "country", "then", "today", "since", "russia_alone_then", "russia_alone_today"])


def _since(row: pd.Series) -> str:
    return f"{row['from_date']:%Y}" if row["from_precision"] == "year" else f"{row['from_date']:%b %Y}"


def who_has(frame: pd.DataFrame, then, today):
    """Senses of the word × countries on two days, each answer a shape with its word; a box where Russia is alone."""
    senses = frame.drop_duplicates("definition_id")
    n, m = int((senses["russia_alone_then"] == "yes").sum()), len(senses)
    title = f"On the day of the speech Russia was “the only nation” with\nhypersonic weapons in {n} of {m} senses of the words"
    fig, ax = style.figure(title, "Does the state meet this sense? Boxed: Russia alone. Bold: since when, if after the speech", height=1.05 + 0.5 * m)
    left, step = {"then": 3.75, "today": 7.1}, {"then": 1, "today": 1.18}
    for key, day in (("then", then), ("today", today)):
        ax.text(left[key] + step[key], -0.98, f"{day.day} {day:%B %Y}", ha="center", size=9.5, weight="semibold")
        for i, country in enumerate(COLUMNS):
            ax.text(left[key] + step[key] * i, -0.6, place(country).short, ha="center", size=9.5, color=place(country).ink, weight="semibold")
    for y, (definition, rows) in enumerate(frame.groupby("definition_id", sort=False)):
        ax.axhline(y + 0.5, color=style.RULE, lw=0.6)
        ax.text(0, y, textwrap.fill(rows["sense"].iloc[0], 32), va="center", size=9, linespacing=1.05)
        for row in rows.itertuples():
            for key in ("then", "today"):
                answer, x = getattr(row, key), left[key] + step[key] * COLUMNS.index(row.country)
                mark(ax, x, y - 0.12, answer, place(row.country).colour)
                moved = key == "today" and row.since
                word = f"{answer}, {row.since}" if moved else answer.replace(NOTHING, "not found")
                ax.text(x, y + 0.23, word, ha="center", va="center", size=8, weight="semibold" if moved else "normal")
                if row.country == "Russia" and getattr(row, f"russia_alone_{key}") == "yes":
                    ax.add_patch(FancyBboxPatch((x - 0.53, y - 0.37), 1.06, 0.74, boxstyle="round,pad=0.02", fc="none", ec=style.INK, lw=1.1))
    ax.axvline(6.36, color=style.RULE, lw=0.8)
    ax.set(xlim=(0, 10.1), ylim=(m - 0.5, -1.2), xticks=[], yticks=[])
    ax.grid(False)
    ax.spines["bottom"].set_visible(False)
    return fig


def who_has_alt(frame: pd.DataFrame) -> str:
    """The matrix in words: each sense, each country, then and today."""
    parts = []
    for _, rows in frame.groupby("definition_id", sort=False):
        cells = "; ".join(f"{r.country} {r.then}" + (f", today {r.today} (since {r.since})" if r.since else "") for r in rows.itertuples())
        alone = " Russia alone on the day." if rows["russia_alone_then"].iloc[0] == "yes" else ""
        parts.append(f"{rows['sense'].iloc[0]}: {cells}.{alone}")
    return f"Matrix of {len(parts)} senses by {len(COLUMNS)} countries, from wide to narrow. " + " ".join(parts)


# ---------------------------------------------------------------------------------------------- flights


def flights_frame(tests: pd.DataFrame, systems: pd.DataFrame, then) -> pd.DataFrame:
    """One row a flight: country, day drawn (the middle of a period known only by month or year), purpose, outcome, side of the speech."""
    half = tests["date_precision"].map({"day": 0, "month": 14, "year": 182})
    frame = pd.DataFrame(
        {
            "date": tests["date"], "precision": tests["date_precision"], "country": tests["country"], "vehicle": tests["system_en"],
            "purpose": tests["system_id"].map(systems["purpose"]),
            "outcome": tests["outcome"].replace({"unknown": "unclear", "disputed": "unclear"}),
            "drawn": tests["date"] + pd.to_timedelta(half, unit="D"),
        }
    )
    return frame.assign(when=(frame["date"] <= pd.Timestamp(then)).map({True: "before", False: "after"})).reset_index(drop=True)


def flights(frame: pd.DataFrame, then, label: str):
    """Flights as marks on one line a country, the shape telling the outcome, with the day of the speech."""
    order = frame.groupby("country")["drawn"].min().sort_values().index
    lanes = {c: _levels(frame[frame["country"] == c].sort_values("drawn")) for c in order}
    heights = {c: 0.62 + 0.2 * (max(l.max() - l.min(), 2) if len(l) else 2) for c, l in lanes.items()}
    early = frame[frame["when"] == "before"]
    weapons = early.loc[early["purpose"] == "weapon", "country"].nunique()
    title = f"By the day of the speech {early['country'].nunique()} countries had flown hypersonic vehicles,\n{weapons} of them in weapon programmes"
    fig, ax = style.figure(title, "Flights of glide vehicles, waveriders and scramjets in open sources: a floor", height=1.4 + 0.3 * sum(heights.values()))
    y = 0.0
    for country, levels in lanes.items():
        rows, span = frame.loc[levels.index], heights[country]
        centre = y + span / 2
        for row, level in zip(rows.itertuples(), levels - (levels.max() + levels.min()) / 2):
            mark(ax, row.drawn, centre + 0.3 * level, row.outcome, place(country).colour, size=6)
        before, after = (int((rows["when"] == w).sum()) for w in ("before", "after"))
        ax.annotate(country, (0, centre - 0.02), xycoords=("axes fraction", "data"), xytext=(-74, 0), textcoords="offset points", size=9, weight="semibold", va="bottom", color=place(country).ink)
        ax.annotate(f"{before} before, {after} after", (0, centre), xycoords=("axes fraction", "data"), xytext=(-74, -1), textcoords="offset points", size=7.5, va="top", color=style.QUIET)
        y += span
        ax.axhline(y, color=style.RULE, lw=0.6)
    ax.set(xlim=(pd.Timestamp("2000-09-01"), pd.Timestamp("2027-01-01")), ylim=(y, -0.75), yticks=[])
    ax.grid(False)
    ax.xaxis.set_major_locator(mdates.YearLocator(5))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    style.day_line(ax, then, label)
    for x, outcome in zip(("2001-03-01", "2005-01-01", "2008-06-01", "2012-01-01"), OUTCOMES):
        mark(ax, pd.Timestamp(x), -0.38, outcome, style.INK, size=6)
        ax.annotate(outcome, (pd.Timestamp(x), -0.38), xytext=(6, 0), textcoords="offset points", size=8, va="center")
    return fig


def _levels(rows: pd.DataFrame, apart: int = 190) -> pd.Series:
    """Rows of marks, so that two on one row are at least `apart` days from each other."""
    last: dict[int, pd.Timestamp] = {}
    out = {}
    for i, day in rows["drawn"].items():
        level = next(l for l in (0, 1, -1, 2, -2, 3, -3) if l not in last or (day - last[l]).days >= apart)
        last[level] = day
        out[i] = level
    return pd.Series(out)


def flights_alt(frame: pd.DataFrame) -> str:
    """The flights in words, by country and outcome, before and after the speech."""
    parts = []
    for country in frame.groupby("country")["drawn"].min().sort_values().index:
        rows = frame[frame["country"] == country]
        told = [f"{when} the speech {len(part)} ({listed(f'{n} {o}' for o, n in part['outcome'].value_counts().items())})" for when, part in rows.groupby("when", sort=False)]
        parts.append(f"{country}: {', '.join(told)}")
    return f"Timeline of {len(frame)} flights from {frame['date'].min().year} to {frame['date'].max().year}, one row a country. " + "; ".join(parts) + "."


# ---------------------------------------------------------------------------------------------- programmes


def programmes(systems: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    """The systems named, for a table: what flies, first reported test, day of service and who gave it, state on the day of the speech."""
    rows = systems.loc[ids]
    given = rows["declared_by"].map({"own state": "", "other state": " (by US dating)", "none": ""})
    return pd.DataFrame(
        {
            "System": rows["name"].str.split(r" \(| / ", regex=True).str[0], "Country": rows["country"], "What flies": rows["vehicle_class"],
            "First reported test": _days(rows, "first_reported_test"), "In service": _days(rows, "declared_service") + given,
            "On the day of the speech": rows["status_2019_09_05_en"].str.split(r"\. |; ", regex=True).str[0].str.rstrip("."),
        }
    )


def _days(rows: pd.DataFrame, column: str) -> pd.Series:
    """Days as text, as far as each is known; a dash where there is none."""
    patterns = {"day": "{0.day} {0:%b %Y}", "month": "{0:%b %Y}", "year": "{0:%Y}"}
    return pd.Series({i: patterns[p].format(d) if pd.notna(d) else "–" for i, d, p in zip(rows.index, rows[column], rows[f"{column}_precision"])})


# ---------------------------------------------------------------------------------------------- promises

NAMES = {"us-lrhw": "Dark Eagle", "us-arrw": "ARRW", "us-cps": "Navy CPS", "ru-tsirkon": "Tsirkon", "jp-hvgp": "Type 25", "": "any weapon"}
WORDS = {"delivered": "kept", "late": "late", "missed": "missed", "cancelled": "cancelled", "open": "still open"}


def promises_frame(promises: pd.DataFrame, systems: pd.DataFrame) -> pd.DataFrame:
    """Promises that name a date, by country and day: what, when said, for when, when it came, what became of it."""
    dated = promises.dropna(subset=["promised_date"])
    names = dated["system_id"].map(lambda i: NAMES.get(i) or systems.at[i, "name"].split(" (")[0])
    foreign = dated["promised_by"].str.startswith("US ") & (dated["country"] != "United States")
    frame = pd.DataFrame(
        {
            "country": dated["country"], "weapon": names.where(~foreign, names + " (US forecast)"), "said_by": dated["promised_by"], "said": dated["said_on"],
            "promised": dated["promised_date"], "came": dated["actual_date"], "outcome": dated["status"].map(WORDS),
        }
    )
    order = {c: n for n, c in enumerate(("Russia", "China", "Japan", "United States"))}
    return frame.sort_values(["country", "said"], key=lambda s: s.map(order) if s.name == "country" else s).reset_index(drop=True)


def promises(frame: pd.DataFrame, then, today, label: str):
    """Dumbbells from the day a fielding date was given to the date itself, and to the day it came about."""
    past = frame[frame["outcome"] != "still open"]
    us = past[past["country"] == "United States"]
    kept = int((us["outcome"] == "kept").sum())
    most = us["weapon"].value_counts()
    title = f"{'None' if kept == 0 else kept} of {len(us)} American fielding dates now past was kept;\n{most.iloc[0]} of them are for one weapon, {most.index[0]}"
    fig, ax = style.figure(title, "From the day a date was given (bar) to the date (ring); filled where the weapon came", height=1.35 + 0.255 * len(frame))
    for y, row in enumerate(frame.itertuples()):
        colour = place(row.country).colour
        missed = pd.isna(row.came)
        ax.plot([row.said, row.promised], [y, y], color=colour, lw=1.6)
        ax.plot(row.said, y, "|", color=colour, ms=7, mew=1.6)
        end = row.promised
        if row.outcome == "missed":
            ax.plot([row.promised, pd.Timestamp(today)], [y, y], color=colour, lw=0.9, ls=(0, (1, 2)))
            end = pd.Timestamp(today)
        ax.plot(row.promised, y, "o", ms=6.5, mec=colour, mfc=style.PAPER if missed else colour, mew=1.3, zorder=3)
        ax.annotate(row.outcome, (end, y), xytext=(7, 0), textcoords="offset points", va="center", size=8.5, weight="semibold" if missed else "normal")
    ax.set_yticks(range(len(frame)), [f"{r.country}: {r.weapon}, {r.said:%b %Y}" for r in frame.itertuples()])
    for tick, country in zip(ax.get_yticklabels(), frame["country"]):
        tick.set_color(place(country).ink)
    ax.set_xlim(pd.Timestamp("2017-09-01"), pd.Timestamp("2031-01-01"))
    ax.set_ylim(len(frame) - 0.4, -1.1)
    ax.grid(axis="x")
    ax.grid(False, axis="y")
    ax.xaxis.set_major_locator(mdates.YearLocator(2))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    style.day_line(ax, then, label)
    for y in frame.drop_duplicates("country").index[1:]:
        ax.axhline(y - 0.5, color=style.RULE, lw=0.8)
    return fig


def promises_alt(frame: pd.DataFrame) -> str:
    """The dates in words, one clause each."""
    parts = [
        f"{r.country}, {r.weapon}: said {r.said:%B %Y} for {r.promised:%B %Y}, {r.outcome}" + ("" if pd.isna(r.came) else f" ({r.came:%B %Y})")
        for r in frame.itertuples()
    ]
    return f"Dumbbell chart of {len(frame)} fielding dates. " + "; ".join(parts) + "."
