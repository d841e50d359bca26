"""Figures on balance: declared forces against their ceilings, one pair by several yardsticks, stockpiles since 1945."""

from __future__ import annotations

import pandas as pd
from matplotlib import ticker

from briefing import style

from ..checks.balance import SIDES
from ..checks.newstart import MEASURES
from ..places import GREY, place
from ..tables import counted

LABELS = {"deployed_delivery_vehicles": "Deployed missiles\nand bombers", "deployed_warheads": "Deployed warheads\n(treaty count)", "total_launchers": "Launchers and bombers,\ndeployed or not"}


def ceilings_frame(exchange: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Measure × side of one exchange: the declared count, the ceiling and the share of the ceiling in per cent."""
    both = exchange.set_index("country")
    ceiling = limits.set_index("measure")["limit"]
    rows = [(m, side, int(both.at[side, m]), int(ceiling[m])) for m in MEASURES for side in SIDES]
    frame = pd.DataFrame(rows, columns=["measure", "country", "declared", "ceiling"])
    return frame.assign(percent=(100 * frame["declared"] / frame["ceiling"]).round(1))


def ceilings(frame: pd.DataFrame, day):
    """Each declared count as a share of its ceiling, both sides on one line a measure."""
    over = int((frame["declared"] > frame["ceiling"]).sum())
    title = f"{'Neither side stood' if not over else counted(over, 'declared count') + ' stood'} above {'any' if not over else 'one'} of the three ceilings"
    fig, ax = style.figure(title, f"Declared under New START, {day.day} {day:%B %Y}, as a share of the ceiling", height=3.2)
    for y, (measure, rows) in enumerate(frame.groupby("measure", sort=False)):
        ax.plot([60, 100], [y, y], color=style.RULE, lw=1.2, zorder=1)
        ax.annotate(f"{rows['ceiling'].iloc[0]:,}", (100, y), xytext=(12, 0), textcoords="offset points", va="center", size=9, color=style.QUIET)
        for row in rows.itertuples():
            look = place(row.country)
            ax.plot(row.percent, y, look.marker, color=look.colour, ms=8, zorder=3, clip_on=False)
            above, at_line = row.country == SIDES[0], row.percent > 99
            ax.annotate(f"{look.short} {row.declared:,}", (row.percent, y), xytext=(-5 if at_line else 0, 6 if above else -6), textcoords="offset points", ha="right" if at_line else "center", va="bottom" if above else "top", size=9, weight="semibold", color=look.colour)
    ax.axvline(100, color=style.INK, lw=1.2)
    ax.annotate("ceiling", (100, -0.72), xytext=(5, 0), textcoords="offset points", va="center", size=9)
    ax.set(xlim=(60, 107), ylim=(2.6, -0.85))
    ax.set_yticks(range(len(MEASURES)), [LABELS[m] for m in frame["measure"].unique()])
    ax.xaxis.set_major_formatter(ticker.PercentFormatter(decimals=0))
    ax.set_xticks(range(60, 101, 10))
    ax.grid(False)
    return fig


def ceilings_alt(frame: pd.DataFrame) -> str:
    """The counts in words."""
    parts = [f"{LABELS[m].replace(chr(10), ' ').lower()}, ceiling {r['ceiling'].iloc[0]:,}: " + ", ".join(f"{x.country} {x.declared:,} ({x.percent:g} %)" for x in r.itertuples()) for m, r in frame.groupby("measure", sort=False)]
    return "Dot chart of declared counts as a share of three ceilings. " + "; ".join(parts) + "."


# ---------------------------------------------------------------------------------------------- yardsticks


def yardsticks_frame(counts, deployed, stockpile, spending) -> pd.DataFrame:
    """The United States against Russia by each yardstick, from checks: `new_start_counts`, `force_ratio` twice, `spending_ratio`."""
    declared = f"declared, {counts.values['date']}"
    records = [
        ("Launchers and bombers", declared, counts.values["us_launchers"], counts.values["russia_launchers"]),
        ("Deployed missiles and bombers", declared, counts.values["us_vehicles"], counts.values["russia_vehicles"]),
        ("Deployed warheads, treaty count", declared, counts.values["us_warheads"], counts.values["russia_warheads"]),
        ("Deployed strategic warheads", f"estimate, {deployed.values['vintage']}", deployed.values["us"], deployed.values["russia"]),
        ("Warheads in the stockpile", f"estimate, {stockpile.values['vintage']}", stockpile.values["us"], stockpile.values["russia"]),
        ("Military spending, US$ billion", f"{spending.values['year']}, {spending.values['vintage'].split()[0]}", spending.values["us"], spending.values["russia"]),
    ]
    frame = pd.DataFrame(records, columns=["yardstick", "basis", "united_states", "russia"])
    return frame.assign(ratio=(frame["united_states"] / frame["russia"]).round(2))


def yardsticks(frame: pd.DataFrame):
    """US figure over Russian figure on a ratio scale, one line a yardstick; 1 is equality."""
    near, far = frame["ratio"].iloc[:-1], frame["ratio"].iloc[-1]
    title = f"Between {near.min():.2f} and {near.max():.2f} to 1 in strategic arms,\n{far:.1f} to 1 in money: “balance” depends on the yardstick"
    fig, ax = style.figure(title, "United States figure divided by Russian figure, ratio scale; as known on the day of the speech", height=1.35 + 0.42 * len(frame))
    for y, row in enumerate(frame.itertuples()):
        ahead = place("United States" if row.ratio > 1 else "Russia") if row.ratio != 1 else None
        colour = ahead.colour if ahead else style.INK
        ax.plot([1, row.ratio], [y, y], color=colour, lw=2)
        ax.plot(row.ratio, y, ahead.marker if ahead else "o", color=colour, ms=8, zorder=3)
        text = f"{row.united_states:,.10g} : {row.russia:,.10g}"
        ax.annotate(text, (max(row.ratio, 1), y), xytext=(9, 0), textcoords="offset points", va="center", size=9, color=colour, weight="semibold")
    ax.axvline(1, color=style.INK, lw=0.9)
    ax.set_xscale("log")
    ax.set(xlim=(0.62, 24), ylim=(len(frame) - 0.5, -0.9))
    ticks = {0.8: "0.8", 1: "equal", 2: "2", 5: "5", 10: "10"}
    ax.set_xticks(list(ticks), list(ticks.values()))
    ax.xaxis.set_minor_locator(ticker.NullLocator())
    ax.set_yticks(range(len(frame)), [f"{r.yardstick}\n{r.basis}" for r in frame.itertuples()])
    ax.tick_params(axis="y", labelsize=8.5)
    ax.grid(False)
    ax.annotate("← Russia more", (1, -0.72), xytext=(-5, 0), textcoords="offset points", ha="right", va="center", size=8.5, color=place("Russia").colour)
    ax.annotate("United States more →", (1, -0.72), xytext=(5, 0), textcoords="offset points", va="center", size=8.5, color=place("United States").colour)
    return fig


def yardsticks_alt(frame: pd.DataFrame) -> str:
    """The ratios in words."""
    parts = "; ".join(f"{r.yardstick} ({r.basis}): United States {r.united_states:,.10g}, Russia {r.russia:,.10g}, ratio {r.ratio:g}" for r in frame.itertuples())
    return f"Dot chart of the ratio of the United States to Russia by {len(frame)} yardsticks. {parts}."


# ---------------------------------------------------------------------------------------------- stockpiles


def stockpiles(frame: pd.DataFrame, then, label: str, shares: dict[int, int]):
    """Warheads in military stockpiles by year: the two largest above, the seven others below on a scale of their own.

    `shares`: year → what the two largest hold together, in per cent. Editions of the series are not joined into one line.
    """
    told = " and ".join(f"{share} % in {year}" for year, share in shares.items())
    title = f"Nine states would have to be balanced in “the world”;\ntwo of them held {told} of the stockpiled warheads"
    fig, axes = style.figure(title, "Warheads in military stockpiles, without retired ones; the lower panel has a larger scale", height=5.3, nrows=2, sharex=True, height_ratios=(1, 1.25))
    for ax, two in zip(axes, (True, False)):
        dashed = iter(("-", (0, (4, 1.5)), (0, (1, 1)), "-.", (0, (6, 1, 1, 1))))
        rows = frame[frame["country"].isin(SIDES) == two]
        ends = {}
        for country, line in rows.groupby("country", sort=False):
            look = place(country)
            dash = next(dashed) if look.colour == GREY else "-"
            for n, (_, edition) in enumerate(line.groupby("vintage", sort=True)):
                ax.plot(edition["year"], edition["warheads"], color=look.colour, ls=dash, lw=1.6 if n == 0 else 0, marker=None if n == 0 else "o", ms=3.2)
            last = line.loc[line["year"].idxmax()]
            ends[f"{country.replace('United Kingdom', 'UK')} {last['warheads']:,}"] = (last["year"] + 0.4, last["warheads"], look.ink)
        ax.set_ylim(0, rows["warheads"].max() * (1.06 if two else 1.1))
        if two:
            for country, line in rows.groupby("country"):
                peak = line.loc[line["warheads"].idxmax()]
                ax.annotate(f"{place(country).short} {peak['warheads']:,} in {peak['year']}", (peak["year"], peak["warheads"]), xytext=(6, 0) if country == "Russia" else (0, 5), textcoords="offset points", ha="left" if country == "Russia" else "center", va="center" if country == "Russia" else "bottom", size=9, weight="semibold", color=place(country).ink)
            ends = {}
            for country, side in zip(SIDES, (-1, 1)):
                last = rows[rows["country"] == country].iloc[-1]
                ax.annotate(f"{place(country).short} {last['warheads']:,}", (last["year"], last["warheads"]), xytext=(6, 5 * side), textcoords="offset points", va="center", size=9, weight="semibold", color=place(country).ink, annotation_clip=False)
        ax.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
        ax.set_xlim(1944, 2026)
        ax.axvline(then.year + (then.timetuple().tm_yday - 1) / 365, color=style.INK, lw=0.7, ls=(0, (4, 2)))
        if not two:
            # Labels are spread by their places on the page, which are known only once the layout is done.
            fig.draw_without_rendering()
            _label_ends(ax, ends)
    axes[1].annotate(label, (then.year + 0.68, 1), xycoords=("data", "axes fraction"), xytext=(-3, -1), textcoords="offset points", ha="right", va="top", size=7.5)
    axes[1].annotate("the seven others", (1946, 1), xycoords=("data", "axes fraction"), va="top", size=9, color=style.QUIET)
    return fig


def _label_ends(ax, ends: dict, gap: float = 10.5) -> None:
    """Name each line at its end; labels that would touch are spread around their common middle."""
    scale = (ax.transData.transform((0, 1)) - ax.transData.transform((0, 0)))[1] * 72 / ax.figure.dpi
    groups = []
    for name, (_, y, _) in sorted(ends.items(), key=lambda item: item[1][1]):
        groups.append([[name], y * scale])
        while len(groups) > 1 and groups[-1][1] - groups[-2][1] < gap * (len(groups[-1][0]) + len(groups[-2][0])) / 2:
            upper, lower = groups.pop(), groups.pop()
            weight = len(lower[0]), len(upper[0])
            groups.append([lower[0] + upper[0], (lower[1] * weight[0] + upper[1] * weight[1]) / sum(weight)])
    for names, middle in groups:
        for n, name in enumerate(names):
            x, y, colour = ends[name]
            shift = middle + gap * (n - (len(names) - 1) / 2) - y * scale
            ax.annotate(name, (x, y), xytext=(6, shift), textcoords="offset points", va="center", size=8.5, weight="semibold", color=colour, annotation_clip=False)


def stockpiles_alt(frame: pd.DataFrame) -> str:
    """Peaks and last values in words."""
    parts = []
    for country, line in frame.groupby("country", sort=False):
        peak, last = line.loc[line["warheads"].idxmax()], line.loc[line["year"].idxmax()]
        parts.append(f"{country} from {line['year'].min()}, peak {peak['warheads']:,} in {peak['year']}, {last['warheads']:,} in {last['year']}")
    return "Two line charts of warheads in military stockpiles, the two largest above, the seven others below. " + "; ".join(parts) + "."
