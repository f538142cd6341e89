# The two commands of the README are `make night` and `make test`; each does all of its own set-up.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := 1
# what a test or a night writes as bytecode is nobody's source
export PYTHONUTF8 := 1

.PHONY: help night test ui bench campaign test-spark lint docs sbom known-issues lock clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/tools: requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "winshare needs Python 3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/tools.txt
	@touch $@

# uv is several times as fast; where it cannot reach the package index that pip is set up for, pip does it
define install
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --only-binary :all: --compile-bytecode -r $(1) \
		|| $(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r $(1)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline -e . \
		|| $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(2)
endef

$(VENV)/run: $(VENV)/tools requirements/run.txt pyproject.toml
	$(call install,requirements/run.txt,$@)

$(VENV)/dev: $(VENV)/tools requirements/dev.txt pyproject.toml
	$(call install,requirements/dev.txt,$@)

# beside the environment and not in it: what a reader of a release may still have installed, what the
# sources are held against, an emulator, vendors' clients and a PostgreSQL server, and what looks at
# the locked packages
$(VENV)/readers $(VENV)/emulators $(VENV)/supply: $(VENV)/%: $(VENV)/tools requirements/%.txt
	@rm -rf $@
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --only-binary :all: --no-deps --target $@ -r requirements/$*.txt \
		|| $(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: --no-deps --target $@ -r requirements/$*.txt
	@touch $@

# models of vendors' records, read as text: no dependencies, and no Python of theirs
$(VENV)/shapes: $(VENV)/tools requirements/shapes.txt
	@rm -rf $@
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --python-version 3.13 --require-hashes --no-deps --target $@ \
			--only-binary :all: --no-binary xero-python --build-constraints requirements/shapes.txt -r requirements/shapes.txt \
		|| echo "SKIPPED the models of vendors' clients: no source package can be built here"
	@test ! -d $@ || touch $@

# pyspark has no wheel on the index: the one source package, built with the setuptools of the same lock
SPARK := .venv-spark
$(SPARK)/spark: $(VENV)/tools requirements/spark.txt
	@test -x $(SPARK)/bin/python || $(PYTHON) -m venv $(SPARK)
	@echo "Setting up $(SPARK) (once, 300 MB)"
	@$(BIN)/uv pip install --quiet --python $(SPARK)/bin/python --require-hashes --only-binary :all: --no-binary pyspark \
			--build-constraints requirements/spark.txt --compile-bytecode -r requirements/spark.txt \
		|| { sed -n '/^setuptools==/,/# via/p' requirements/spark.txt > $(SPARK)/setuptools.txt \
			&& $(SPARK)/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r $(SPARK)/setuptools.txt \
			&& $(SPARK)/bin/python -m pip install --quiet --require-hashes --only-binary :all: --no-binary pyspark \
				--no-build-isolation -r requirements/spark.txt; }
	@touch $@

night: $(VENV)/run ## Set up, make the sample company once, run a night and say what it published
	@$(BIN)/winshare night || { test ! -e $${WINSHARE_HOME:-.winshare}/sample && test -z "$$WINSHARE_CONFIG" && \
		$(BIN)/winshare sample --size S && $(BIN)/winshare night; }

test: $(VENV)/dev $(VENV)/readers $(VENV)/emulators $(VENV)/shapes ## Set up and run all tests
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not campaign"

ui: $(VENV)/run ## Dagster's web page and daemon on loopback
	@$(BIN)/winshare serve

bench: $(VENV)/dev ## Figures: a night beside the same SQL alone
	@$(BIN)/python -m bench

campaign: $(VENV)/dev ## The long tests
	@$(BIN)/python -m pytest -n auto --dist worksteal -m campaign

# the campaign builds a whole night on both engines: minutes
SPARK_TESTS ?= not campaign
test-spark: $(VENV)/run ## The macros and models on a local Spark, where Java is present
	@if "$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version >/dev/null 2>&1; then \
		$(MAKE) --no-print-directory $(SPARK)/spark \
			&& $(SPARK)/bin/python -m pytest -q --confcutdir=tests/spark -p no:cacheprovider -m "$(SPARK_TESTS)" tests/spark; \
	else echo "SKIPPED test-spark: no Java here; install a Java 17 runtime to try the macros and models on Spark"; fi

lint: $(VENV)/dev ## Check style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

docs: $(VENV)/dev ## Write the generated pages of docs/
	@$(BIN)/python -m orchestration.pages && $(BIN)/python -m tests.orchestration.snapshot \
		&& $(BIN)/python -m tests.expectations.registered

sbom: $(VENV)/supply ## Write what a night is made of as CycloneDX: sbom.cdx.json
	@PYTHONPATH=$(VENV)/supply $(BIN)/python -m cyclonedx_py requirements --output-reproducible \
		--pyproject pyproject.toml --mc-type application --of JSON -o sbom.cdx.json requirements/run.txt

known-issues: $(VENV)/supply ## Ask the package index which locked packages have known issues (needs the network)
	@PYTHONPATH=$(VENV)/supply $(BIN)/python -m pip_audit --require-hashes --disable-pip -r requirements/run.txt

lock: $(VENV)/tools ## Lock the requirements anew
	@for set in tools run dev readers supply; do $(LOCK) --only-binary :all: requirements/$$set.in -o requirements/$$set.txt; done
	@$(LOCK) --only-binary :all: --override requirements/emulators.overrides requirements/emulators.in -o requirements/emulators.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-deps --python-version 3.13 \
		--only-binary :all: --no-binary xero-python requirements/shapes.in -o requirements/shapes.txt
	@$(LOCK) requirements/spark.in -o requirements/spark.txt

clean: ## Remove environments and the default home
	rm -rf $(VENV) .venv-spark .winshare
