# The report, its tests and its workshop. `make report` or `make test` may be the first thing you type.

PYTHON ?= python3
BIN := .venv/bin
# Says that everything in requirements.txt is installed; laid down only when all of it is.
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: report test lab check verify browser-test bench clean help

report: $(READY) ## build reports/briefing.html and reports/briefing.pdf
	@$(BIN)/python -m briefing build

test: $(READY) ## run all tests: units, notebooks in fresh kernels, the report
	@$(BIN)/python -m pytest --nbval tests notebooks

lab: $(READY) ## open the notebooks in JupyterLab
	@$(BIN)/python -m jupyterlab notebooks/00_summary.ipynb

check: $(READY) ## look for faults in data/
	@$(BIN)/python -m briefing check
	@$(BIN)/python -m frictionless validate data/datapackage.json

verify: $(READY) ## build the last commit in a clone and compare with its reports
	@$(BIN)/python -m briefing verify

browser-test: $(READY) ## open the report in Chromium; needs chromium, node and java
	@cd tests/browser && npm ci --no-audit --no-fund --silent
	@$(BIN)/python -m pytest tests/browser

bench: $(READY) ## measure times and sizes on this machine, into tests/benchmarks/RESULTS.md
	@$(BIN)/python tests/benchmarks/bench.py

clean: ## remove what can be made again, except reports/
	rm -rf .cache .venv build *.egg-info tests/browser/node_modules
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) -V) is too old: install Python 3.11 or newer, or name it with make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@echo "Installing into .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
