"""Times and sizes of this project on this machine, one table in one run: `make bench`.

Each step is run in a process of its own; the best of three is given, for the noise of a machine only ever adds.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("RESULTS.md")

IN_PROCESS = {
    "load and validate all of data/": "bf.validate(root, claims.consistency)",
    "verdicts of all claims, one day": "claims.Bench(package).all(package.today)",
    "verdicts of all claims, 100 days": "bench = claims.Bench(package); [bench.all(package.then + timedelta(days=26 * n)) for n in range(100)]",
    "verdict timeline": "claims.timeline_frame(package)",
}
SETUP = """
import sys, time
from datetime import timedelta
sys.path.insert(0, {root!r})
import briefing as bf
from briefing import claims
root = {root!r}
package = bf.load(root)
started = time.perf_counter()
{step}
print(time.perf_counter() - started)
"""


def in_process(step: str) -> float:
    """Seconds of one step inside a fresh interpreter, imports left out."""
    done = subprocess.run([sys.executable, "-c", SETUP.format(root=str(ROOT), step=step)], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def command(folder: Path, *arguments: str) -> float:
    """Seconds of a whole command, start-up included."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", *arguments], cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True, check=True)
    return time.perf_counter() - started


def builds(folder: Path) -> dict[str, float]:
    """Builds of a copy of the project, and the stock tool on the same notebooks for comparison."""
    evidence, chart = folder / "data/evidence.csv", folder / "armscontrol/charts/balance.py"
    times = {"build, clean": command(folder, "briefing", "build", "--no-cache"), "build, nothing changed": command(folder, "briefing", "build")}
    evidence.write_text(evidence.read_text("utf-8").replace("Putin spoke at the plenary session", "Putin spoke at a plenary session"), "utf-8")
    times["build, one finding edited"] = command(folder, "briefing", "build")
    chart.write_text(chart.read_text("utf-8") + "\n# edited\n", "utf-8")
    times["build, one figure's code edited"] = command(folder, "briefing", "build")
    notebooks = sorted(str(p) for p in (folder / "notebooks").glob("*.ipynb"))
    times["stock: jupyter nbconvert --execute --to html"] = command(folder, "nbconvert", "--execute", "--to", "html", "--output-dir", str(folder / "out"), *notebooks)
    times["one notebook alone, fresh kernel, slowest"] = max(
        command(folder, "nbconvert", "--execute", "--to", "notebook", "--output-dir", str(folder / "out"), notebook) for notebook in notebooks
    )
    return times


def main() -> None:
    rows = [(name, f"{min(in_process(step) for _ in range(3)):.2f} s") for name, step in IN_PROCESS.items()]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "copy"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".venv", ".cache", ".git", "node_modules", ".hypothesis"))
        rows += [(name, f"{seconds:.1f} s") for name, seconds in builds(folder).items()]
    rows += [(f"size of {name}", f"{(ROOT / 'reports' / name).stat().st_size:,} bytes") for name in ("briefing.html", "briefing.pdf")]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    RESULTS.write_text(f"{HEAD.format(machine=f'{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}')}{table}\n", "utf-8")
    print(RESULTS.read_text("utf-8"))


HEAD = """\
# Times and sizes

Made by `make bench` ({machine}). Steps inside a process are the best of three, without imports; commands are single runs with
start-up. The stock tool runs the same notebooks one after another and makes HTML alone. Nothing here is asserted by a test.

| what | measured |
|---|---|
"""

if __name__ == "__main__":
    main()
