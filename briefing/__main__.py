"""`python -m briefing` is the `briefing` command."""

from .cli import main

main(prog_name="python -m briefing")
