"""Figures on treaties: their lifelines, the New START exchanges against the ceilings, the talks before the speech."""

from __future__ import annotations

import re
import textwrap

import pandas as pd
from matplotlib import dates as mdates
from matplotlib import ticker

from briefing import style

from ..checks.newstart import MEASURES, SIDES
from ..places import place
from ..tables import counted

NAMES = {"MTCR": "Missile Technology Control Regime", "CTBT": "Test-ban treaty (CTBT)", "TPNW": "Nuclear ban treaty (TPNW)"}
REACH = {"partly": "in part", "no": "not at all"}


def lifelines_frame(treaties: pd.DataFrame, today) -> pd.DataFrame:
    """One row a treaty, oldest first: start, end (empty while it lasts), whether it was ever in force, state on the two days."""
    named = treaties["short_name"].map(lambda n: m[0] if (m := re.search(r"\b(19|20)\d\d\b", n)) else None)
    frame = pd.DataFrame(
        {
            "treaty": treaties["short_name"].str.replace(r" \(\w+\)$", "", regex=True).replace(NAMES),
            "signed": treaties["signed"], "in_force": treaties["entered_into_force"], "ended": treaties["ended"],
            # Where no day was seen the year in the treaty's own name stands for it.
            "start": treaties["entered_into_force"].fillna(treaties["signed"]).fillna(pd.to_datetime(named)),
            "on_the_day": treaties["status_2019_09_05"], "today": treaties["status_today"], "hypersonics": treaties["covers_hypersonics"].map(REACH),
        }
    )
    return frame.sort_values("start").reset_index(drop=True)


def lifelines(frame: pd.DataFrame, then, today, label: str):
    """Treaties as bars from entry into force to end, the speech marked; dark where they touch hypersonic weapons in part."""
    lasting = frame[frame["on_the_day"].isin(["in force", "operating"])]
    touch = int((lasting["hypersonics"] == "in part").sum())
    title = f"No agreement names hypersonic weapons; of {len(lasting)} that applied\non the day of the speech {touch} touched them in part"
    fig, ax = style.figure(title, "Bar: in force. Dashed: signed, not in force. Dark: touches hypersonic weapons in part", height=1.3 + 0.235 * len(frame))
    end = pd.Timestamp(today)
    for y, row in enumerate(frame.itertuples()):
        part = row.hypersonics == "in part"
        colour, last = style.ACCENT if part else "#8d8a80", row.ended if pd.notna(row.ended) else end
        force = row.in_force if pd.notna(row.in_force) else None if row.on_the_day in ("never in force", "not in force") else row.start
        if force is None:
            ax.plot([row.start, end if row.today == "not in force" else row.start + pd.DateOffset(years=8)], [y, y], color=colour, lw=1.3, ls=(0, (2, 2)))
            ax.plot(row.start, y, "o", mfc=style.PAPER, mec=colour, ms=5)
        else:
            ax.plot([force, last], [y, y], color=colour, lw=6, solid_capstyle="butt")
            if pd.notna(row.ended):
                ax.plot(last, y, "|", color=style.INK, ms=10, mew=1.4)
        if pd.notna(row.ended):
            late = row.ended > pd.Timestamp("2012-01-01")
            ax.annotate(f"{row.ended.day} {row.ended:%b %Y}" if late else f"{row.ended:%Y}", (last, y), xytext=(5, 0), textcoords="offset points", va="center", size=8.5, weight="semibold" if late else "normal")
        elif row.on_the_day == "never in force":
            ax.annotate("never in force", (row.start + pd.DateOffset(years=8), y), xytext=(5, 0), textcoords="offset points", va="center", size=8.5, color=style.QUIET)
    ax.set_yticks(range(len(frame)), frame["treaty"])
    for tick, part in zip(ax.get_yticklabels(), frame["hypersonics"] == "in part"):
        tick.set_color(style.ACCENT if part else style.INK)
        tick.set_fontweight("semibold" if part else "normal")
    ax.set_xlim(pd.Timestamp("1962-01-01"), pd.Timestamp("2036-01-01"))
    ax.set_ylim(len(frame) - 0.4, -1.1)
    ax.set_xticks([pd.Timestamp(f"{y}-01-01") for y in range(1970, 2030, 10)])
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    ax.grid(False)
    style.day_line(ax, then, label, side="left")
    return fig


