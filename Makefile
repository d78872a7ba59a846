# Two commands do all their own set-up: make run, make test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint format bench screenshots tools clean

run: $(VENV)/.runs
	@$(BIN)/thingclone serve

# Three at a time, file by file: many tests wait for a server. One at a time: make test ARGS='-n0 --pdb tests/cli'.
test: $(VENV)/.develops tools
	$(BIN)/pytest -n3 --dist=loadfile $(ARGS)

lint: $(VENV)/.develops
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.develops
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Ratios against peers, in bench/RESULTS.md; for a quick look: make bench ARGS='--rounds 1 --only updates'.
bench: $(VENV)/.develops
	@bench/install-tools
	$(BIN)/pip install --quiet --editable '.[dev,bench]'
	$(BIN)/python -m bench $(ARGS)

# The main pages as pictures, into docs/img/.
screenshots: $(VENV)/.develops
	@tests/install-tools chromium chromium-driver fonts-inter
	$(BIN)/python -m tests.browser.screenshots

# What the tests of databases, real clients and browsers need from outside Python; without it they are skipped.
tools:
	@tests/install-tools

$(VENV)/.runs: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.develops: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.runs

# Debian has venv in a package of its own: root gets it installed, everybody else is told.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'ThingClone needs Python 3.11 or newer: make run PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tests/install-tools python3-venv
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) build *.egg-info tests/clients/node_modules
