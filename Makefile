# `make run` and `make test` install everything that they need.

PYTHON ?= python3
VENV := .venv
# Each Python that you name, as in make test PYTHON=python3.13, has a virtual environment of its own.
ifneq ($(PYTHON),python3)
override PYTHON := $(or $(shell tests/find-python $(PYTHON)),$(error ThingClone cannot use $(PYTHON)))
VENV := .venv-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
endif
BIN := $(VENV)/bin

# Tests start hundreds of programs that would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint format bench screenshots tools clean

run: $(VENV)/.runs
	@$(BIN)/thingclone serve

# Runs three test processes, because many tests wait for a server. To debug one: make test ARGS='-n0 --pdb tests/cli'.
test: $(VENV)/.develops tools
	$(BIN)/pytest -n3 --dist=loadfile $(ARGS)

lint: $(VENV)/.develops
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.develops
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Compares ThingClone with other servers and writes bench/RESULTS.md.
# For a quick look: make bench ARGS='--rounds 1 --only updates'.
bench: $(VENV)/.develops
	@bench/install-tools
	$(BIN)/pip install --quiet --editable '.[dev,bench]'
	$(BIN)/python -m bench $(ARGS)

# Takes pictures of the main pages for docs/img/.
screenshots: $(VENV)/.develops
	@tests/install-tools chromium chromium-driver fonts-inter
	$(BIN)/python -m tests.browser.screenshots

# Installs the programs that tests of databases, real clients and browsers need. Without them, pytest skips these tests.
tools:
	@tests/install-tools

$(VENV)/.runs: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.develops: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.runs

# On Debian, venv is a separate package. For root, this installs it. Other users get a message.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'ThingClone needs Python 3.11 or newer: make run PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tests/install-tools python3-venv
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf .venv .venv-* build *.egg-info tests/clients/node_modules
