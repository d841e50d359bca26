"""The one look of all figures: type, colour, grid, where title, unit and source stand."""

from __future__ import annotations

import html
import importlib.util
import io
import re
from pathlib import Path

PAPER, INK, QUIET, RULE, ACCENT = "#fbfaf6", "#1c1c22", "#5f5f6b", "#d9d6cc", "#1f4e79"
WIDTHS = {"full": 6.3, "half": 3.0}
FACES = {"sans": ("font_source_sans_pro", "SourceSansPro"), "serif": ("font_source_serif_pro", "SourceSerifPro")}
CUTS = ("Regular", "It", "Semibold", "Bold", "SemiboldIt", "BoldIt")


def font_files() -> list[Path]:
    """The TrueType faces used, by name: the wheels hold .otf twins, and a folder handed over whole mixes them."""
    files = []
    for package, face in FACES.values():
        folder = Path(importlib.util.find_spec(package).origin).parent / "files"
        files += [folder / f"{face}-{cut}.ttf" for cut in CUTS]
    return files


def use() -> None:
    """Set matplotlib to the house style. Called once by `figure`; harmless to call again."""
    import matplotlib as mpl
    from matplotlib import font_manager

    known = {f.fname for f in font_manager.fontManager.ttflist}
    for file in font_files():
        if file.stem.startswith("SourceSans") and str(file) not in known:
            font_manager.fontManager.addfont(str(file))
    mpl.rcParams.update(
        {
            "figure.facecolor": PAPER, "axes.facecolor": PAPER, "savefig.facecolor": PAPER,
            "font.family": "Source Sans Pro", "font.size": 9, "text.color": INK,
            "axes.edgecolor": QUIET, "axes.labelcolor": QUIET, "axes.linewidth": 0.6,
            "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
            "axes.grid": True, "axes.grid.axis": "y", "grid.color": RULE, "grid.linewidth": 0.6, "axes.axisbelow": True,
            "xtick.color": QUIET, "ytick.color": QUIET, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
            "xtick.major.size": 3, "ytick.major.size": 0, "xtick.labelsize": 8.5, "ytick.labelsize": 8.5,
            "lines.linewidth": 1.8, "lines.solid_capstyle": "round", "legend.frameon": False,
            "svg.fonttype": "none", "svg.hashsalt": "briefing", "figure.dpi": 100, "figure.max_open_warning": 0,
        }
    )


def figure(title: str, subtitle: str = "", source: str = "", width: str = "full", height: float = 3.2, **subplots):
    """A figure and its axes with the finding as title, measure and unit below it, the source at the foot.

    `width`: "full" (6.3 in) or "half" (3 in); `height` in inches; `subplots` goes to `plt.subplots`.
    """
    import matplotlib.pyplot as plt

    use()
    fig, axes = plt.subplots(figsize=(WIDTHS[width], height), **subplots)
    # Heads and foot are placed in inches from the edges, so that they look the same at every height.
    lines = title.count("\n") + 1
    fig.text(0.01, 1 - 0.05 / height, title, size=12 if width == "full" else 10.5, weight="semibold", va="top", ha="left", linespacing=1.15)
    if subtitle:
        fig.text(0.01, 1 - (0.09 + 0.2 * lines) / height, subtitle, size=9, color=QUIET, va="top", ha="left")
    if source:
        fig.text(0.01, 0.04 / height, source, size=7.5, color=QUIET, va="bottom", ha="left")
    top = 0.14 + 0.2 * lines + (0.2 + 0.14 * subtitle.count("\n") if subtitle else 0)
    foot = 0.12 + (0.13 * (source.count("\n") + 1) if source else 0)
    fig.set_layout_engine("constrained", rect=(0, foot / height, 1, 1 - (top + foot) / height))
    return fig, axes


def day_line(ax, day, label: str, side: str = "right") -> None:
    """A hairline across the axes at the day the article speaks of, labelled at its head."""
    import pandas as pd

    ax.axvline(pd.Timestamp(day), color=INK, lw=0.7, ls=(0, (4, 2)), zorder=1)
    ax.annotate(
        label, (pd.Timestamp(day), 1), xycoords=("data", "axes fraction"), textcoords="offset points",
        xytext=(3 if side == "right" else -3, -1), ha="left" if side == "right" else "right", va="top", size=7.5, color=INK,
    )


def label_lines(ax, points: dict, gap: float = 9) -> None:
    """Name each line at its end instead of in a legend: `points` maps a name to (x, y, colour); labels `gap` points apart at least."""
    import matplotlib.pyplot as plt

    placed = sorted(points.items(), key=lambda kv: kv[1][1])
    to_points = lambda x, y: ax.transData.transform((ax.convert_xunits(x), y))[1] * 72 / plt.rcParams["figure.dpi"]
    last = None
    for name, (x, y, colour) in placed:
        at = to_points(x, y)
        shift = max(0, (last + gap) - at) if last is not None else 0
        last = at + shift
        ax.annotate(name, (x, y), textcoords="offset points", xytext=(5, shift), va="center", size=8.5, color=colour, weight="semibold", annotation_clip=False)


def svg(fig) -> str:
    """The figure as SVG: no date, fixed ids, letters as text of fixed length, numbers no longer than the eye needs.

    Text keeps a file at a tenth of the size of outlines. A reader without the house font sees its own, fitted into
    the same length, so that labels never run into one another.
    """
    import matplotlib.pyplot as plt

    out = io.StringIO()
    fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"-?\d+\.\d{3,}", _short, text)
    text = re.sub(r'<text style="(?P<style>[^"]*)"(?P<place>[^>]*)>(?P<words>[^<]+)</text>', _fitted, text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _short(number) -> str:
    """Two decimals for a place, five digits for a scale."""
    value = float(number[0])
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.5g}"


def _fitted(match) -> str:
    """A text element that says how long it is in the house font, and which fonts may stand in for it."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    look = dict(part.split(": ", 1) for part in match["style"].split("; "))
    size, words = float(look["font-size"].removesuffix("px")), html.unescape(match["words"])
    face = FontProperties(family="Source Sans Pro", size=size, weight=int(look.get("font-weight", 400)), style=look.get("font-style", "normal"))
    length = text_to_path.get_text_width_height_descent(words, face, ismath=False)[0]
    stand_ins = match["style"].replace("'Source Sans Pro'", "'Source Sans Pro', 'Source Sans 3', Arial, Helvetica, sans-serif")
    place = re.sub(r' transform="rotate\(-?0 [^"]*"', "", match["place"])
    return f'<text style="{stand_ins}"{place} textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs">{match["words"]}</text>'


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two `#rrggbb` colours."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
