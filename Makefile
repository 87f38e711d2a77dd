# Everything that is run on this repository. `make test` needs Go and git; `make check` a C compiler as well, for the race
# detector; `make conformance` what its script says.

GO ?= go
FUZZTIME ?= 60s

.PHONY: test check conformance bench fuzz golden docs dist

test:
	$(GO) test ./...

# The page of a table is checked by a test of cmd/modemsim. What vet compiles with -trimpath a release needs too.
check:
	@files=$$(gofmt -l .); test -z "$$files" || { echo "not formatted (run gofmt -w):" $$files; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags man ./cmd/modemsim
	GOOS=darwin GOARCH=amd64 CGO_ENABLED=0 $(GO) vet -trimpath ./...
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) vet -trimpath ./...
	$(GO) mod tidy -diff
	$(GO) test -race ./...

conformance:
	conformance/run.sh
	$(GO) test ./sim -count=1 -run TestDeterminism -runs 200

# Each fuzz target for FUZZTIME.
fuzz:
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$package; \
		done; \
	done

# Writes what the modem answers into the golden dialogs, and what tests fail with; read the diff.
golden:
	$(GO) test ./sim -run 'TestDialogs|TestFailingTests|Wires' -update

docs:
	$(GO) run ./cmd/modemsim commands --markdown >docs/commands.md
	$(GO) run ./cmd/modemsim settings --markdown >docs/settings.md
	$(GO) run ./cmd/modemsim scenarios --markdown >docs/scenarios.md
	$(GO) run ./cmd/modemsim scenarios --faults >docs/faults.md

# What a release consists of, into dist: see docs/releases.md.
dist:
	$(GO) run ./release dist

# Against C programs, into docs/performance.md. Needs a C compiler and about a minute.
bench:
	$(GO) run ./bench docs/performance.md
