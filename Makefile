# Short names for the project's scripts, which work without make too.
# `make` alone says what there is.
.POSIX:
.PHONY: help example test all judges lint format bench bench-collection bench-library bench-backup lock schema pictures gallery gallery-update gallery-readme clean

BOOTSTRAP = set -eu; . .ci/bootstrap.sh

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' Makefile

example: ## install what is missing, bind the example page into output/
	sh examples/run.sh

test: ## install what the tests need, lint, run the tests
	sh tests/run.sh

all: ## the same with the slow outside judges, as CI does
	sh tests/run.sh --all

judges: ## only the slow outside judges (EPUBCheck, veraPDF, Ace, EPUB readers)
	sh tests/run.sh --all -m judge

lint: ## only the linters
	sh tests/run.sh --lint

format: ## lay out the code, sort the imports
	@$(BOOTSTRAP); prepare development; "$$ENVIRONMENT/bin/ruff" check --fix-only . ; "$$ENVIRONMENT/bin/ruff" format .

bench: ## time and memory, beside weasyprint, pandoc and plain Pillow; writes benchmarks/*.md
	@$(BOOTSTRAP); prepare project; "$$PYTHON" benchmarks/run.py; \
	    "$$PYTHON" benchmarks/fetching.py; "$$PYTHON" benchmarks/deriving.py

bench-collection: ## time and memory of 200 to 5,000 threads, beside weasyprint, pandoc, typst and percollate (an hour)
	@$(BOOTSTRAP); prepare project; "$$PYTHON" benchmarks/collection.py $(ARGUMENTS)

bench-library: ## a library of 1,000 pages: taking in, looking over beside sha256sum, finding among 100,000 posts
	@$(BOOTSTRAP); prepare project; "$$PYTHON" benchmarks/library.py $(ARGUMENTS)

bench-backup: ## nightly runs over a thousand threads; writes benchmarks/backup.md
	@$(BOOTSTRAP); prepare project; "$$PYTHON" benchmarks/backup.py $(ARGUMENTS)

lock: ## compute requirements-dev.lock anew from pyproject.toml (needs uv)
	sed -n '/^#/p' requirements-dev.lock > requirements-dev.lock.new
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	    --generate-hashes --no-annotate --no-header --upgrade --quiet >> requirements-dev.lock.new
	mv requirements-dev.lock.new requirements-dev.lock

schema: ## write the JSON Schema of a thread anew from the model
	@$(BOOTSTRAP); prepare project; "$$PYTHON" -c "from threadbound.model import codec; codec.SCHEMA_FILE.write_bytes(codec.make_schema())"

pictures: ## draw the example's pictures anew
	@$(BOOTSTRAP); prepare project; "$$PYTHON" examples/make_pictures.py

gallery: ## bind one thread of each kind, draw every page into output/gallery/, compare with the golden ones
	@$(BOOTSTRAP); prepare development; PYTHONPATH=examples "$$PYTHON" -m gallery

gallery-update: ## the same, and keep the pages as the golden ones (tests/gallery/golden/)
	@$(BOOTSTRAP); prepare development; PYTHONPATH=examples "$$PYTHON" -m gallery --update

gallery-readme: ## draw the pages that README.md shows into docs/images/
	@$(BOOTSTRAP); prepare development; PYTHONPATH=examples "$$PYTHON" -m gallery --readme

clean: ## remove what was made, but not output/ and not the environment
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +
