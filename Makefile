# Everything a person types. `make demo` on a fresh machine is enough; see README.md.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
READY := .venv/.ready
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header

# uv would fetch a Python of its own from elsewhere; the one at hand is right or refused.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup demo bot worker beat test check bench screens format lock clean

setup: $(READY)

demo: $(READY)
	$(BIN)/hdms demo $(if $(ONCE),--once) $(ARGS)

bot worker beat: $(READY)
	$(BIN)/hdms $@ $(ARGS)

test: $(READY)
	$(BIN)/pytest -n 3 $(ARGS)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 3 $(ARGS)

bench: $(READY)
	$(BIN)/python -m tests.benchmarks $(ARGS)

# The pictures in docs/screens; ARGS="desk phone" takes only those. Needs Chromium.
screens: $(READY)
	$(BIN)/python -m tests.browser.screens $(ARGS)

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# UPGRADE=1 takes newer versions; without it only what pyproject.toml changed moves.
lock: $(READY)
	$(LOCK) $(if $(UPGRADE),--upgrade) -o requirements.lock pyproject.toml
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra dev -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "HDMS needs Python 3.11 or later as $(PYTHON). Another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; \
		exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || { \
		echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || { \
		sed -n '/^uv==/,/^    # via/p' requirements-dev.lock > .venv/uv.lock; \
		$(BIN)/pip install --quiet --require-hashes -r .venv/uv.lock || echo "No uv to be had; pip does."; }
	@if test -x $(BIN)/uv; \
		then VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes requirements-dev.lock; \
		else sed '/^uv==/,/^    # via/d' requirements-dev.lock > .venv/rest.lock; \
		$(BIN)/pip install --quiet --require-hashes -r .venv/rest.lock; fi
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
