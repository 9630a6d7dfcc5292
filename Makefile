# `make demo` and `make test` do all their own set-up on a fresh Debian or Ubuntu; what has not changed is not done again.

PYTHON ?= python3
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
VENV := .venv
BIN := $(VENV)/bin
FLAVOUR := $(if $(filter 1,$(FIRMER_SAFE)),safe,fast)
BUILT := build/$(FLAVOUR)/built
COMPILER := $(if $(filter default,$(origin CC)),$(if $(shell command -v ccache),ccache cc,cc),$(CC))
COMPILED := build/compiled
BUNDLED := build/$(FLAVOUR)/bundled
SOURCES := $(shell find engine \( -name '*.pyx' -o -name '*.pxd' -o -name '*.h' \) 2>/dev/null)
PYTEST := $(BIN)/python -m pytest

.PHONY: help demo test check lint types tests bench kernels docs build lock demo-capture clean

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' Makefile | expand -t 16

demo: build  ## an attack, replayed with the bundled rules
	@$(BIN)/firmer demo

test: build $(VENV)/.dev  ## all tests
	@packaging/prerequisites.sh tests
	@$(PYTEST)

check: lint types test  ## formatting, lint, types, import layers, tests

lint: $(VENV)/.dev  ## formatting and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/.dev  ## types
	@$(BIN)/mypy

bench: build  ## speed beside sysdig's, side by side (ARGS="--help" tells what can be asked)
	@packaging/prerequisites.sh tests
	@$(BIN)/python benchmarks/replay.py $(ARGS)
	@$(BIN)/python benchmarks/layers.py
	@$(BIN)/python benchmarks/dumps.py
	-@$(BIN)/python benchmarks/cost.py
	@$(BIN)/python benchmarks/storms.py --seconds 5 --processes 1000

kernels: build $(VENV)/.dev  ## live tests under another kernel, emulated (KERNEL=folder of an unpacked kernel package)
	@$(BIN)/python tests/kernels/boot.py $(KERNEL) $(ARGS)

docs: build  ## pages that derive from declarations, written anew
	@$(BIN)/python docs/generate.py

demo-capture: build  ## the demo's capture, staged and recorded anew (root; asks nothing of the host but its programs)
	@$(BIN)/python -m firmer.authoring.demo.record

build: $(BIN)/firmer $(BUNDLED) $(COMPILED)  ## .venv with firmer and its extensions

BUILD_NEEDS := $(PYTHON) -c 'import tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"]))'
LOCK := uv pip compile -q --universal --generate-hashes --python-version 3.10 --custom-compile-command 'make lock' pyproject.toml -
lock:  ## newest versions of all dependencies (needs uv)
	$(BUILD_NEEDS) | $(LOCK) -o requirements.lock
	$(BUILD_NEEDS) | $(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock

clean:  ## everything made away
	rm -rf $(VENV) build
	find engine -name '*.so' -delete
	rm -f engine/firmer/bundle.txt

$(VENV)/.runtime: requirements.lock
	@packaging/prerequisites.sh build $(PYTHON)
	@echo "environment: $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(BIN)/firmer: pyproject.toml $(VENV)/.runtime
	@FIRMER_BUILD=no $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Byte code and the grammar's tables are made here and not by the first user: where Python may write none (PYTHONDONTWRITEBYTECODE, a
# folder of somebody else's) every start would make them again, which takes longer than a small replay.
$(COMPILED): $(shell find engine -name '*.py' -o -name '*.lark' 2>/dev/null) $(BUILT)
	@$(BIN)/python -m compileall -q engine/firmer
	@$(BIN)/python -c 'from firmer.filter.parse import parse; parse("evt.num > 0")'
	@mkdir -p build && touch $@

# One flavour stands in the tree at a time: the other's mark goes, so that changing back copies its modules again.
$(BUILT): $(SOURCES) setup.py $(VENV)/.runtime
	@echo "extensions: compiling what changed ($(FLAVOUR))"
	@rm -f build/*/built build/*/bundled && mkdir -p build/$(FLAVOUR)
	@CC="$(COMPILER)" FIRMER_JOBS=$(JOBS) $(BIN)/python setup.py -q build_ext --inplace -j $(JOBS) \
		--build-lib build/$(FLAVOUR)/lib --build-temp build/$(FLAVOUR)/o >build/$(FLAVOUR)/log 2>&1 || { cat build/$(FLAVOUR)/log; exit 1; }
	@touch $@

# All modules in one library as well: opening a hundred takes a quarter of a short run's time.
$(BUNDLED): $(BUILT) packaging/bundle.py
	@$(BIN)/python packaging/bundle.py build/$(FLAVOUR)/o engine/firmer
	@touch $@
