"""Read a news article claim by claim: evidence in tables, verdicts by rule, one report in HTML and PDF.

In a notebook: `import briefing as bf`, then `bf.load()`, `bf.claim("C07")`, `bf.verdicts(as_of="then")`,
`bf.explain("C07")`, `bf.check("name")`, `bf.figure(…)`, `bf.table(…)`, `bf.say(…)`.
"""

from . import checks, style
from .checks import Result, Traced, check
from .claims import agreement, deciding_share, issued, judge_all, readings_frame, sensitivity_frame, timeline_frame, verdict_frame
from .data import load, validate
from .errors import BriefingError, DataError
from .figures import timeline_alt, timeline_figure
from .show import (
    annotated_article, article_record, bibliography, claim_card, claim_cards, data_dictionary, dated, explain, figure,
    findings, glossary, omissions, say, searches, table, tally, traced, verdict, verdict_table,
)

claim, verdicts, judge = claim_card, verdict_table, judge_all

__version__ = "1.0.0"


def verdict_timeline(as_of=None):
    """Claim × date: each change of verdict or confidence, with the evidence that caused it."""
    return timeline_frame(load(as_of=as_of))
