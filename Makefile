# One command sets up and shows the tool (`make demo`), one checks how it behaves, in ten minutes (`make test`), one
# adds what is slow by nature (`make test-all`).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PINS := --constraint .ci/constraints.txt

.PHONY: demo test test-all lint types behaviour tests coverage browser java dovecot bench budget docs clean
.DEFAULT_GOAL := demo

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || \
	  { echo "tracer needs Python 3.11 to 3.14; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)" >&2; exit 1; }

$(VENV)/.run: $(BIN)/python pyproject.toml .ci/constraints.txt
	$(PIP) install $(PINS) --editable '.[print]'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml .ci/constraints.txt
	$(PIP) install $(PINS) --editable '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.docs: $(BIN)/python pyproject.toml .ci/constraints.txt
	$(PIP) install $(PINS) --editable '.[docs]'
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run
	$(BIN)/tracer demo

test: lint types behaviour

test-all: lint types tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

# Two processes on two cores: a thread each takes an eighth less than two that wait for each other.
behaviour: $(VENV)/.dev
	@TRACER_THREADS=1 sh .ci/tests $(BIN)/python -m "not slow"

tests: $(VENV)/.dev browser java dovecot
	@sh .ci/tests $(BIN)/python

# By itself: counting lines takes a third of the time of all tests again.
coverage: $(VENV)/.dev browser java dovecot
	@sh .ci/tests $(BIN)/python --cov=tracer --cov-report=term:skip-covered --cov-fail-under=90

browser:
	@sh .ci/browser

java:
	@sh .ci/java

dovecot:
	@sh .ci/dovecot

# The documentation site, in build/docs.
docs: $(VENV)/.docs
	$(BIN)/python -m tracer.site build/docs

# What each room holds, next to what it may.
budget: $(VENV)/.dev
	$(BIN)/python -m tests.test_budget

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) tracer-demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
