# All that is run on this repository. `make test` needs Go and git; `make check` also a C compiler, for
# the race detector; `make conformance` what its script says.

GO ?= go
FUZZTIME ?= 60s
SOAKTIME ?= 10m

# The folders whose comments are checked to be at most 100 characters wide.
COMMENTS = cmd run report sim scenarios internal port backend transcript control conformance bench release examples soak

.PHONY: test check conformance bench fuzz soak golden docs dist vuln

test:
	$(GO) test ./...

# A test of cmd/modemsim checks the generated pages. vet compiles with -trimpath what a release needs.
check:
	@files=$$(gofmt -l .); test -z "$$files" || { echo "not formatted (run gofmt -w):" $$files; exit 1; }
	@awk 'length > 100 && /(^|[ \t])\/\/ / { print FILENAME ":" FNR ": wrap this comment at 100 columns"; wide = 1 } \
		END { exit wide }' $$(find $(COMMENTS) -name '*.go')
	$(GO) vet ./...
	$(GO) vet -tags man ./cmd/modemsim
	$(GO) vet -tags iofail ./soak
	GOOS=darwin GOARCH=amd64 CGO_ENABLED=0 $(GO) vet -trimpath ./...
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) vet -trimpath ./...
	$(GO) mod tidy -diff
	cd conformance/tools && $(GO) mod tidy -diff
	@set -e; check=$$(cd conformance/tools && $(GO) tool -n staticcheck); for system in linux darwin windows; do \
		echo "GOOS=$$system staticcheck ./..."; GOOS=$$system CGO_ENABLED=0 $$check ./...; \
	done; $$check -tags man ./cmd/modemsim
	$(GO) test -race -timeout 30m ./...

# Looks for known vulnerabilities in what the program uses. No gate: the database is read from VULNDB,
# which not every network reaches, and it changes without the code.
VULNDB ?= https://vuln.go.dev
vuln:
	@check=$$(cd conformance/tools && $(GO) tool -n govulncheck) || exit 1; $$check -db $(VULNDB) ./... && exit; code=$$?; \
	if test $$code = 3; then echo "vuln: update what is listed above"; \
	else echo "vuln: nothing was checked: see above; if $(VULNDB) cannot be reached, name a copy: make vuln VULNDB=file:///PATH"; fi; \
	exit $$code

conformance:
	conformance/run.sh
	$(GO) test ./sim -count=1 -timeout 30m -run TestDeterminism -runs 200
	$(GO) test -tags iofail ./soak -count=1 -timeout 30m -run Operation -every 59

# Runs each fuzz target for FUZZTIME, those behind one that fails too, and lists the failures.
fuzz:
	@packages=$$($(GO) list ./...) || exit 1; failed=; \
	for package in $$packages; do \
		list=$$($(GO) test -list '^Fuzz' $$package) || { echo "$$list"; failed="$$failed $$package"; continue; }; \
		for target in $$(echo "$$list" | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$package || \
				failed="$$failed $$package.$$target"; \
		done; \
	done; \
	for target in $$failed; do echo "failed: $$target"; done; test -z "$$failed"

# Runs for a day what the gates run for seconds: seeds, every place at which a read may cut a session,
# random scenarios for SOAKTIME, one pty for 10,000 files, one program 100 times on a busy machine, and
# every operation failing in turn.
soak:
	$(GO) test ./sim -count=1 -timeout 0 -v -run 'TestSeeds$$|TestWeek' -seeds 200
	$(GO) test ./sim -count=1 -timeout 0 -v -run 'Recut|TestGluedDialogs' -recut 0
	$(GO) test ./sim -run '^$$' -fuzz '^FuzzRules$$' -fuzztime $(SOAKTIME) -fuzzminimizetime 1x
	$(GO) test ./soak -count=1 -timeout 0 -v -run 'Downloads|Verdicts' -downloads 10000 -verdicts 100
	$(GO) test -tags iofail ./soak -count=1 -timeout 0 -v -run Operation

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
