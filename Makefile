# The ways of working. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PATH

.PHONY: help run serve train test lint accuracy fmt setup clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 18

run: setup ## train on the example, serve it as a Lambda function, ask it once
	@scripts/run.sh once

serve: setup ## the same, and stay up until Ctrl-C
	@scripts/run.sh stay

train: ## train model.hearth from params.yaml
	cargo run --quiet -p training -- train

test: setup ## every test
	python3 data/generate.py --check
	cargo test --workspace

lint: setup ## formatting, clippy, documentation, shell, YAML
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
	shellcheck scripts/*.sh .ci/run
	yamllint --strict .

accuracy: ## compare with scikit-learn on public data: make accuracy DATA=folder PYTHON=python3
	cargo build --release --quiet -p training
	$(or $(PYTHON),python3) scripts/accuracy.py $(or $(DATA),$(error name the folder of the data: make accuracy DATA=folder))

fmt: ## format the code
	cargo fmt --all

setup: $(VENV)/installed ## tools from PyPI, into .venv

$(VENV)/installed: requirements.txt
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust by https://rustup.rs" >&2; exit 1; }
	@command -v python3 >/dev/null || { echo "python3 is missing: install Python 3.9 or newer (Debian: apt install python3 python3-venv)" >&2; exit 1; }
	@python3 -m venv $(VENV) || { echo "python3 cannot make a virtual environment (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "setup: installing the tools of requirements.txt into $(VENV)"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.txt
	@touch $@

clean: ## remove everything that was built or installed here
	rm -rf target build $(VENV) model.hearth metrics.json
