# make run serves the demonstration town hall; make test shows that the whole of it works.
# Each target is newer than what it was made from, so that a second start does no work.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test bench hostile lint fmt types tck walk fuzz screenshots messages plan base dev paquets clean

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 5000
PAQUETS ?= run
TESTS ?=
COEURS ?= $(shell nproc)
MINUTES ?= 10
MUTATIONS ?= 2000
VENV := .venv
PY := $(VENV)/bin/python
FLASK := $(PY) -m flask --app wsgi
ASSETS := app/web/assets
DIST := app/web/static/dist
SOURCES := $(shell find $(ASSETS) -name node_modules -prune -o -type f -print)
CATALOGUES := $(wildcard app/translations/*/LC_MESSAGES/messages.po)
TREES := engine app scripts tests wsgi.py

help:  ## what can be asked
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 20

run: base  ## serve http://127.0.0.1:5000 with the demonstration town hall, its clock and its workers
	@VAGUEMESTRE_DEMO=$${VAGUEMESTRE_DEMO-1} exec $(FLASK) servir --host $(HOST) --port $(PORT)

test: PAQUETS = test
test: dev lint types  ## lint, types, house rules, every test on SQLite and PostgreSQL, Chromium
	$(PY) -m pytest -n $(COEURS) --dist loadfile --no-loadscope-reorder $(TESTS)

bench: PAQUETS = bench
bench: dev  ## measure; the last line is one JSON object
	$(PY) -m tests.bench

tck: dev  ## run the DMN conformance kit found in TCK=folder
	$(PY) -m tests.tck $(TCK)

walk: dev  ## walk every drawing found in FOLDER=folder
	$(PY) -m tests.walk $(FOLDER)

screenshots: PAQUETS = test
screenshots: dev  ## picture every page that the browser tests look at
	$(PY) -m pytest tests/browser

fuzz: dev  ## spoil drawings, decisions and expressions for MINUTES=10 and see that each is answered in words
	$(PY) -m tests.fuzz $(MINUTES)

hostile: PAQUETS = test
hostile: dev  ## give every hostile file and MUTATIONS=2000 spoilt ones to the reader; archives are kept in FOLDER=instance/hostile
	$(PY) -m tests.hostile $(or $(FOLDER),instance/hostile) $(MUTATIONS)

lint: dev  ## ruff, import order included
	$(VENV)/bin/ruff check $(TREES)

types: dev  ## mypy --strict
	$(VENV)/bin/mypy

fmt: dev  ## put imports in order and mend what ruff can
	$(VENV)/bin/ruff check --fix $(TREES)

messages: dev  ## gather the texts to translate into app/translations
	@mkdir -p instance
	$(PY) -m babel.messages.frontend -q extract -F babel.cfg -k _l -k _n:1,2 --no-location --sort-output --omit-header -o instance/messages.pot .
	$(PY) -m babel.messages.frontend -q update -i instance/messages.pot -d app/translations --no-fuzzy-matching --ignore-obsolete --omit-header

plan: $(VENV)/.base  ## write the last section of ARCHITECTURE.md again: one line a file
	$(PY) scripts/plan.py

base: $(VENV)/.base $(DIST)/.built $(CATALOGUES:.po=.mo)
	@mkdir -p instance

dev: base $(VENV)/.dev

paquets:
	@PYTHON=$(PYTHON) scripts/paquets $(PAQUETS)

clean:  ## remove what was built, keep instance/
	rm -rf $(VENV) $(DIST) $(ASSETS)/node_modules $(CATALOGUES:.po=.mo)

$(VENV)/bin/python: | paquets
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: scripts/exigences.py pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PY) scripts/exigences.py > $(VENV)/exigences.txt
	@scripts/recuperer pip "Les paquets Python" $(PY) -m pip install -r $(VENV)/exigences.txt -c constraints.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	$(PY) scripts/exigences.py dev > $(VENV)/exigences-dev.txt
	@scripts/recuperer pip-dev "Les paquets Python des épreuves" $(PY) -m pip install -r $(VENV)/exigences-dev.txt -c constraints.txt
	@touch $@

$(DIST)/.built: $(SOURCES) | $(VENV)/.base
	scripts/frontal $(ASSETS) $(PY)
	@mkdir -p $(DIST) && touch $@

%.mo: %.po | $(VENV)/.base
	@$(VENV)/bin/pybabel -q compile -f -i $< -o $@
