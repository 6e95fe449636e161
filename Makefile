# The ways of working. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PATH

DVC_VENV := .venv-dvc
CLIENTS_VENV := .venv-clients
IMPORT_VENV := .venv-import
TRAINING_VENV := build/venv-training
.PHONY: hashes program torture torture-short fuzz mutants bare-machine run-test pictures figures
.PHONY: dvc-tools client-tools import-tools import-zoo repro remote
.PHONY: built help run serve train test lint accuracy bench bench-training fmt setup clean
.PHONY: test-cdk lint-cdk check setup-cdk release deploy promote rollback smoke url logs register destroy report review review-losses pull push locked
.PHONY: image image-test release-test reproducible sbom deny advisories drift retrain

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 24

run: ## train on the example, serve it as a Lambda function, send it one request
	@scripts/run.sh once

serve: ## the same, and keep serving until Ctrl-C
	@scripts/run.sh stay

train: ## train model.hearth from params.yaml
	cargo run --quiet -p hearth -- train

test: setup ## every test
	python3 data/generate.py --check
	@$(MAKE) --no-print-directory --jobs 4 built setup-cdk dvc-tools client-tools import-tools
	@scripts/test.sh

# What the tests run, compiled while packages are fetched.
built:
	cargo build --workspace --bins
	cargo test --workspace --no-run