def lifelines_alt(frame: pd.DataFrame) -> str:
    """The lifelines in words."""
    parts = []
    for r in frame.itertuples():
        life = f"{r.start:%Y} to {f'{r.ended.day} {r.ended:%B %Y}' if pd.notna(r.ended) else 'today'}" if r.on_the_day not in ("never in force", "not in force") or pd.notna(r.in_force) else f"signed {r.start:%Y}, {r.today}"
        parts.append(f"{r.treaty}: {life}" + (", touches hypersonic weapons in part" if r.hypersonics == "in part" else ""))
    return f"Lifelines of {len(frame)} treaties and arrangements. " + "; ".join(parts) + "."


# ---------------------------------------------------------------------------------------------- exchanges

PANELS = {"deployed_delivery_vehicles": "Deployed missiles and bombers", "deployed_warheads": "Warheads on them (treaty count)", "total_launchers": "Launchers and bombers, deployed or not"}


def exchanges(frame: pd.DataFrame, limits: pd.DataFrame, then, label: str):
    """Both sides' declared counts at each exchange, one panel a measure, with the ceiling."""
    under = limits.set_index("measure")
    since = frame[frame["date"] >= under["since"].min()]
    above = sum(int((since[m] > under.at[m, "limit"]).sum()) for m in MEASURES)
    both = frame.dropna(subset=["deployed_warheads"]).groupby("date")["country"].nunique()
    last = both[both == 2].index.max()
    title = f"{'No declared count' if above == 0 else counted(above, 'declared count')} stood above a ceiling once they bound;\nthe last exchange of both sides was that of {last.day} {last:%B %Y}"
    fig, axes = style.figure(title, "Counts declared under New START, by the day on which they were true", height=5.6, nrows=len(PANELS), sharex=True)
    ends = {}
    for ax, (measure, name) in zip(axes, PANELS.items()):
        limit = under.loc[measure]
        ax.plot([limit["since"], limit["until"]], [limit["limit"]] * 2, color=style.INK, lw=1.4)
        ax.annotate(f"ceiling {limit['limit']:,}", (pd.Timestamp(then), limit["limit"]), xytext=(5, 4), textcoords="offset points", size=8.5)
        ends[ax] = {}
        for country in SIDES:
            line = frame[frame["country"] == country].dropna(subset=[measure]).sort_values("date")
            look = place(country)
            ax.plot(line["date"], line[measure].astype(float), color=look.colour, marker=look.marker, ms=3.2, lw=1.4)
            ends[ax][f"{look.short} {int(line[measure].iloc[-1]):,}"] = (line["date"].iloc[-1], float(line[measure].iloc[-1]), look.ink)
        low, high = frame[measure].min(), frame[measure].max()
        ax.set_ylim(low - 0.18 * (high - low), high + 0.14 * (high - low))
        ax.set_title(name, loc="left", size=9.5, weight="semibold", pad=3)
        ax.yaxis.set_major_locator(ticker.MaxNLocator(4, integer=True))
        ax.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
        ax.set_xlim(pd.Timestamp("2010-09-01"), pd.Timestamp("2026-04-01"))
        style.day_line(ax, then, label if ax is axes[0] else "", side="left")
    # Labels are spread by their places on the page, which are known only once the layout is done.
    fig.draw_without_rendering()
    for ax, points in ends.items():
        style.label_lines(ax, points, gap=10)
        for text in ax.texts[-len(points):]:
            text.set_bbox({"fc": style.PAPER, "ec": "none", "pad": 0.6})
    axes[-1].xaxis.set_major_locator(mdates.YearLocator(2, month=1))
    axes[-1].xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    return fig


def exchanges_alt(frame: pd.DataFrame, limits: pd.DataFrame) -> str:
    """First and last counts of each side in words, and the ceilings."""
    parts = []
    for measure, name in PANELS.items():
        ceiling = limits.set_index("measure").at[measure, "limit"]
        told = []
        for country in SIDES:
            line = frame[frame["country"] == country].dropna(subset=[measure]).sort_values("date")
            told.append(f"{country} from {int(line[measure].iloc[0]):,} ({line['date'].iloc[0]:%B %Y}) to {int(line[measure].iloc[-1]):,} ({line['date'].iloc[-1]:%B %Y})")
        parts.append(f"{name}, ceiling {ceiling:,}: {', '.join(told)}")
    return "Three line charts of both sides’ declared counts. " + "; ".join(parts) + "."


