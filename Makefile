# SPDX-License-Identifier: MIT
# ipcbench: one Makefile, everything made under build/.
#
#   make deps bench    install what is missing, build, measure, report
#   make deps test     install what the tests need too, run all of them
#
#   make V=1           show commands
#   make SAN=address,undefined   or   SAN=thread   (any target: a build apart)
#   make PAPI=0        without hardware counters
#   make URING=0       without submission queues
#   make WERROR=1      warnings are errors

V ?= 0
SAN ?=
WERROR ?= 0
# Recursive on purpose: looked up when used, that is after deps.
PAPI ?= $(shell $(PKG_CONFIG) --exists papi 2>/dev/null && echo 1 || echo 0)
URING ?= $(shell $(PKG_CONFIG) --exists liburing 2>/dev/null && echo 1 || \
	echo 0)

CC ?= cc
PKG_CONFIG ?= pkg-config
PYTHON ?= python3
VERSION := 0.1.0

comma := ,
O ?= build$(if $(SAN),/san-$(firstword $(subst $(comma), ,$(SAN))))

# -O2 with the loop vectoriser of -O3: payloads are written and read as fast as
# a careful user would. (clang's -O2 has it, and does not know gcc's switch.)
VECTORIZE = $(shell $(CC) -fvect-cost-model=dynamic -E -x c /dev/null \
	>/dev/null 2>&1 && echo -ftree-vectorize -fvect-cost-model=dynamic)
OPT ?= $(if $(SAN),-O1 -fno-omit-frame-pointer,-O2 $(VECTORIZE))
# (gcc's guesses of how long a text may grow are wrong under sanitizers.)
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wvla
LIBS = hwloc jansson inih $(if $(filter 1,$(PAPI)),papi) \
	$(if $(filter 1,$(URING)),liburing)

ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -g $(OPT) $(WARN) \
	$(if $(filter 1,$(WERROR)),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -Wno-format-truncation) \
	-Iharness -I. -pthread -MMD -MP \
	-DWITH_PAPI=$(PAPI) -DWITH_URING=$(URING) \
	-DIPCBENCH_VERSION='"$(VERSION)"' \
	-DBUILD_CC='"$(shell $(CC) --version | head -n 1)"' \
	-DBUILD_CFLAGS='"$(strip $(OPT) $(if $(SAN),-fsanitize=$(SAN)) $(CFLAGS))"' \
	$(shell $(PKG_CONFIG) --cflags $(LIBS)) $(CFLAGS)
ALL_LIBS = -pthread $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS) \
	$(shell $(PKG_CONFIG) --libs $(LIBS)) -lm

Q := $(if $(filter 1,$(V)),,@)
say = @$(if $(filter 1,$(V)),true,printf '  %-5s %s\n' $(1) $(2))

LIB_SRC := $(wildcard harness/base/*.c harness/ipc/*.c harness/trial/*.c \
	harness/run/*.c impls/*.c workloads/*.c)
CLI_SRC := $(wildcard harness/cli/*.c)
TEST_SRC := $(wildcard tests/test_*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(O)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(O)/%.o)
TESTS := $(TEST_SRC:tests/%.c=$(O)/tests/%)
C_FILES := $(wildcard harness/*/*.[ch] impls/*.[ch] workloads/*.[ch] \
	tests/*.[ch])

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all deps bench test unit e2e check-layers check-format format \
	mutants selfbench sanitize clean FORCE

all: $(O)/ipcbench

include $(wildcard $(O)/*/*.d $(O)/*/*/*.d)

# What needs a tool comes after deps, where both are asked for.
DEPS_FIRST := $(filter deps,$(MAKECMDGOALS))

# A change of flags rebuilds, one of libraries links again.
$(O)/flags: FORCE $(DEPS_FIRST)
	@mkdir -p $(O)
	@$(CC) --version >/dev/null && $(PKG_CONFIG) --exists $(LIBS) || { \
		echo "something to build with is missing: try 'make deps'"; \
		exit 2; }
	@printf '%s\n' "$$FLAGS" | cmp -s - $@ || printf '%s\n' "$$FLAGS" >$@
$(O)/flags: export FLAGS = $(ALL_CFLAGS)

$(O)/libs: FORCE $(O)/flags
	@printf '%s\n' "$$LIBRARIES" | cmp -s - $@ || \
		printf '%s\n' "$$LIBRARIES" >$@
$(O)/libs: export LIBRARIES = $(ALL_LIBS)

