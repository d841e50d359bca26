"""The `briefing` command: build the report, ask for verdicts, check the data."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import click

from .errors import BriefingError
from .project import Project

EPILOG = """
\b
Exit codes:
  0  done
  1  something is wrong with the data, a notebook or the folder; the message says what
  2  the command was not understood
  130  interrupted; reports/ is as it was
"""


class Group(click.Group):
    """Tells what went wrong in the project's own words, without a traceback."""

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except BriefingError as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            place = error.filename or context.info_name
            raise click.ClickException(f"{place}: {error.strerror or error}.") from None
        except KeyboardInterrupt:
            click.echo("Interrupted; reports/ is as it was.", err=True)
            context.exit(130)


@click.group(cls=Group, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="briefing")
def main() -> None:
    """Read a news article claim by claim, and publish what the evidence says.

    \b
    Examples:
      briefing build                       bring reports/ up to date
      briefing verdicts --as-of then       the verdicts as on the day of the article
      briefing check                       look for faults in data/
    """


def here() -> Project:
    """The project around the working folder, its own packages importable."""
    project = Project.find()
    sys.path.insert(0, str(project.root))
    return project


def say(line: str) -> None:
    """Progress goes to the terminal's second stream, so that results can be piped."""
    click.echo(line, err=True)


@main.command()
@click.option("--fresh", is_flag=True, help="Start an ordinary kernel for each notebook instead of forking a warm one.")
@click.option("--no-cache", is_flag=True, help="Run and publish everything, changed or not.")
@click.option("--only", metavar="NOTEBOOK", multiple=True, help="Run only this notebook, into .cache; may be repeated.")
def build(fresh: bool, no_cache: bool, only: tuple[str, ...]) -> None:
    """Run the notebooks and write reports/, as far as anything has changed.

    \b
    Examples:
      briefing build
      briefing build --only 06_treaties    try one notebook, leave reports/ alone
      briefing build --no-cache --fresh    the slow way, for comparison: same bytes
    """
    from .build import Builder

    started = time.monotonic()
    project = here()
    with Builder(project, fresh=fresh, cached=not no_cache, say=say) as builder:
        if only:
            texts = builder.execute(chosen(project, only))
            click.echo(f"{', '.join(texts)}: no error, in {time.monotonic() - started:.1f} s.")
            return
        outcome = builder.build()
    report(project, outcome, time.monotonic() - started)


def chosen(project: Project, names: tuple[str, ...]) -> list[Path]:
    """The notebooks meant by these names."""
    wanted = {Path(name).name.removesuffix(".ipynb") for name in names}
    known = {path.stem: path for path in project.notebooks}
    if unknown := wanted - set(known):
        raise BriefingError(f"No notebook {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    return [path for name, path in known.items() if name in wanted]


def report(project: Project, outcome, seconds: float) -> None:
    """The last line: where both reports are."""
    places = [os.path.relpath(project.reports / name) for name in ("briefing.html", "briefing.pdf")]
    done = "" if outcome.published else "Nothing changed: "
    click.echo(f"{done}{places[0]} and {places[1]}, in {seconds:.1f} s.")


@main.command()
def accept() -> None:
    """Put fresh outputs into notebooks/, so that they show what they give today.

    \b
    Example:
      briefing accept && git diff --stat notebooks/
    """
    from .build import Builder
    from .cache import write_whole

    project = here()
    with Builder(project, say=say) as builder:
        texts = builder.execute(project.notebooks)
    changed = [path for path in project.notebooks if path.read_text("utf-8") != texts[path.stem]]
    for path in changed:
        write_whole(path, texts[path.stem])
    click.echo(f"Updated: {', '.join(path.stem for path in changed)}." if changed else "All outputs were fresh.")


@main.command()
@click.option("--as-of", default="today", metavar="DAY", show_default=True, help="YYYY-MM-DD, then or today.")
@click.option("--format", "style", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
def verdicts(as_of: str, style: str) -> None:
    """Print every claim with its verdicts as known on a day.

    \b
    Examples:
      briefing verdicts --as-of 2019-09-05
      briefing verdicts --as-of today --format csv > verdicts.csv
    """
    from .claims import verdict_frame
    from .data import load

    project = here()
    frame = verdict_frame(load(project.root, as_of=as_of))
    if style == "csv":
        click.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)
    elif style == "json":
        click.echo(json.dumps(frame.to_dict("records"), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(columns(frame)))


def columns(frame) -> list[str]:
    """A table in plain text, its last columns cut to the width of the terminal, or of a page where there is none."""
    rows = [list(frame.columns), *([str(cell) for cell in row] for row in frame.itertuples(index=False))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(frame.columns))]
    claim = list(frame.columns).index("claim")
    widths[claim] = min(widths[claim], 60)
    cut = [[cell if len(cell) <= width else cell[: width - 1] + "…" for cell, width in zip(row, widths)] for row in rows]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cut]
    return [lines[0], "  ".join("─" * width for width in widths), *lines[1:]]


@main.command()
def check() -> None:
    """Look for faults in data/ and say all of them at once.

    \b
    Example:
      briefing check
    """
    from .build import check as validate

    validate(here())
    click.echo("No fault found in data/.")


@main.command()
def audit() -> None:
    """Follow every number of the report to the row, the check or the source behind it.

    \b
    Example:
      briefing audit
    """
    from .audit import audit as walk
    from .build import Builder, assemble

    project = here()
    with Builder(project, say=say) as builder:
        texts = builder.execute(project.notebooks)
    package, document = assemble(project, texts)
    trail = walk(package, document.tree)
    for origin, count in sorted(trail.traced.items()):
        click.echo(f"{count:6}  {origin}")
    gaps = [f"broken: {line}" for line in trail.broken] + [f"untraced: {number} in {section}: {text}" for section, text, number in trail.untraced]
    if gaps:
        raise BriefingError("\n".join([*gaps, f"{len(gaps)} numbers lead nowhere."]))
    click.echo("Every number leads to a row, a check or a source.")


@main.command()
def watch() -> None:
    """Build again whenever a file is saved, until interrupted.

    \b
    Example:
      briefing watch          beside JupyterLab, with reports/briefing.html open in a browser
    """
    from .watch import follow

    follow(here(), say)


@main.command()
def verify() -> None:
    """Build the last commit in a clone of its own and compare with the reports it holds.

    \b
    Example:
      briefing verify
    """
    from .verify import differences

    found = differences(here(), say)
    if found:
        raise BriefingError("\n".join([*found, "Run `briefing build` and commit reports/."]))
    click.echo("The committed reports are what the committed sources give, byte for byte.")


if __name__ == "__main__":
    main()