lint: setup ## formatting, clippy, documentation, shell, YAML
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
	shellcheck scripts/*.sh .ci/run
	hadolint Dockerfile.lambda
	yamllint --strict .
	$(MAKE) deny lint-cdk

# Each is a program of its own with ports and folders of its own; the longest first, since two run at a time.
CDK_TESTS := pairs "first_day page" workflows drift scripts "first_day again" "first_day canary" "first_day second-try" doors runbook seeds batch review \
  smoke refused queries capture queues tune register
test-cdk: setup-cdk dvc-tools ## the infrastructure: its tests, CloudFormation's rules, and deployments against a recorder of AWS
	cd cdk && npm test --silent
	cargo build --quiet --workspace --bins
	@printf '%s\n' $(CDK_TESTS) | sed -E 's:^[a-z_]+:cdk/test/&.py:' | xargs -L 1 -P 2 python3

lint-cdk: check ## types of the CDK app, and the workflows
	actionlint
	zizmor --quiet --offline --persona=pedantic --config .github/zizmor.yml .github

program: ## build target/release/hearth, before there are keys in the environment that compilers have no use for
	cargo build --release --locked --quiet -p hearth

check: setup-cdk ## check cdk/config.ts; a mistake in it is reported in one sentence
	cd cdk && npm run --silent lint
	@cd cdk && node --import tsx settings.ts >/dev/null

release: program setup-cdk ## build and push the images that a deployment is made of, into build/release.json
	scripts/release.sh

deploy: setup-cdk ## deploy build/release.json: make deploy ENV=dev; once before, ENV=foundation
	@scripts/deploy.sh $(ENV)

promote: setup-cdk ## deploy to one environment the release of another: make promote FROM=dev ENV=staging
	@scripts/promote.sh $(FROM) $(ENV)

rollback: setup-cdk ## restore the previous release at once: make rollback ENV=prod
	@scripts/rollback.sh $(ENV)

smoke: $(if $(URL),,setup-cdk) ## send a request to a live endpoint, or to all of an environment: make smoke URL=… or ENV=dev
	@scripts/smoke.sh "$(or $(URL),$(ENV))"

url: setup-cdk ## print the addresses of an environment's endpoints: make url ENV=dev
	@scripts/url.sh $(ENV)

logs: setup-cdk ## follow the function's log: make logs ENV=prod ENDPOINT=messages ONLY=problems
	@scripts/logs.sh $(ENV) $(ENDPOINT)

register: program setup-cdk ## register a model in SageMaker's Model Registry, as model.tar.gz: make register ENDPOINT=messages
	@scripts/register.sh "$(ENDPOINT)" $(MODEL)

destroy: setup-cdk ## delete an environment: make destroy ENV=dev
	@scripts/destroy.sh $(ENV)

torture: ## attack the programs for about 10 minutes, and write the result into docs/reliability.md
	cargo build --quiet --workspace --bins --tests
	target/debug/torture --write

torture-short: ## the same in two minutes, as part of make test
	cargo build --quiet --workspace --bins --tests
	target/debug/torture --short

fuzz: ## fuzzing guided by coverage, on stable Rust: make fuzz TARGET=door SECONDS=600, or TARGET=all
	scripts/fuzz.sh $(or $(TARGET),all) $(or $(SECONDS),600)

mutants: ## tests of a crate against mutations of its code: make mutants CRATE=emf SHARD=0/1 (needs cargo-mutants)
	cargo mutants --package $(or $(CRATE),emf) --shard $(or $(SHARD),0/1) --output $(or $(OUT),build)

report: ## what a branch changes about the model, as Markdown: make report BASE=origin/main
	@cargo build --quiet -p hearth
	@scripts/report.sh $(or $(BASE),origin/main)

review: setup-cdk ## what a branch changes of the deployed services, as Markdown: make review BASE=origin/main
	@scripts/review.sh $(or $(BASE),origin/main)

review-losses: # after make review: fails where data would be lost, and says whose
	@if [ -s build/losses.txt ]; then cat build/losses.txt >&2; exit 1; fi

drift: program ## compare the last days' captures with the model: make drift CAPTURES=s3://bucket/records TRUTH=labels.csv
	@scripts/drift.sh look

retrain: program dvc-tools ## learn from them too, and commit a better model on a branch: make retrain CAPTURES=… TRUTH=…
	@PATH="$(CURDIR)/$(DVC_VENV)/bin:$$PATH" scripts/drift.sh retrain

accuracy: ## accuracy on public data sets, compared with scikit-learn's best: make accuracy DATA=folder
	$(if $(wildcard $(DATA)/REFERENCE.md),cargo build --release --quiet -p hearth)
	@python3 scripts/accuracy.py "$(DATA)"

bench-training: $(if $(wildcard $(DATA)/REFERENCE.md),$(if $(PYTHON),,$(TRAINING_VENV)/installed)) ## training time compared with scikit-learn: make bench-training DATA=folder BENCH="--runs 1"
	$(if $(wildcard $(DATA)/REFERENCE.md),cargo build --release --quiet -p hearth -p training --bin hearth --example row_time)
	@python3 scripts/bench-training.py "$(DATA)" --python $(or $(PYTHON),$(TRAINING_VENV)/bin/python) $(BENCH)

bench: ## starts and requests compared with an empty function and Python: make bench BENCH=--quick
	cargo run --quiet -p tests --bin bench -- $(BENCH)
	cargo test --quiet -p tests --test embedded -- --ignored

figures: ## measure the bytes of the log anew, into docs/figures.json and the pages that state its figures
	FIGURES=write cargo test --quiet --workspace --test monitoring the_programs_write

pictures: client-tools model.hearth ## remake docs/pictures from the real page, in headless Chromium
	cargo build --quiet -p function
	@$(CLIENTS_VENV)/bin/python scripts/pictures.py target/debug/function model.hearth

run-test: ## check what make run prints
	@scripts/run-test.sh

image: $(or $(MODEL),model.hearth) ## build the container image: make image MODEL=model.hearth PLATFORM=linux/arm64
	@scripts/image.sh

image-test: setup ## build the image and run it under Lambda's limits, and the function for arm64 in an emulator
	@scripts/image-test.sh
	@scripts/arm64-test.sh

release-test: setup-cdk dvc-tools ## train, push, pull, build, test, deploy and roll back, all on this machine
	@scripts/release-test.sh

bare-machine: ## make run and make test in a Debian with only the packages of README (root, 30 minutes)
	@scripts/bare-machine.sh

reproducible: ## build function in two folders and compare the bytes
	@scripts/reproducible.sh

sbom: $(or $(MODEL),model.hearth) ## list what is in the image, as CycloneDX, in build/image.cdx.json
	python3 scripts/sbom.py $(or $(MODEL),model.hearth) build/image.cdx.json

hashes: ## write the hashes of new pins into the requirements files (needs uv)
	scripts/hashes.py $$(git ls-files '*requirements.txt')

deny: setup ## licences, sources and forbidden packages, by cargo-deny
	cargo deny --locked check --hide-inclusion-graph licenses bans sources

advisories: setup ## known vulnerabilities of the dependencies: fetches the RustSec database
	cargo deny --locked check advisories

# For those who need some model; make train writes another.
model.hearth:
	cargo run --quiet -p hearth -- train

fmt: ## format the code
	cargo fmt --all

setup: $(VENV)/installed remote ## tools from PyPI, into .venv

repro: program dvc-tools ## run the changed stages of dvc.yaml with the real DVC: writes model.hearth, metrics.json, plots/, dvc.lock
	PATH="$(CURDIR)/target/release:$(CURDIR)/$(DVC_VENV)/bin:$$PATH" dvc repro

locked: ## fail if git has other metrics or another dvc.lock than make repro wrote
	@scripts/locked.sh

pull: program ## fetch the model that dvc.lock names from the remote
	target/release/hearth pull

push: program ## send the model that dvc.lock names to the remote
	target/release/hearth push

remote: # puts the bucket that the foundation stack made into .dvc/config, once it is known
	@scripts/remote.sh

client-tools: $(CLIENTS_VENV)/installed tests/clients/node_modules/installed tests/pages/node_modules/installed ## clients, generators of clients and axe-core for the tests, from PyPI and npm

dvc-tools: $(DVC_VENV)/installed ## DVC and an S3 server for the tests, from PyPI, into .venv-dvc

import-tools: $(IMPORT_VENV)/installed ## LightGBM, XGBoost and scikit-learn for the test of imported models, from PyPI, into .venv-import

$(IMPORT_VENV)/installed: import/tests/requirements.txt
	@python3 -m venv $(IMPORT_VENV) || { echo "python3 cannot make a virtual environment (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "import-tools: installing import/tests/requirements.txt into $(IMPORT_VENV) (250 MB)"
	@if $(IMPORT_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<; \
	then touch $@; else echo "import-tools: not for this system; the test of imported models is skipped" >&2; fi

import-zoo: ## models of three versions of LightGBM and XGBoost against the imported ones, into docs/import.md
	@scripts/import-zoo.py

$(CLIENTS_VENV)/installed: tests/clients/requirements.txt
	@python3 -m venv $(CLIENTS_VENV) || { echo "python3 cannot make a virtual environment (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "client-tools: installing tests/clients/requirements.txt into $(CLIENTS_VENV)"
	@$(CLIENTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

tests/clients/node_modules/installed: tests/clients/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or newer (https://nodejs.org)" >&2; exit 1; }
	@echo "client-tools: installing tests/clients/package-lock.json (60 MB)"
	@cd tests/clients && npm ci --silent
	@touch $@

tests/pages/node_modules/installed: tests/pages/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or newer (https://nodejs.org)" >&2; exit 1; }
	@cd tests/pages && npm ci --silent
	@touch $@

$(DVC_VENV)/installed: tests/requirements.txt
	@python3 -m venv $(DVC_VENV) || { echo "python3 cannot make a virtual environment (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "dvc-tools: installing tests/requirements.txt into $(DVC_VENV) (420 MB)"
	@$(DVC_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/requirements.txt
	@touch $@

$(VENV)/installed: requirements.txt
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust by https://rustup.rs" >&2; exit 1; }
	@command -v python3 >/dev/null || { echo "python3 is missing: install Python 3.9 or newer (Debian: apt install python3 python3-venv)" >&2; exit 1; }
	@python3 -m venv $(VENV) || { echo "python3 cannot make a virtual environment (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "setup: installing the tools of requirements.txt into $(VENV)"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@touch $@

$(TRAINING_VENV)/installed: scripts/requirements.txt
	@python3 -m venv $(TRAINING_VENV) || { echo "python3 cannot make a virtual environment (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "bench-training: installing scripts/requirements.txt into $(TRAINING_VENV) (350 MB)"
	@$(TRAINING_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

setup-cdk: setup cdk/node_modules/installed $(VENV)/installed-cdk

cdk/node_modules/installed: cdk/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.6 or newer (https://nodejs.org)" >&2; exit 1; }
	@cd cdk && npm ci --silent
	@touch $@

$(VENV)/installed-cdk: cdk/requirements.txt $(VENV)/installed
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r cdk/requirements.txt
	@touch $@

clean: ## remove everything that was built or installed here
	rm -rf target build $(VENV) $(DVC_VENV) $(CLIENTS_VENV) $(IMPORT_VENV) cdk/node_modules tests/clients/node_modules tests/pages/node_modules model.hearth