# The commit, for the results' manifests: only one file is compiled anew.
$(O)/commit: FORCE
	@mkdir -p $(O)
	@commit=$$(git rev-parse --short=12 HEAD 2>/dev/null || true); \
	dirty=$$(test -z "$$(git status --porcelain 2>/dev/null)"; echo $$?); \
	text="-DBUILD_COMMIT='\"$$commit\"' -DBUILD_DIRTY=$$dirty"; \
	printf '%s\n' "$$text" | cmp -s - $@ || printf '%s\n' "$$text" >$@
$(O)/harness/run/tool.o: $(O)/commit
$(O)/harness/run/tool.o: EXTRA = @$(O)/commit

$(O)/%.o: %.c $(O)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) @$(O)/flags $(EXTRA) -c -o $@ $<

$(O)/libipcbench.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIB_OBJ)

$(O)/ipcbench: $(CLI_OBJ) $(O)/libipcbench.a $(O)/libs
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $(CLI_OBJ) $(O)/libipcbench.a @$(O)/libs

# Tests bring what they need of the command line's objects from an archive, so
# that a test may have its own main().
$(O)/libcli.a: $(filter-out %/main.o,$(CLI_OBJ))
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# selfbench and its subjects are one program; the peers that rings are measured
# against are optional, and used by it alone.
BENCH_SRC := tests/selfbench.c $(wildcard tests/bench_*.c tests/peer_*.c)
BENCH_OBJ := $(BENCH_SRC:%.c=$(O)/%.o)
TEST_PARTS := $(patsubst %.c,$(O)/%.o,$(filter-out $(TEST_SRC) $(BENCH_SRC), \
	$(wildcard tests/*.c)))

$(O)/tests/libparts.a: $(TEST_PARTS)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

$(O)/tests/%: $(O)/tests/%.o $(O)/tests/libparts.a $(O)/libcli.a \
		$(O)/libipcbench.a $(O)/libs
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $< $(O)/tests/libparts.a $(O)/libcli.a \
		$(O)/libipcbench.a @$(O)/libs -lcmocka

deps:
	@harness/deps.sh $(if $(filter test unit e2e mutants sanitize \
		check-format,$(MAKECMDGOALS)),test)

bench: $(O)/ipcbench
	$(O)/ipcbench run quick || [ $$? -eq 5 ]
	$(O)/ipcbench report

# Everything, in the order in which a failure says most.
test: check-layers check-format unit e2e $(if $(SAN),,mutants sanitize)
	@tests/tally.sh $(O)

check-layers: $(DEPS_FIRST)
	@tests/check-layers.sh

check-format: $(DEPS_FIRST)
	@clang-format --dry-run --Werror $(C_FILES) && echo "format holds"

format:
	clang-format -i $(C_FILES)

unit: $(TESTS)
	@tests/run.sh $(O) $(TESTS)

e2e: $(O)/ipcbench $(DEPS_FIRST)
	@tests/run.sh $(O) $(wildcard tests/e2e_*.sh tests/test_*.py)

mutants: $(DEPS_FIRST)
	@TEST_LIMIT=1800 tests/run.sh $(O) tests/mutants.sh

# The unit and conformance tests again, under each sanitizer.
sanitize: $(DEPS_FIRST)
	@+$(MAKE) --no-print-directory SAN=address,undefined unit
	@+$(MAKE) --no-print-directory SAN=thread unit

selfbench: $(O)/tests/selfbench $(O)/ipcbench
	IPCBENCH=$(O)/ipcbench $(O)/tests/selfbench $(BENCH)

# Nothing is in it where there is no C++ compiler, or no such header.
$(O)/tests/peer_boost.o: tests/peer_boost.cc $(O)/flags
	$(call say,CXX,$<)
	@mkdir -p $(@D)
	$(Q)if $(CXX) $(PEER_FLAGS) -E $< >/dev/null 2>&1; then \
		$(CXX) $(PEER_FLAGS) -MMD -MP -c -o $@ $<; \
	else $(CC) -x c -c -o $@ /dev/null; fi
PEER_FLAGS = -std=c++17 -I. -fno-exceptions -fno-rtti -g $(OPT) -pthread

$(O)/tests/selfbench: $(BENCH_OBJ) $(O)/tests/peer_boost.o \
		$(O)/tests/libparts.a $(O)/libcli.a $(O)/libipcbench.a $(O)/libs
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $(filter %.o %.a,$^) @$(O)/libs

clean:
	rm -rf build
