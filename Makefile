# From a fresh clone, with Python 3.11+ and make: `make demo`, `make test`.

PYTHON ?= python3
DATA ?=
TARGET ?=
TIME_LIMIT ?= 20
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt

# Every autoskl process fixes its own threads; the rest of a test must not take more than one.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/pytest

.PHONY: help demo test test-slow check format clean

help:
	@echo "make demo                          fit, score and show two small tables"
	@echo "make demo DATA=x.csv TARGET=y      the same for your own table"
	@echo "make test                          every check and test (make test-slow: the long ones)"
	@echo "make check                         format, lint, types, layers"
	@echo "make format                        rewrite the code in the one format"
	@echo "make clean                         remove caches and build products, not $(VENV)"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt $(VENV)/.installed
	$(PIP) -e '.[all,dev]'
	@touch $@

demo: $(VENV)/.installed
ifeq ($(strip $(DATA)),)
	$(BIN)/python examples/01_quickstart.py --time-limit $(TIME_LIMIT)
else
	$(BIN)/python examples/01_quickstart.py --time-limit $(TIME_LIMIT) --data '$(DATA)' --target '$(TARGET)'
endif

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

test: check
	$(PYTEST) -n $(WORKERS) --dist worksteal

test-slow: $(VENV)/.installed-dev
	$(PYTEST) -n $(WORKERS) --dist worksteal -m slow

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +
