"""The command says what it did, where it went, or in one message what is wrong; never a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
import time

import pytest
from click.testing import CliRunner

from briefing import verify as verification
from briefing.cli import main
from briefing.errors import BriefingError
from briefing.project import Project
from briefing.watch import matters


def briefing(*arguments: str):
    """The command in this process."""
    return CliRunner().invoke(main, arguments)


def git(root, *arguments: str) -> None:
    """Git as a person of no consequence."""
    who = ["-c", "user.name=A person", "-c", "user.email=person@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def test_build_says_where_the_reports_are(built):
    built.replace("notebooks/02_spans.ipynb", "It is", "We find")
    done = briefing("build")
    assert done.exit_code == 0, done.output
    assert "  02_spans " in done.stderr and "00_summary" not in done.stderr
    assert done.stdout.startswith("reports/briefing.html and reports/briefing.pdf, in ")
    assert briefing("build").stdout.startswith("Nothing changed: reports/briefing.html and reports/briefing.pdf, in ")


def test_build_runs_one_notebook_and_leaves_the_reports(built):
    good = built.reports()
    built.replace("notebooks/02_spans.ipynb", "It is", "We find")
    done = briefing("build", "--only", "notebooks/02_spans.ipynb")
    assert done.exit_code == 0 and done.stdout.startswith("02_spans: no error, in ")
    assert built.reports() == good
    unknown = briefing("build", "--only", "03_spans")
    assert unknown.exit_code == 1 and "There are: 00_summary, 01_article, 02_spans." in unknown.stderr


def test_accept_puts_fresh_outputs_into_the_notebooks_once(built):
    done = briefing("accept")
    assert done.stdout == "Updated: 00_summary, 01_article, 02_spans.\n"
    notebook = json.loads((built.root / "notebooks/02_spans.ipynb").read_text("utf-8"))
    assert "".join(notebook["cells"][3]["outputs"][0]["data"]["text/plain"]) == "It is 100 m long."
    assert briefing("accept").stdout == "All outputs were fresh.\n"
    assert briefing("build").stdout.startswith("Nothing changed")


def test_verdicts_print_as_text_csv_and_json(toy):
    text = briefing("verdicts", "--as-of", "then").stdout.splitlines()
    assert text[0].startswith("claim_id") and text[2].startswith("C01") and "too early" in text[3]
    today = list(csv.DictReader(io.StringIO(briefing("verdicts", "--format", "csv").stdout)))
    assert [row["claim_id"] for row in today] == ["C01", "C02", "C03"] and today[1]["outcome"] == "did not come about"
    assert [row["claim_id"] for row in json.loads(briefing("verdicts", "--format", "json").stdout)] == ["C01", "C02", "C03"]


def test_a_day_that_is_none_is_refused(toy):
    done = briefing("verdicts", "--as-of", "05/09/2019")
    assert done.exit_code == 1 and "YYYY-MM-DD" in done.stderr and "Traceback" not in done.output


def test_check_says_all_faults_at_once(toy):
    assert briefing("check").stdout == "No fault found in data/.\n"
    toy.replace("data/anchors.csv", "le pont est neuf", "le pont est neui")
    toy.replace("data/anchors.csv", "Il sera fini en mai", "Il sera fini en juin")
    done = briefing("check")
    assert done.exit_code == 1 and done.stderr.count("data/anchors.csv, row ") == 2 and not done.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda toy: (toy.root / "briefing.toml").unlink(), "No briefing.toml in "),
        (lambda toy: toy.write("briefing.toml", "title = "), "briefing.toml: not valid TOML"),
        (lambda toy: toy.replace("briefing.toml", '"02_spans"', '"07_gone"'), "names 07_gone.ipynb, not in notebooks/"),
        (lambda toy: toy.replace("briefing.toml", "cell_timeout = 20", "cell_timeout = 0"), "[runner] cell_timeout is 0"),
        (lambda toy: toy.write("notebooks/02_spans.ipynb", "{"), "notebooks/02_spans.ipynb: not a notebook"),
        (lambda toy: toy.write("notebooks/02_spans.ipynb", b"\xff\xfe"), "notebooks/02_spans.ipynb: not a notebook"),
        (lambda toy: toy.write("notebooks/02_spans.ipynb", '{"cells": [], "nbformat": 3}'), "format 3, not 4"),
        (lambda toy: toy.write(".cache", "in the way"), ".cache"),
    ],
)
def test_a_broken_project_is_one_message(toy, change, message):
    change(toy)
    done = briefing("build")
    assert done.exit_code == 1 and message in done.stderr
    assert "Traceback" not in done.output and not toy.reports()


def test_the_module_is_the_command_and_piped_output_has_no_colour(toy):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-m", "briefing", "verdicts"], capture_output=True, text=True, env=environment)
    assert done.returncode == 0 and "\x1b" not in done.stdout + done.stderr
    for command in ([], ["build"], ["accept"], ["verdicts"], ["check"], ["watch"], ["verify"]):
        shown = briefing(*command, "--help").stdout
        assert "Example" in shown and len(max(shown.splitlines(), key=len)) <= 100


def test_verify_compares_the_last_commit_with_its_reports(built):
    built.write(".gitignore", ".cache/\n__pycache__/\n")
    git(built.root, "init", "--quiet")
    git(built.root, "add", ".")
    git(built.root, "commit", "--quiet", "-m", "Say how long the bridge is")
    good = briefing("verify")
    assert good.exit_code == 0, good.output
    assert "byte for byte" in good.stdout
    built.replace("notebooks/00_summary.ipynb", "Three claims", "All three claims")
    assert "not committed" in briefing("verify").stderr
    git(built.root, "commit", "--quiet", "-am", "Say it otherwise")
    stale = briefing("verify")
    assert stale.exit_code == 1
    assert "reports/briefing.html: differs." in stale.stderr and "reports/claimreview.jsonld" not in stale.stderr


def test_verify_needs_git_and_a_commit_with_reports(toy, monkeypatch):
    assert "git clone" in briefing("verify").stderr
    git(toy.root, "init", "--quiet")
    git(toy.root, "commit", "--quiet", "--allow-empty", "-m", "Begin")
    assert "holds no reports" in briefing("verify").stderr
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BriefingError, match="git is not installed"):
        verification.git("status")


def test_watch_builds_what_is_saved(built):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    watching = subprocess.Popen([sys.executable, "-m", "briefing", "watch"], stderr=subprocess.PIPE, text=True, env=environment)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(watching.stderr))
    reader.start()

    def until(words: str, times: int = 1) -> None:
        limit = time.monotonic() + 60
        while "".join(said).count(words) < times:
            assert time.monotonic() < limit and watching.poll() is None, "".join(said)
            time.sleep(0.05)

    try:
        until("Waiting for changes")
        built.replace("data/context/spans.csv", "1,40,", "1,41,")
        until("ran 02_spans; reports written, in ")
        built.replace("notebooks/00_summary.ipynb", "bf.say", "bf.says")
        until("Error: notebooks/00_summary.ipynb, cell 3, line 1: AttributeError")
        built.replace("bridge/__init__.py", "return int", "return 1 + int")
        until("Changed: __init__.py")
        until("Waiting for changes", times=2)
        built.replace("notebooks/00_summary.ipynb", "bf.says", "bf.say")
        until("ran 00_summary; ")
    finally:
        watching.terminate()
        watching.wait()
        reader.join()
        watching.stderr.close()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("data/claims.csv", True), ("notebooks/a.ipynb", True), ("briefing.toml", True), ("reports/briefing.html", False),
        (".cache/x", False), ("notebooks/.ipynb_checkpoints/a.ipynb", False), ("bridge/__pycache__/a.pyc", False), ("data/a.csv~", False),
    ],
)  # fmt: skip
def test_watch_knows_what_matters(toy, name, answer):
    project = Project.find()
    assert matters(project, project.root / name) is answer
