# SPDX-License-Identifier: MIT
# ipcbench: one Makefile, everything made under $(O).
#
#   make deps bench    install what is missing, build, measure, report
#   make deps test     install what the tests need too, run all of them
#   make V=1           show commands
#   make SAN=address,undefined  or  SAN=thread    a sanitizer build
#   make PAPI=0        without hardware counters
#   make WERROR=1      warnings are errors

SAN ?=
PAPI ?= 1
V ?= 0
WERROR ?= 0
O ?= build$(if $(SAN),/san-$(firstword $(subst $(comma), ,$(SAN))))
comma := ,

CC ?= cc
PKG_CONFIG ?= pkg-config
OPT ?= $(if $(SAN),-O1 -fno-omit-frame-pointer,-O2 -ftree-vectorize -fvect-cost-model=dynamic)
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wvla
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -g $(OPT) $(WARN) \
	$(if $(filter 1,$(WERROR)),-Werror) $(if $(SAN),-fsanitize=$(SAN)) \
	-Iharness -I. -pthread -MMD -MP $(DEP_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pthread $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)

DEP_PKGS := hwloc jansson inih $(if $(filter 1,$(PAPI)),papi)
DEP_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(DEP_PKGS)) \
	-DWITH_PAPI=$(PAPI)
DEP_LIBS = $(shell $(PKG_CONFIG) --libs $(DEP_PKGS)) -lm

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),@true,@printf '  %-6s %s\n' $(1) $(2))

# One flavour of flags per build folder; a change of flags rebuilds.
LIB_SRC := $(wildcard harness/base/*.c harness/ipc/*.c harness/trial/*.c \
	harness/run/*.c impls/*.c workloads/*.c)
CLI_SRC := $(wildcard harness/cli/*.c)
TEST_SRC := $(wildcard tests/test_*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(O)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(O)/%.o)
TESTS := $(TEST_SRC:tests/%.c=$(O)/tests/%)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all deps bench test check check-layers check-format format mutants \
	selfbench clean install FORCE

all: $(O)/ipcbench

include $(wildcard $(O)/*/*.d $(O)/*/*/*.d)

$(O)/ipcbench: $(CLI_OBJ) $(O)/libipcbench.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(CLI_OBJ) \
		$(O)/libipcbench.a $(DEP_LIBS)

$(O)/libipcbench.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIB_OBJ)

$(O)/flags: FORCE
	@mkdir -p $(O)
	@echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' > $@

$(O)/%.o: %.c $(O)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Tests: cmocka, one program per module; list.o brings the catalogue.
$(O)/tests/%: $(O)/tests/%.o $(O)/harness/cli/list.o $(O)/libipcbench.a
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< \
		$(O)/harness/cli/list.o $(O)/libipcbench.a $(DEP_LIBS) -lcmocka

clean:
	rm -rf build
