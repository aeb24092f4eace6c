# Throughline. `make` lists what there is; the work is in scripts/.
# Paths are relative and the shell is quoted, so that a folder with a space in its name works.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test crash faults power-cut lint plugins build bench bench-peers scale decide simulate web-check web-dev e2e shots guide fmt clean

help: ## list the targets
	@echo 'Throughline'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18
	@echo
	@echo '  PORT=8790     where `make run` listens on 127.0.0.1'
	@echo '  DATA=./data   where `make run` keeps its data'
	@echo '  TESTS=...     further arguments for `make test`, as nextest takes them'
	@echo '  SEEDS=10000   seeds of `make simulate`, the first is FROM=0; SEED=123 replays one with its trace'
	@echo '  ROUNDS=3 SECONDS_=20 WARMUP=5 CONNECTIONS=16,64 RATES=200,500'
	@echo '                how much `make bench` measures; SMOKE=1 is a look at its form in under a minute'
	@echo '  KILLS=300     kills of `make crash`; SEED=1 another campaign; BREAK=fault one that must be found;'
	@echo '                LANES=4 servers at work on each store; RELEASE=1 builds as a release is built'
	@echo '  ROUNDS=1      rounds of each kind of `make faults`; SEED=1 another campaign; KINDS=full,flush only these'
	@echo '  RUNS=10000000 WAITING=1000000 INBOX=1000000 ITEMS=100000 STORES=sqlite,postgres PARTS=history,retention,waiting,inbox,each'
	@echo '                how much `make scale` generates; SMOKE=1 is a look at its form'
	@echo '  DECISIONS=1000 RACES=10000 AT_ONCE=100  how much `make decide` does; SMOKE=1 is a look at its form'
	@echo '  IMAGES=100    images of `make power-cut`, with SEED and BREAK as above'

run: ## build what is missing and start the demo
	@exec bash scripts/run.sh

test: ## build, start a private PostgreSQL, run every test
	@exec bash scripts/test.sh $(TESTS)

crash: ## kill the server at every named point and check what it promised (docs/testing.md)
	@exec env KILLS='$(KILLS)' SEED='$(SEED)' BREAK='$(BREAK)' LANES='$(LANES)' RELEASE='$(RELEASE)' bash scripts/crash.sh

faults: ## stop the server past its lease, end its PostgreSQL, fill its disk, fail a flush; the same checker
	@exec env ROUNDS='$(ROUNDS)' SEED='$(SEED)' KINDS='$(KINDS)' bash scripts/faults.sh

power-cut: ## image the disk under load as power cuts leave it, start from each image and check it
	@exec env IMAGES='$(IMAGES)' SEED='$(SEED)' BREAK='$(BREAK)' OPTIONAL='$(OPTIONAL)' bash scripts/power-cut.sh

lint: ## formatting, clippy, licences and advisories, file lengths
	@exec bash scripts/lint.sh

plugins: ## build the connectors into the bundle
	@exec bash scripts/build.sh dev

build: ## one release binary with its bundle, in target/dist
	@exec bash scripts/build.sh release

simulate: ## play SEEDS lives of runs with faults, from seeds, and check each
	@exec env SEEDS='$(SEEDS)' FROM='$(FROM)' SEED='$(SEED)' cargo run --locked -q -p throughline-simulation

bench: ## measure the release build: runs/s, times, counted work a run
	@exec bash scripts/bench.sh

bench-peers: ## the same, in turn with n8n, Node-RED and Restate from npm
	@exec bash scripts/bench.sh peers

scale: ## ten million finished runs, a million waiting, a for-each of 100,000 items: is it still quick?
	@exec bash scripts/scale.sh

decide: ## from a decision to its write, and ten thousand decisions that race: how quick, and never wrong
	@exec bash scripts/decide.sh

web-check: ## types, lint, unit tests and size of the web
	@exec bash scripts/web.sh check

web-dev: ## the web with hot reload, against a running server
	@exec bash scripts/web.sh dev

e2e: ## journeys in Chromium, at desktop and phone width, light and dark
	@exec env PROJECT='$(PROJECT)' bash scripts/web.sh e2e

shots: ## a picture of every page, to look at
	@exec bash scripts/web.sh shots

guide: ## take the pictures of docs/guide anew, from the journey that they show
	@exec bash scripts/web.sh guide

fmt: ## format the Rust code
	@cargo fmt --all

clean: ## remove what was built (the demo's data stays)
	@exec bash scripts/clean.sh
