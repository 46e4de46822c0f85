# A thin shell over plain pip; README shows the same by hand.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: demo test lint long wheel clean

demo: .venv/demo
	$(BIN)/scrapy demo

test: .venv/dev lint
	$(BIN)/python -m pytest

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

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch .venv/demo $@

clean:
	rm -rf .venv .venv-wheel dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
