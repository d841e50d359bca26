"""What a drawn figure says: its title, and which of its words leave the page. And the package that figures are drawn from."""

import briefing as bf
from briefing import checks

from ..synthetic import ROOT

NOW, THEN = bf.load(ROOT), bf.load(ROOT, as_of="then")


def check(name: str, as_of: str = "today"):
    """A check on the project's own tables, in any working folder."""
    return checks.run(THEN if as_of == "then" else NOW, name)


def title(fig) -> str:
    """The finding at the head, on one line."""
    return fig.texts[0].get_text().replace("\n", " ")


def words_outside(fig) -> list[str]:
    """Texts that are cut by the edge of the figure, by more than the half point of rounding."""
    fig.draw_without_rendering()
    page, renderer = fig.bbox.padded(0.7), fig.canvas.get_renderer()
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in _texts(fig) if t.get_text().strip()]
    return [text for text, box in boxes if not (page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1)]


def _texts(fig):
    yield from fig.texts
    for ax in fig.axes:
        yield from ax.texts
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            # matplotlib makes ticks beyond the ends as well, and does not draw them.
            yield from (tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high)
