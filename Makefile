# Everything is built in the release configuration, so that `make run` and `make test` share one build of the libraries.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

.PHONY: help run build test bench format lint clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set up what is missing, build, and serve on http://127.0.0.1:3000 (PORT, DATA_DIR)
	@scripts/setup
	@scripts/build
	@exec .build/release/tradepulse serve

build: ## Build the release program
	@scripts/setup
	@scripts/build

test: ## Run every test; the last line says how many passed and failed
	@scripts/test

bench: build ## Run the benchmarks
	@Benchmarks/run

format: ## Format the Swift sources in place
	@swift format format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift

lint: ## Check the format of the Swift sources
	@swift format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift

clean: ## Remove what was built (not the data, not the fetched assets)
	@rm -rf .build
