# A thin shell over plain pip; README shows the same by hand.
PYTHON ?= python3
BIN = .venv/bin

# The alpha of datasette 1.0 that the pages are tested with, beside the release of constraints.txt: raise it by hand.
ALPHA ?= 1.0a41
PAGES = $(addprefix tests/test_, dashboard.py board.py pages.py functions.py export_site.py hostile_pages.py feed.py)

.PHONY: demo test lint long wheel alpha clean

demo: .venv/demo
	$(BIN)/scrapy demo

# What measures time or memory comes last, with nothing beside it; `pytest` by itself runs all of it one by one.
test: .venv/dev lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -m alone

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What takes longer than CI may: soaks, thousands of kills, large benchmarks.
long: .venv/dev
	STET_LONG=1 $(BIN)/python -m pytest tests/test_long.py

# The wheel, tried in a second clean environment.
wheel: .venv/dev
	rm -rf dist .venv-wheel
	$(BIN)/python -m build --wheel
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python -m pip install -q -c constraints.txt dist/*.whl
	cd .venv-wheel && PATH= bin/stet version && PATH= bin/stet demo --quiet --store demo.db && bin/stet status --store demo.db --json >status.json
	rm -rf .venv-wheel

# The pages on the next datasette, in an environment of its own: every other version is that of constraints.txt.
alpha: .venv-alpha/$(ALPHA)
	.venv-alpha/bin/python -m pytest -n 2 --dist loadfile $(PAGES)

.venv-alpha/$(ALPHA): pyproject.toml constraints.txt
	rm -rf .venv-alpha
	$(PYTHON) -m venv .venv-alpha
	grep -v '^datasette==' constraints.txt >.venv-alpha/constraints.txt
	.venv-alpha/bin/python -m pip install -q --disable-pip-version-check -c .venv-alpha/constraints.txt -e ".[test]" "datasette==$(ALPHA)"
	touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch .venv/demo $@

clean:
	rm -rf .venv .venv-alpha .venv-wheel dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
