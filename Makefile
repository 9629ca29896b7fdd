# make builds and tests; the other targets do what they say. See README.md.

GO ?= go
SQLC = github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1

.PHONY: all build test deps lint bench bench-status bench-sync generate fuzz test-consistency

all: build test

build:
	$(GO) build -o bin/electric ./cmd/electric

# Everything: unit tests, golden cases against a real Postgres, the command line.
# A package that talks to many servers may take longer than go test's ten minutes.
test: deps
	$(GO) test -timeout 30m ./...

# A C compiler for the parser and a Postgres to compare with, where they are missing.
deps:
	@scripts/test-deps

# Format, vet, and the import picture of docs/architecture.md.
lint:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	$(GO) vet ./...
	$(GO) test ./internal/imports

# 1,000 generated migrations, beside sqlc in one run.
bench: build bin/sqlc
	$(GO) run ./internal/bench -electric bin/electric -sqlc bin/sqlc

# electric status as a whole process on 50 and 500 tables, beside pg_dump -s.
bench-status: build
	$(GO) test ./cmd/electric -count=1 -v -run TestStatusSpeed -speed $(CURDIR)/bin/electric

# The sync server beside psql's COPY, and under load: takes a few minutes, and
# wants curl. ONLY=live measures one part.
bench-sync: build
	$(GO) run ./internal/syncbench -electric bin/electric -only "$(ONLY)"

bin/sqlc:
	GOBIN=$(CURDIR)/bin $(GO) install $(SQLC)

# Whatever is generated; the tree is clean afterwards.
generate:
	$(GO) generate ./...
	$(GO) test ./bundle -run Published -rewrite
	$(GO) test ./config -run Docs -rewrite

# FUZZTIME for each fuzz test, one after the other.
FUZZTIME ?= 30s
fuzz:
	@scripts/fuzz $(FUZZTIME)

# The sync server against random transactions while network, Postgres and the server itself break; about 15 minutes.
# Of a new seed each time, which is printed: SEED=N repeats.
TRANSACTIONS ?= 10000
SEED ?= 0
test-consistency:
	$(GO) test ./shape/internal/consistency -count=1 -v -run TestLong -transactions $(TRANSACTIONS) -seed $(SEED) -timeout 60m
