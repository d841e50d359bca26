"""The README keeps its word: its commands exist and run, its links lead somewhere, its picture is today's."""

import re
import subprocess
import sys

import pytest

from ..synthetic import ROOT

README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [line.split("#")[0].strip() for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines()]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))])
def test_every_link_leads_to_a_file(document):
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("target", [c.split()[1] for c in COMMANDS if c.startswith("make ")])
def test_every_make_target_exists(target):
    assert re.search(rf"^{target}:.* ## ", (ROOT / "Makefile").read_text("utf-8"), re.M)


@pytest.mark.parametrize("command", [c for c in COMMANDS if "-m briefing" in c])
def test_every_briefing_command_runs(command):
    arguments = command.split("python ", 1)[1].split()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "C01" in done.stdout


def test_the_picture_is_what_the_data_give_today(monkeypatch):
    monkeypatch.chdir(ROOT)
    from armscontrol.charts import readme

    assert readme.picture() == (ROOT / "docs/only-nation.svg").read_text("utf-8")
