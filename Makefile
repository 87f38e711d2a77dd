# All that is run on this repository. `make test` needs Go and git; `make check` also a C compiler, for
# the race detector; `make conformance` what its script says.

GO ?= go
FUZZTIME ?= 60s

# The folders whose comments are checked to be at most 100 characters wide.
COMMENTS = cmd run report sim scenarios internal port backend transcript control conformance bench release examples

.PHONY: test check conformance bench fuzz golden docs dist

test:
	$(GO) test ./...

# A test of cmd/modemsim checks the generated pages. vet compiles with -trimpath what a release needs.
check:
	@files=$$(gofmt -l .); test -z "$$files" || { echo "not formatted (run gofmt -w):" $$files; exit 1; }
	@awk 'length > 100 && /(^|[ \t])\/\/ / { print FILENAME ":" FNR ": wrap this comment at 100 columns"; wide = 1 } \
		END { exit wide }' $$(find $(COMMENTS) -name '*.go')
	$(GO) vet ./...
	$(GO) vet -tags man ./cmd/modemsim
	GOOS=darwin GOARCH=amd64 CGO_ENABLED=0 $(GO) vet -trimpath ./...
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) vet -trimpath ./...
	$(GO) mod tidy -diff
	$(GO) test -race ./...

conformance:
	conformance/run.sh
	$(GO) test ./sim -count=1 -run TestDeterminism -runs 200

# Runs each fuzz target for FUZZTIME.
fuzz:
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$package; \
		done; \
	done

# Writes the answers of the modem and the reports of failing tests into the golden files. Read the diff.
golden:
	$(GO) test ./sim -run 'TestDialogs|TestFailingTests|Wires' -update

docs:
	$(GO) run ./cmd/modemsim commands --markdown >docs/commands.md
	$(GO) run ./cmd/modemsim settings --markdown >docs/settings.md
	$(GO) run ./cmd/modemsim scenarios --markdown >docs/scenarios.md
	$(GO) run ./cmd/modemsim scenarios --faults >docs/faults.md

# Writes the files of a release into dist: see docs/releases.md.
dist:
	$(GO) run ./release dist

# Writes a comparison with C programs into docs/performance.md. Needs a C compiler and about a minute.
bench:
	$(GO) run ./bench docs/performance.md
