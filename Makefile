# Two commands do all set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8080
HOST ?= 127.0.0.1
DATA ?= data/demo

BIN = .venv/bin
STAMP = .venv/.installed
TESTS = .venv/.installed-tests

.PHONY: demo serve test check bench lock widget words clean

demo: $(STAMP)
	$(BIN)/belowline demo --port $(PORT) --host $(HOST) --data "$(DATA)"

serve: $(STAMP)
	$(BIN)/belowline serve --port $(PORT) --host $(HOST) --data "$(DATA)"

test: $(TESTS) chromium check
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(if $(SECOND_TRY),|| { [ $$? = 1 ] && $(SECOND); })

# For CI (docs/decisions/0022): what failed is tried again alone, after all that it said stands above.
SECOND = echo "Trying again, alone, what failed:" && $(BIN)/python -m pytest -v --last-failed

check: $(TESTS)
	$(BIN)/ruff check src tests benchmarks translating
	$(BIN)/ruff format --check src tests benchmarks translating
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(TESTS)
	$(BIN)/python -m benchmarks

# The exact versions of requirements.lock, then Belowline itself, so that its files can be edited in place.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

$(TESTS): requirements-test.lock $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $(TESTS)

# Debian's Chromium when we may install it; Playwright's own otherwise.
.PHONY: chromium
chromium: $(TESTS)
	@command -v chromium >/dev/null || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null; \
	  else $(BIN)/playwright install chromium; fi

lock:
	$(BIN)/python -m pip install --quiet uv
	for extra in build test; do \
	  $(BIN)/uv pip compile --quiet --extra build --extra $$extra --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url pyproject.toml -o requirements$$(test $$extra = test && echo -test).lock || exit 1; done

widget:
	cd widget && npm ci --no-audit --no-fund && npm run build

words: $(STAMP)
	$(BIN)/python -m translating

clean:
	rm -rf .venv build *.egg-info src/*.egg-info
