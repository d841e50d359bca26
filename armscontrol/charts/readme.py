"""The picture of the README: `python -m armscontrol.charts.readme > docs/only-nation.svg`."""

import sys

import briefing as bf

from .hypersonics import who_has, who_has_frame


def picture() -> str:
    """The seven senses of having hypersonic weapons, then and today, as SVG."""
    now, then = bf.load(), bf.load(as_of="then")
    senses = who_has_frame(now.table("hypersonic_definitions"), (then.table("hypersonic_status"), now.then), (now.table("hypersonic_status"), now.today))
    return bf.style.svg(who_has(senses, now.then, now.today)) + "\n"


if __name__ == "__main__":
    sys.stdout.write(picture())
