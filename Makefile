# Two commands: `make demo` and `make test`. Both do their whole set-up on a fresh Debian 12 with Swift.
.PHONY: help demo test build release lint format bench drill fuzz soak clean

RELEASE := .build/release

help: ## what can be made here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

demo: ## the main job on this machine, end to end (about two minutes after the first build)
	@scripts/setup.sh demo
	@$(MAKE) --no-print-directory release
	@$(RELEASE)/dimmer demo $(DEMO)

test: ## all tests, on real parts
	@scripts/setup.sh test
	@scripts/test.sh

build: ## debug build
	@scripts/setup.sh build
	@swift build

release: ## optimised build of both programs
	@scripts/setup.sh build
	@echo "dimmer: building (the first time takes some minutes)" >&2
	@swift build -c release

lint: ## formatting and style, as the tests check them
	@swift format lint --strict --recursive --parallel Sources Tests Fuzzing Package.swift

format: ## formats all sources
	@swift format --in-place --recursive --parallel Sources Tests Fuzzing Package.swift

bench: release ## figures beside the peers, into docs/BENCHMARKS.md's terms
	@scripts/bench.sh

drill: ## two hundred kills at random moments, with a meter of one's own and with one for all
	@scripts/setup.sh test
	@DIMMER_KILLS=200 scripts/test.sh --filter KillTests

fuzz: ## made-up bytes for what faces the network and reads accounts (DIMMER_FUZZ_SECONDS each, 600), made-up requests for the API
	@scripts/setup.sh test
	@scripts/fuzz.sh
	@DIMMER_FUZZ_EXAMPLES=2000 DIMMER_FUZZ_SEED=$$(date +%s) scripts/test.sh --filter CarbonAwareClientTests/fuzzed

soak: release ## half an hour of faults from all sides (DIMMER_SOAK_SECONDS); every answered request must have its row
	@python3 Benchmarks/soak.py $(RELEASE) $${DIMMER_SOAK_SECONDS:-1800} $(DIMMER_SOAK_SEED)

clean: ## removes what was built and the demo's environment
	@rm -rf .build .build-fuzz .fuzz .venv .venv-tests .dimmer
