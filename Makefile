# Heng's commands; plain `make` lists them.
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-bench
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
UV := $(BIN)/uv
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
LOCKING := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
export UV_PYTHON_DOWNLOADS := never
export PYTHONUNBUFFERED := 1
.PHONY: help demo dev test attacks campaign bench bench-engine bench-panel lint lock

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: $(RUN) ## rehearse the example study and serve it (ROUNDS=1, SERVE=0, PORT=8000)
	@exec $(BIN)/python manage.py demo $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(filter 0,$(SERVE)),--no-serve) $(if $(PORT),--port $(PORT))

dev: $(RUN) ## serve on this machine, every part embedded (PORT=8000)
	@exec $(BIN)/python manage.py up $(if $(PORT),--port $(PORT))

test: $(DEV) ## run all tests on real servers (ARGS="-k round", ARGS="--database sqlite")
	@tests/install-servers
	@$(BIN)/python -m pytest $(or $(ARGS),-n 3 --dist loadfile --no-loadscope-reorder)
	@$(if $(ARGS),,echo "Once more on the embedded database: the walk" && $(BIN)/python -m pytest --database sqlite tests/walk)

attacks: $(DEV) ## attack the panel's anonymity on 50 studies of 24 experts and print the table (STUDIES=50)
	@tests/install-servers
	@ATTACK_STUDIES=$(or $(STUDIES),50) $(BIN)/python -m pytest -q tests/attacks

campaign: $(DEV) ## send 2,000 hostile values to every field (two hours; the suite sends a share to each; VALUES=2000, ONLY=enter)
	@tests/install-servers
	@HENG_CAMPAIGN=$(or $(VALUES),2000) HENG_CAMPAIGN_ONLY=$(ONLY) $(BIN)/python -m pytest -q -s -n 2 --dist load --timeout=28800 tests/access/test_hostile_values.py

bench: $(DEV) bench-engine bench-panel bench-publication ## measure the promises in benchmarks/
	@for file in $(filter-out benchmarks/bench_run.py benchmarks/bench_large.py,$(wildcard benchmarks/bench_*.py)); do echo "== $$file"; $(BIN)/python $$file || exit 1; done

bench-engine: $(PEERS)/.installed ## measure weights, ranks, draws, a run and a large study against their promises
	@$(PEERS)/bin/python benchmarks/engine.py
	@$(BIN)/python benchmarks/bench_run.py
	@$(BIN)/python benchmarks/bench_large.py

bench-panel: $(DEV) ## measure closing a round and its statistics, up to 10,000 experts
	@$(BIN)/python benchmarks/panel.py

bench-publication: $(DEV) ## measure the public pages under 64 connections against Django's floor
	@tests/install-servers
	@$(BIN)/python benchmarks/publication.py

lint: $(DEV) ## check format and style
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

lock: $(DEV) ## resolve requirements*.in again into exact versions with hashes
	@$(LOCKING) $(ARGS) requirements.in -o requirements.txt
	@$(LOCKING) $(ARGS) requirements-dev.in -o requirements-dev.txt
	@$(LOCKING) $(ARGS) requirements-bench.in -o requirements-bench.txt

$(RUN): requirements.txt | $(BIN)/python
	$(call install,requirements.txt,what Heng runs on,install -r $(VENV)/lock.txt)
	@touch $(RUN)

$(DEV): requirements.txt requirements-dev.txt | $(BIN)/python
	$(call install,requirements.txt requirements-dev.txt,what Heng and its tests run on,sync $(VENV)/lock.txt)
	@touch $(RUN) $(DEV)

$(PEERS)/.installed: requirements-bench.txt | $(DEV)
	@echo "Installing the packages to compare with, as locked"
	@$(BIN)/python -m venv --clear $(PEERS)
	@$(UV) pip install --quiet --python $(PEERS)/bin/python --require-hashes -r requirements-bench.txt \
		|| $(PEERS)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

$(BIN)/python:
	@for name in $(PYTHONS); do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Heng needs Python 3.11 or newer; none found as: $(PYTHONS). Name one with: make PYTHON=/path/to/python" >&2; exit 1; \
	fi; \
	echo "Creating $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv --clear $(VENV) || { \
		rm -rf $(VENV); echo "No environment without Python's venv module (Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 1; \
	}

# Installs locks, every file checked against its hash: by uv in seconds, by pip in half a minute where uv cannot be had.
# For tests the environment holds the locks and nothing else (sync); for running it may hold more (install).
define install
	@echo "Installing $(2), as locked"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > $(VENV)/uv.txt
	@cat $(1) | sed '/^uv==/,/[^\\]$$/d' > $(VENV)/lock.txt
	@$(PIP) -r $(VENV)/uv.txt && $(UV) pip $(3) --quiet --python $(BIN)/python --require-hashes \
		|| { echo "Without uv: pip takes half a minute"; $(PIP) -r $(VENV)/lock.txt; }
endef
