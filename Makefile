# Two commands matter: make demo, make test.  make help lists all.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CONSTRAINTS := .ci/constraints.txt
TYPESCRIPT := $(VENV)/typescript/node_modules/.bin/tsc
PYTEST := $(BIN)/python -m pytest -q

.PHONY: help demo test test-all test-fast lint browser weights clean

help:           ## list the targets
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(STAMP)  ## a whole study in demo_study/, then the rating page (in a terminal)
	$(BIN)/evalkit demo

test: $(STAMP)-test browser lint  ## lint, types and all tests but the slow ones
	$(PYTEST) -m "not slow"

test-all: $(STAMP)-test browser lint  ## everything
	$(PYTEST)

test-fast: $(STAMP)-test lint   ## without the browser and the slow tests
	$(PYTEST) -m "not slow and not browser"

lint: $(STAMP)-test $(TYPESCRIPT)  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser: $(STAMP)-test  ## make sure that a Chromium is there
	@$(BIN)/python tests/find_browser.py --install

weights: $(STAMP)  ## train the small shipped networks again (hours on two cores; resumes)
	$(BIN)/python -m stimuli.shipping
	$(BIN)/python -m stimuli.shipping_autoencoder

clean:          ## remove the environment and what the demo made
	rm -rf $(VENV) demo_study build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(STAMP): pyproject.toml $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "evalkit needs Python 3.11 or newer; found: $$($(PYTHON) --version). Name another: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) -e '.[mixing]'
	@touch $@

$(STAMP)-test: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) -e '.[test]'
	@touch $@

$(TYPESCRIPT): | $(STAMP)-test  # for the test of the page's scripts
	@if command -v npm >/dev/null; then npm install --silent --prefix $(VENV)/typescript typescript@7.0.2; \
	  else echo "There is no npm: the page's scripts are not checked, and their test skips."; fi
