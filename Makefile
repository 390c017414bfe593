# The habits of this house. Only Python 3.11 or newer and make are needed.
# The first interpreter that really runs and is new enough: a name on the path may be a shim of a missing version.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV = .venv
BIN = $(VENV)/bin
MANAGE = DJANGO_SETTINGS_MODULE=$${DJANGO_SETTINGS_MODULE:-config.settings.dev} $(BIN)/python manage.py

.PHONY: help run test long e2e walk faults security bench bench-peers lint format coverage demo shell requirements
.DEFAULT_GOAL := help

help:
	@echo "make run       start the portal with demo data (PORT=9000 make run for another port)"
	@echo "make test      the whole suite, in lanes; a closing table says which ran"
	@echo "make long      the same with every persona, and the full counts of walks and faults"
	@echo "make e2e       the browser stories only"
	@echo "make faults    the full counts of every fault on both databases, into docs/faults.md (ROWS=R1,R2 for some)"
	@echo "make walk      10,000 random steps of every verb by everybody, and of money against plain books"
	@echo "make security  attacks on a portal of its own, and what reads the code; figures go to docs/security.md"
	@echo "make bench     a million assignments against the goals of speed (ROWS=100000 ONLY=P1,P4 for less)"
	@echo "make bench-peers  the same work beside another system, and phone pages in Lighthouse (ONLY=P13 for one)"
	@echo "make lint      every check that reads the code; make format repairs what it can"
	@echo "make coverage  lines and branches, both databases together"
	@echo "make demo      throw the demo data away and build it again"
	@echo "make shell     a Python shell with Django"

# A stamp says which resolved list is installed, so that a second call installs nothing.
$(VENV)/.%: requirements/%.txt
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Onsite needs Python 3.11 or newer, and none was found. Name one: make PYTHON=/path/to/python3.11 ..." >&2; exit 2; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python -r $<; \
	elif test -x $(BIN)/uv; then $(BIN)/uv pip install --quiet --python $(BIN)/python -r $<; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<; fi
	@touch $@

run: $(VENV)/.runtime
	@$(BIN)/python -m config.supervisor

test: $(VENV)/.dev
	@$(BIN)/python -m config.lanes $(LANES)

e2e: $(VENV)/.dev
	@$(BIN)/python -m config.lanes browser --long --require browser

walk: $(VENV)/.dev
	@$(BIN)/python -m config.lanes sqlite postgres --long -- tests/walks -k ten_thousand -rP

faults: $(VENV)/.dev
	@$(BIN)/python -m config.faults $(if $(ROWS),--rows $(ROWS))

security: $(VENV)/.dev
	@$(BIN)/python -m tests.hostile $(SECURITY)

# On the PostgreSQL server of DATABASE_URL, in a database of its own; then what SQLite has a goal for.
ROWS ?= 1000000
ONLY ?=
bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks --rows $(ROWS) --only "$(ONLY)"
	@$(BIN)/python -m benchmarks --rows $(ROWS) --sqlite --only P4,P7,P9

# On the same server, in databases of their own; the peer and Lighthouse are installed into var/peers.
PEER_ROWS ?= 100000
bench-peers: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.peers --rows $(PEER_ROWS) --only "$(ONLY)"

long: $(VENV)/.dev
	@$(BIN)/python -m config.lanes --long

coverage: $(VENV)/.dev
	@$(BIN)/python -m config.lanes sqlite postgres --coverage

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo: $(VENV)/.runtime
	@$(MANAGE) demo --reset

shell: $(VENV)/.runtime
	@$(MANAGE) shell

# Resolve the lists anew after a change in pyproject.toml. No index address may get into them.
UVC = $(BIN)/uv pip compile --quiet --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 --universal
requirements: $(VENV)/.dev
	$(UVC) pyproject.toml -o requirements/runtime.txt
	$(UVC) pyproject.toml --extra dev -c requirements/runtime.txt -o requirements/dev.txt
	$(UVC) pyproject.toml --extra production -c requirements/runtime.txt -o requirements/production.txt
