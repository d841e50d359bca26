"""The checks of this briefing. Importing the package registers them all with the engine.

A check is a pure function `check(tables, as_of, argument=None) -> Result`: `tables(name)` gives the rows known on
`as_of`, and the check itself leaves out what happened later. Figures come by name in `Result.values`, days as text.
"""

from . import balance, dialogue, fielding, hypersonics, lineage, newstart, outlets, timeline, weapons

__all__ = ["balance", "dialogue", "fielding", "hypersonics", "lineage", "newstart", "outlets", "timeline", "weapons"]
