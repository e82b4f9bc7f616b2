# The targets of Axol, for people and for .ci/run. 'make' or 'make help' lists them.

GO      ?= go
AXOL    := bin/axol
TIMEOUT := 8m

# Packages that run no generated code by themselves: the race detector can watch all they do.
# Of package probes it watches the tests on the interpreter.
RACE := ./jit/a64 ./jit/fp ./jit/ir ./jit/lift ./jit/interp ./probes
# Packages that do not depend on the host: their tests also run on arm64.
PORTABLE := ./jit/a64 ./jit/fp ./jit/ir ./jit/lift ./jit/interp ./runtime/elf ./runtime/image

PACKAGES := qemu-user-static binutils-aarch64-linux-gnu gcc-aarch64-linux-gnu

.PHONY: help build run test test-deps test-arm64 build-arm64 count-arm64 hardware-check lint bench peers programs kernel fuzz diff coverage cover

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the command, bin/axol
	$(GO) build -o $(AXOL) ./cmd/axol

run: build ## run the embedded guest through the translator with probes on it, then print what probes cost
	$(AXOL) run --stats --probe 'p:alloc runtime.mallocgc size=%x0' --probe 'p:schedule runtime.schedule' "$$($(AXOL) guest)"
	$(AXOL) bench --count 5 hit/ table/ arm/

test: test-deps ## run all tests; those that need packages which cannot be had are skipped by name
	$(GO) test -timeout $(TIMEOUT) ./...
	$(GO) test -race -timeout $(TIMEOUT) $(RACE)
	@$(MAKE) --no-print-directory test-arm64 ARM64TESTS='$(PORTABLE) ./jit/arm64'

test-deps:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! dpkg -s $(PACKAGES) >/dev/null 2>&1; then \
		(apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $(PACKAGES)) || \
		echo "make test: $(PACKAGES) cannot be installed: the tests that need them are skipped"; \
	fi
	@bench/fetch.sh programs || echo "make test: programs cannot be fetched: the tests that need them are skipped"
	@bench/fetch.sh kernel || echo "make test: kernels cannot be fetched: the tests that need them are skipped"

# On an arm64 host, guest addresses are host addresses, so that Axol itself has to be out of the way: its text lies above
# the guest's memory, and Go's heap where it always was. Where the host is another, QEMU runs it.
ARM64FLAGS := -ldflags=-T=0x5500011000
ARM64 := GOARCH=arm64 CGO_ENABLED=0 GOEXPERIMENT=norandomizedheapbase64
ARM64TESTS := $(PORTABLE) ./jit/arm64 ./jit ./jit/trial ./runtime/mem ./runtime ./probes/filter ./probes/trace ./probes
# 'make test' runs the tests of few of these packages, as QEMU is slow.
QEMU ?= $(if $(filter aarch64,$(shell uname -m)),,qemu-aarch64-static)

build-arm64: ## build the command for an arm64 host, bin/axol-arm64
	$(ARM64) $(GO) build $(ARM64FLAGS) -o $(AXOL)-arm64 ./cmd/axol

test-arm64: ## run the tests of the arm64 host (by qemu-aarch64-static if the host is another)
	@if [ -n "$(QEMU)" ] && ! command -v $(QEMU) >/dev/null; then echo "make test-arm64: needs $(QEMU)"; exit 0; fi; \
	$(ARM64) $(GO) build $(ARM64FLAGS) ./... || exit 1; \
	mkdir -p bin; for p in $(ARM64TESTS); do \
		$(ARM64) $(GO) test -c $(ARM64FLAGS) -o bin/arm64.test $$p || exit 1; \
		[ -e bin/arm64.test ] || continue; \
		(cd $$p && $(QEMU) $(CURDIR)/bin/arm64.test -test.short -test.timeout $(TIMEOUT); \
			echo $$? >$(CURDIR)/bin/arm64.status) 2>&1 | cat; \
		[ "$$(cat bin/arm64.status)" = 0 ] || { echo "FAIL $$p (arm64)"; exit 1; }; \
		echo "ok $$p (arm64)"; rm bin/arm64.test; \
	done

count-arm64: build build-arm64 ## count the host instructions per guest instruction on an arm64 host, by a plugin of QEMU 7.2
	bench/count/count.sh $(AXOL) $(AXOL)-arm64

hardware-check: ## the test to run first on a real arm64 host: what emulation cannot show of code patching, exclusives, ordering, signals
	mkdir -p bin && $(ARM64) $(GO) test -c $(ARM64FLAGS) -o bin/hardware.test ./jit
	cd jit && AXOL_HARDWARE=1 $(QEMU) $(CURDIR)/bin/hardware.test -test.v -test.timeout 30m \
		-test.run 'Stress|Rewritten|StoreBuffering|Messages|SharedCounters|Kick|Unaligned|StoreExclusive|ManyEngines'

lint: ## gofmt, go vet, staticcheck
	@bad=$$(gofmt -l .); [ -z "$$bad" ] || { echo "not formatted: $$bad"; exit 1; }
	$(GO) vet ./...
	GOARCH=arm64 $(GO) vet ./...
	$(GO) tool staticcheck ./...

bench: build ## measure what probes cost, and draw it (bin/bench.html)
	$(AXOL) bench --plot bin/bench.html --out bin/bench.txt

peers: build ## fetch two versions of qemu-aarch64 and Debian's programs, and compare the speed of programs and of small loops
	bench/fetch.sh programs
	bench/fetch.sh qemu
	$(AXOL) bench --peers --count 3

programs: ## fetch Debian's programs for arm64, and run all tests of programs and of Go's standard library
	bench/fetch.sh programs
	AXOL_PROGRAMS=all $(GO) test -count=1 -timeout 60m -run 'Program|GoStd' ./cmd/axol

KERNELS = $${AXOL_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/axol}/kernel-

kernel: build ## fetch Debian's kernels 6.1 and 6.12, sweep both, leave a page of each in bin, and compare them
	bench/fetch.sh kernel
	$(AXOL) sweep --report bin/sweep-6.1.html $(KERNELS)6.1/boot/vmlinuz-*
	$(AXOL) sweep --report bin/sweep-6.12.html $(KERNELS)6.12/boot/vmlinuz-*
	$(AXOL) sweep diff $(KERNELS)6.1/boot/vmlinuz-* $(KERNELS)6.12/boot/vmlinuz-*

FUZZTIME := 20s

fuzz: ## run every fuzz test for FUZZTIME (20s)
	@grep -rn --include='*_test.go' -o '^func Fuzz[A-Za-z0-9]*' . | sed 's|/[^/]*_test.go:[0-9]*:func| |' | sort -u | while read -r dir name; do \
		$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$dir" || exit 1; \
	done

SAMPLES := 256

diff: test-deps ## try SAMPLES (256) instructions of every line of the A64 table on every engine against qemu-aarch64, and any words
	AXOL_SAMPLES=$(SAMPLES) $(GO) test -count=1 -timeout 1h -v ./jit/trial
	AXOL_SAMPLES=$(SAMPLES) $(GO) test -count=1 -timeout 1h -v -run AnyWord ./runtime

coverage: build ## count what there is of the instruction set, and how it is run
	@$(AXOL) coverage

cover: ## test coverage of each package, and the functions no test reaches
	@mkdir -p bin
	$(GO) test -timeout $(TIMEOUT) -coverprofile bin/cover.out -coverpkg ./... ./... | grep -v 'no test files'
	@$(GO) tool cover -func bin/cover.out | awk '$$NF == "0.0%" || $$1 == "total:"'
