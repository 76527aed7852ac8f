# Everything a newcomer needs: `make demo` shows the main job, `make test` checks it. Plain `make` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WAVES := $(VENV)/.waves
# Two processes for what takes long: whoever has no tests left takes some of the other's.
TWO := -n 2 --dist worksteal
# One more where many tests wait for servers, disks and each other: two leave an eighth of two processors idle.
THREE := -n 3 --dist worksteal

# Where it is set each of the many processes that tests start compiles a thousand files of the router anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo journey test integration prove soak check lint format protos docs bench figure serve clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup: $(READY) ## install everything from the lock file into ./.venv

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
		|| { echo "router needs Python 3.11 to 3.14; say which one with: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@echo "compiling the kernels (once, about a minute and a half)"
	@$(BIN)/python -c 'from router.routing.warm_up import warm_up; warm_up()'
	@$(BIN)/python -c 'from router.service.to_proto.routing import warm_up_answers; warm_up_answers()'
	@$(BIN)/python -c 'from router.service.from_proto.plain_orders import warm_up_orders; warm_up_orders()'
	@touch $(READY)

$(WAVES): $(READY)
	@echo "compiling the kernels of waves (once, about a minute)"
	@$(BIN)/python -c 'from router.solver.wave.warm_up import warm_up_waves; warm_up_waves()'
	@touch $(WAVES)

demo: $(READY) ## run the main job: 1,000 orders through a real server, and one of them explained
	@$(BIN)/router demo

journey: $(READY) ## tell one order from the web shop to the replacement, and units that move first, through a real server
	@$(BIN)/python -m tests.journeys.tell

serve: $(WAVES) ## keep a server running on 127.0.0.1:50051 with the ledger in ./router.sqlite
	@$(BIN)/router serve --db router.sqlite --rules rules/baseline

test: $(WAVES) ## all tests that need nothing beyond PyPI (under 10 minutes on 2 cores)
	$(BIN)/python -m pytest -m "not integration" $(TWO)

integration: $(WAVES) ## tests with the real outside parts: buf as a stranger's client, an editor, a browser
	@tests/integration/run.sh $(BIN)/python

prove: $(WAVES) ## the reliability programme at its full figures (at most 45 minutes)
	PROVE=1 $(BIN)/python -m pytest -m "not integration" $(THREE) --timeout=2400 --durations=20
	@PROVE=1 tests/integration/run.sh $(BIN)/python postgres & beside=$$!; \
		$(BIN)/python -m benchmarks.figure exact_mismatches --full; figure=$$?; wait $$beside && exit $$figure

soak: $(WAVES) ## the reliability programme of the ledger in its long form: hours
	PROVE=soak $(BIN)/python -m pytest tests/proof tests/feeds tests/connectors/test_kill.py $(TWO) --timeout=0
	@PROVE=soak tests/integration/run.sh $(BIN)/python postgres

check: lint test ## lint and test

lint: $(READY) ## ruff, mypy and buf
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/python clients/python/contract.py
	MYPYPATH=clients/python/src $(BIN)/mypy -p router_client
	cd protos && ../$(BIN)/buf lint

format: $(READY) ## format all Python
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

protos: $(READY) ## generate the Python code of the contract
	$(BIN)/python protos/generate.py
	$(BIN)/python protos/reference.py

docs: $(READY) ## write the reference pages and schemas that are made from the code
	$(BIN)/python docs/reference/generate.py

bench: $(READY) ## speed of each layer and the short figures beside their budgets, with charts (under 5 minutes)
	@mkdir -p build/bench
	$(BIN)/python -m pytest benchmarks/speed --timeout=0 --benchmark-only --benchmark-max-time=0.5 --benchmark-json=build/bench/layers.json
	@$(BIN)/python -m benchmarks.report $(if $(KEEP),--keep)

figure: $(READY) ## one measured figure: make -s figure NAME=exact_mismatches [FULL=1]
	@$(BIN)/python -m benchmarks.figure $(NAME) $(if $(FULL),--full)

clean: ## remove what make has made
	rm -rf $(VENV) build .pytest_cache .ruff_cache .mypy_cache