# ---------------------------------------------------------------------------------------------- talks


TOPICS = ("new_start", "dialogue", "inf", "offer")


def talks_frame(statements: pd.DataFrame, meetings: pd.DataFrame, start, end) -> pd.DataFrame:
    """What each side said on New START, INF, the talks and the offer, and when they met, between two days, oldest first."""
    said = statements[statements["side"].isin(SIDES) & statements["topic"].isin(TOPICS)]
    said = pd.DataFrame({"date": said["date"], "side": said["side"], "who": said["speaker"], "what": said["gist_en"]})
    met = pd.DataFrame({"date": meetings["date"], "side": "both", "who": meetings["place"], "what": meetings["us_head"] + " and " + meetings["ru_head"]})
    both = pd.concat([met, said])
    return both[both["date"].between(pd.Timestamp(start), pd.Timestamp(end))].sort_values("date", kind="stable").reset_index(drop=True)


def talks(frame: pd.DataFrame, then):
    """What was said and when they met, downwards in order of time: Russia left, the United States right, meetings across."""
    day, blocks = pd.Timestamp(then), []
    left = right = 0.0
    speech = False
    for row in frame.itertuples():
        if row.side == "both" or (row.date >= day and not speech):
            speech = speech or row.date >= day
            left = right = max(left, right) + 0.4
            name = f"{row.date.day} {row.date:%B}  " + (f"{row.who}: {row.what} meet" if row.side == "both" else "the speech")
            blocks.append(("both", left, 1.5, name))
            left = right = left + 2.0
        if row.side == "both":
            continue
        text = textwrap.fill(f"{row.date.day} {row.date:%b}  {row.who}: {row.what.rstrip('.')}", 52)
        size = 1.0 * (text.count("\n") + 1)
        blocks.append((row.side, left if row.side == "Russia" else right, size, text))
        left, right = (left + size + 0.45, right) if row.side == "Russia" else (left, right + size + 0.45)
    before = frame[frame["date"] < day]
    us, met = int((before["side"] == "United States").sum()), int((before["side"] == "both").sum())
    title = f"Before the speech: {met} meetings and {us} American statements,\nbut no American decision on New START"
    total = max(left, right)
    fig, ax = style.figure(title, f"Statements on arms control and meetings, as far as they were found, from {before['date'].min().day} {before['date'].min():%B} {day.year}", height=1.25 + 0.142 * total)
    for side, y, size, text in blocks:
        if side == "both":
            told = text.endswith("the speech")
            ax.axhspan(y, y + size, color=style.INK if told else style.RULE, lw=0)
            ax.text(0, y + size / 2, text, ha="center", va="center", size=9, weight="semibold", color=style.PAPER if told else style.INK)
        else:
            sign = -1 if side == "Russia" else 1
            ax.plot([sign * 0.035] * 2, [y + 0.05, y + size - 0.05], color=place(side).colour, lw=2.2, solid_capstyle="butt")
            ax.text(sign * 0.06, y + size / 2, text, ha="right" if sign < 0 else "left", va="center", size=8.5, linespacing=1.0)
    for side, sign in (("Russia", -1), ("United States", 1)):
        ax.text(sign * 0.06, -0.9, f"{side} said", ha="right" if sign < 0 else "left", va="center", size=9.5, weight="semibold", color=place(side).ink)
    ax.set(xlim=(-1, 1), ylim=(total, -1.8), xticks=[], yticks=[])
    ax.grid(False)
    ax.spines["bottom"].set_visible(False)
    return fig


def talks_alt(frame: pd.DataFrame) -> str:
    """The time line in words."""
    told = "; ".join(f"{r.date.day} {r.date:%B}: {'meeting in ' if r.side == 'both' else ''}{r.who}{', ' if r.side == 'both' else ': '}{r.what.rstrip('.')}" for r in frame.itertuples())
    return f"Time line of {len(frame)} statements and meetings in {frame['date'].iloc[0].year}. {told}."
