# yiwang: `make run` serves the platform with its demonstration city, `make test` passes the tests. Everything lands in .venv/ and var/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE ?=

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.venv/runtime: requirements/runtime.txt pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" bash tools/setup.sh runtime
	@touch $@

.venv/develop: requirements/develop.txt pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" bash tools/setup.sh develop
	@touch $@ .venv/runtime

texts: .venv/runtime
	@$(BIN)/python -m tools.messages

run: texts ## set up everything, load the demonstration city once, serve the platform
	@$(BIN)/yiwang up --city

test: .venv/develop texts check ## set up everything, then contracts, laws, types, lint and all tests
	@bash tools/browser.sh
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: .venv/develop ## format, lint, types, contracts, laws, migrations, lock files
	@bash tools/check.sh

format: .venv/develop ## rewrite the code in the house's format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: .venv/develop ## measure the hot paths beside their peers; prints a table, writes var/bench.jsonl
	@$(BIN)/python -m bench

spark: .venv/develop ## put Spark into .venv and run the population of a rule on it (needs Java 17)
	@PYTHON="$(PYTHON)" bash tools/setup.sh spark
	@$(BIN)/python -m pytest tests/rules tests/data -m spark

demo: texts ## run 新生儿出生一件事, 免申即享, 惠企政策, data sharing and a day of hotline through the HTTP API as a stranger's client
	@$(BIN)/yiwang demo newborn
	@$(BIN)/yiwang demo benefits
	@$(BIN)/yiwang demo policies
	@$(BIN)/yiwang demo exchange
	@$(BIN)/yiwang demo hotline

lock: .venv/develop ## pin the dependencies again
	@bash tools/lock.sh

clean: ## remove what was built; var/ (data and keys) stays
	@rm -rf build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache node_modules .venv .venv-peers
	@find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help texts run test check format bench spark demo lock clean
