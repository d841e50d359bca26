"""Notebooks run at the same time, give the same bytes by fork and afresh, and say exactly what went wrong."""

from __future__ import annotations

import json
import os
import textwrap

import pytest

from briefing.project import Project, read_notebook
from briefing.runner import Runner


def run(toy, fresh: bool = False, **cells: list[str]) -> dict:
    """Run these notebooks of the toy project, or its own; the runs by name."""
    for name, sources in cells.items():
        toy.notebook(name, *sources)
    project = Project.find()
    paths = [toy.root / "notebooks" / f"{name}.ipynb" for name in cells] or project.notebooks
    with Runner(project, fresh) as runner:
        return {run.name: run for run in runner.run({path: read_notebook(path) for path in paths})}


def test_forked_kernels_give_the_bytes_of_fresh_ones(toy):
    forked, fresh = run(toy), run(toy, fresh=True)
    assert all(run.text for run in fresh.values())
    assert {n: r.text for n, r in forked.items()} == {n: r.text for n, r in fresh.items()}
    assert "<figure class" in forked["02_spans"].text


@pytest.mark.parametrize("fresh", [False, True])
def test_what_a_notebook_read_is_known(toy, fresh):
    reads = run(toy, fresh)["02_spans"].reads
    assert {"briefing.toml", "data/datapackage.json", "data/context/spans.csv", "bridge/__init__.py", "briefing/data.py"} <= set(reads)
    assert not {"data/evidence.csv", "data/claims.csv", "requirements.txt"} & set(reads)
    assert not any(name.startswith((".", "/")) or "__pycache__" in name for name in reads)


def test_a_file_read_past_the_package_is_known_too(toy):
    cells = ["import pathlib\npathlib.Path('../data/article/article.txt').read_text()", "len(list(pathlib.Path('../data/context').iterdir()))"]
    assert {"data/article/article.txt", "data/context/"} <= set(run(toy, aside=cells)["aside"].reads)


def test_outputs_are_normalised(toy):
    path = toy.notebook("plain", "# Plain", "print('a'); print('b')\n3", "", "4")
    notebook = json.loads(path.read_text())
    notebook["metadata"] = {"kernelspec": {"name": "other"}, "widgets": {}, "title": "Kept"}
    notebook["cells"][1]["metadata"] = {"execution": {"iopub.execute_input": "2020"}, "tags": ["hide"], "scrolled": True}
    del notebook["cells"][0]["id"], notebook["cells"][3]["id"]
    toy.write_json("notebooks/plain.ipynb", notebook)
    with Runner(Project.find()) as runner:
        texts = [runner.run({path: read_notebook(path)})[0].text for _ in range(2)]
    assert texts[0] == texts[1]
    made = json.loads(texts[0])
    assert made["metadata"]["title"] == "Kept" and made["metadata"]["kernelspec"]["name"] == "python3"
    assert "version" not in made["metadata"]["language_info"] and "widgets" not in made["metadata"]
    cells = made["cells"]
    assert [cell.get("execution_count") for cell in cells] == [None, 1, None, 2]
    assert cells[1]["metadata"] == {"tags": ["hide"]}
    assert [output["output_type"] for output in cells[1]["outputs"]] == ["stream", "execute_result"]
    assert "".join(cells[1]["outputs"][0]["text"]) == "a\nb\n"
    assert len({cell["id"] for cell in cells}) == 4


def test_every_failure_is_named_and_the_others_finish(toy):
    toy.replace("briefing.toml", "cell_timeout = 20", "cell_timeout = 8\noutput_limit = 50000")
    cells = {
        "fails": ["# Fails", "x = 1\n\ny = x / 0"],
        "syntax": ["x = 1", "if x\n    pass"],
        "deep": ["def f():\n    raise ValueError('deep')", "1\nf()"],
        "loops": ["while True:\n    pass"],
        "dies": ["1", "import os\nos._exit(3)"],
        "floods": ["while True:\n    print('x' * 1000)"],
        "calls": ["import urllib.request", "urllib.request.urlopen('http://example.org/page')"],
        "connects": ["import socket\nsocket.create_connection(('127.0.0.1', 80))"],
        "writes": ["open('../data/new.csv', 'w')"],
        "warns": ["import warnings\nwarnings.warn('careful')"],
        "prints": ["print('fine')"],
        "expected": ["1"],
    }
    runs = run(toy, **cells)
    failures = {name: str(run.failure) for name, run in runs.items() if run.failure}
    assert set(cells) - set(failures) == {"prints", "expected"}
    assert failures["fails"] == "notebooks/fails.ipynb, cell 2, line 3: ZeroDivisionError: division by zero\n    y = x / 0"
    assert failures["syntax"].startswith("notebooks/syntax.ipynb, cell 2, line 1: SyntaxError: ")
    assert failures["deep"] == "notebooks/deep.ipynb, cell 2, line 2: ValueError: deep\n    f()"
    assert failures["loops"] == "notebooks/loops.ipynb, cell 1: still running after 8 s ([runner] cell_timeout in briefing.toml)"
    assert failures["dies"] == "notebooks/dies.ipynb, cell 2: the kernel died"
    assert failures["floods"].startswith("notebooks/floods.ipynb, cell 1: shows more than 50,000 characters")
    assert "cell 2, line 1: NetworkRefused: example.org:80: no network during a build" in failures["calls"]
    assert "NetworkRefused: 127.0.0.1:80" in failures["connects"]
    assert "WriteRefused: data/new.csv" in failures["writes"] and not (toy.root / "data" / "new.csv").exists()
    assert "cell 1: writes to stderr: " in failures["warns"] and "careful" in failures["warns"]


def test_a_cell_that_should_fail_may(toy):
    path = toy.notebook("shown", "1 / 0", "2")
    notebook = json.loads(path.read_text())
    notebook["cells"][0]["metadata"]["tags"] = ["raises-exception"]
    toy.write_json("notebooks/shown.ipynb", notebook)
    with Runner(Project.find()) as runner:
        done = runner.run({path: read_notebook(path)})[0]
    assert done.failure is None and "ZeroDivisionError" in done.text


@pytest.mark.parametrize("fresh", [False, True])
def test_nothing_of_the_users_reaches_a_kernel(toy, tmp_path, monkeypatch, fresh):
    startup = tmp_path / "startup.py"
    startup.write_text("raise SystemExit")
    for name, value in {"TZ": "Asia/Tokyo", "LC_ALL": "fr_FR.UTF-8", "PYTHONSTARTUP": str(startup), "COLUMNS": "40"}.items():
        monkeypatch.setenv(name, value)
    code = """
    import os, sys, socket
    a, b = socket.socketpair()
    print({n: os.environ.get(n) for n in ("TZ", "LC_ALL", "COLUMNS", "PYTHONHASHSEED", "SOURCE_DATE_EPOCH")})
    print(os.path.basename(os.getcwd()), sys.stdin.read(), os.environ["HOME"] == os.environ["IPYTHONDIR"].rpartition("/")[0])
    """
    shown = json.loads(run(toy, fresh, env=[textwrap.dedent(code)])["env"].text)["cells"][0]["outputs"][0]["text"]
    epoch = str(Project.find().epoch)
    wanted = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": None, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": epoch}
    assert shown[0].strip() == str(wanted)


def test_nothing_is_left_behind(toy):
    with Runner(Project.find()) as runner:
        path = toy.notebook("one", "1")
        runner.run({path: read_notebook(path)})
        home, server = runner.home, runner.server.process
        assert home.is_dir() and home.stat().st_mode & 0o077 == 0
    assert not home.exists() and server.poll() == 0


def test_a_killed_server_is_a_failure_and_no_hang(toy):
    path = toy.notebook("one", "1")
    with Runner(Project.find()) as runner:
        os.kill(runner.server.process.pid, 9)
        runner.server.process.wait()
        failure = runner.run({path: read_notebook(path)})[0].failure
    assert failure.cell is None and "no kernel" in failure.message
