# The commands of the README, and what CI runs. `make` alone lists them.
#
# The first command on a fresh checkout makes .venv and installs the locked packages into it; after that only a
# change to a lock file or to pyproject.toml does any of it again.

# The first Python that is new enough; say PYTHON=/path/to/python to choose.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
PYTEST_PROCESSES ?= 3 # on two cores: many tests wait for processes, browsers and the database

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check demo bench lock

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

run: $(VENV)/installed ## start everything with demonstration data on http://localhost:8000 (LDIS_PORT=8001 make run: another port)
	@exec env LDIS_DEMO=1 $(BIN)/ldis up # exec: no shell between make and it, to swallow a signal

test: $(VENV)/installed-dev ## run every test, with coverage
	@$(BIN)/python -m pytest -n $(PYTEST_PROCESSES) --dist worksteal -p tests.measured

check: $(VENV)/installed-dev ## format, lint, types, import rules, models against migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ldis db check

demo: $(VENV)/installed-dev ## one incident to one acknowledged alert, on the real processes, without hands
	@$(BIN)/python -m ldis.demonstration.drive

bench: $(VENV)/installed-dev ## measure against bare loops on this machine
	@$(BIN)/python -m tests.bench

lock: $(VENV)/installed-dev ## pin and hash requirements*.in anew, at the newest versions they allow
	$(BIN)/pip-compile $(LOCK) --output-file requirements-pip.txt requirements-pip.in
	$(BIN)/pip-compile $(LOCK) --output-file requirements.txt requirements.in
	$(BIN)/pip-compile $(LOCK) --output-file requirements-dev.txt requirements-dev.in

LOCK := --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

# Stamps: newer than what they were made from, so that a second run is quick.

$(VENV)/made: requirements-pip.txt
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'LDIS needs Python 3.11 or newer and found none. Install it, or say where it is: make PYTHON=/path/to/python3.11 ...' >&2; \
		exit 1; }
	@echo 'Making a virtual environment in $(VENV) ...'
	@$(PYTHON) -m venv $(VENV) || { \
		echo 'Python could not make a virtual environment. On Debian or Ubuntu: apt install python3-venv' >&2; exit 1; }
	@$(PIP) --require-hashes -r requirements-pip.txt
	@touch $@

$(VENV)/installed: $(VENV)/made requirements.txt pyproject.toml
	@echo 'Installing what LDIS needs (a minute or two, once) ...'
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	@echo 'Installing what the tests need (a minute or two, once) ...'
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
