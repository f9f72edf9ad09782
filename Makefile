# Anamnesis. `make help` lists the targets.
#
# One build folder per variant (build/release, build/asan, build/tsan, …); the
# objects of a variant carry their dependencies in .d files. Sources are found,
# not listed: a new file in a room is built at once. Packages stand once, in
# packages.txt.

VARIANT ?= release
B := build/$(VARIANT)
CC := gcc
PREFIX ?= /usr/local
DESTDIR ?=

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wconversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wundef -Werror
PKGS := libcurl libcrypto libcjson yaml-0.1 libpcre2-8 libhs icu-i18n icu-uc sqlite3 zlib \
    libzstd libxml-2.0 libmicrohttpd libxxhash
# Expanded on first use, so that `make deps` runs on a bare machine.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS) openblas | sed 's/-I/-isystem /g'))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS) openblas))$(PKG_LIBS)
CFLAGS := -std=c17 -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 -Isrc -fopenmp -g $(WARN)
LDLIBS = $(PKG_LIBS) -lm -lpthread

ifeq ($(VARIANT),release)
CFLAGS += -O2 -fno-plt -D_FORTIFY_SOURCE=2 -fstack-protector-strong
else ifeq ($(VARIANT),asan)
CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifeq ($(VARIANT),tsan)
CFLAGS += -O1 -fsanitize=thread
else ifeq ($(VARIANT),fuzz)
CC := clang-14
# Another compiler's warnings are shown and stop nothing.
CFLAGS += -Wno-error
CFLAGS := $(filter-out -fopenmp,$(CFLAGS)) -fopenmp=libgomp -O1 \
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
else
$(error VARIANT must be release, asan, tsan or fuzz)
endif
ifneq ($(shell command -v ccache),)
CC := ccache $(CC)
endif

# `make V=1` shows the commands.
ifeq ($(V),)
Q := @
say = @printf '  %-4s %s\n' $(1) $(2);
else
say :=
endif

SOURCES := $(sort $(wildcard src/*/*.c src/*/*/*.c))
OBJECTS := $(SOURCES:%.c=$(B)/%.o) $(B)/assets.o
UNIT_SOURCES := $(sort $(wildcard test/unit/test_*.c))
UNIT_TESTS := $(UNIT_SOURCES:test/unit/%.c=$(B)/test/unit/%)
FUZZ_SOURCES := $(sort $(wildcard test/fuzz/fuzz_*.c))
FUZZ_TARGETS := $(FUZZ_SOURCES:test/fuzz/%.c=$(B)/test/fuzz/%)
REPLAYS := $(FUZZ_SOURCES:test/fuzz/%.c=$(B)/test/replay/%)
TOOL_SOURCES := $(sort $(wildcard test/server/*.c bench/*.c bench/parts/*.c))
TOOLS := $(TOOL_SOURCES:%.c=$(B)/%)
SERVER_PARTS := $(sort $(wildcard test/server/parts/*.c))
ASSETS := $(shell find data web -type f 2>/dev/null)

.PHONY: all build deps check check-fast test-programs demo bench lint tsan fuzz \
    install uninstall clean help print-%
.SECONDARY:
.DELETE_ON_ERROR:

all: build

build: $(B)/anamnesis
ifeq ($(VARIANT),release)
	@ln -sf $(B)/anamnesis anamnesis
endif

$(B)/anamnesis: $(B)/src/main.o $(OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

# Everything but main, for tests and benches.
$(B)/libanamnesis.a: $(OBJECTS)
	@rm -f $@
	$(call say,AR,$@)
	$(Q)ar rcs $@ $^

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/assets.S: tools/embed $(ASSETS)
	@mkdir -p $(@D)
	$(Q)tools/embed > $@

$(B)/assets.o: $(B)/assets.S
	$(Q)gcc -c -o $@ $<

$(B)/test/unit/%: $(B)/test/unit/%.o $(B)/libanamnesis.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(B)/test/server/%: $(B)/test/server/%.o $(SERVER_PARTS:%.c=$(B)/%.o) \
    $(B)/libanamnesis.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

$(B)/bench/%: $(B)/bench/%.o $(B)/libanamnesis.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

$(B)/test/fuzz/%: $(B)/test/fuzz/%.o $(B)/libanamnesis.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

# The same target with a plain main: replays inputs, needs no clang.
$(B)/test/replay/%: $(B)/test/fuzz/%.o $(B)/test/fuzz/replay.o $(B)/libanamnesis.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

deps: ## install the Debian packages of packages.txt that are missing
	@tools/install-packages

check: deps ## build with ASan and UBSan and run all tests
	+@tools/run-tests

check-fast: ## unit and command tests only, no installation
	+@tools/run-tests --fast

test-programs: build $(UNIT_TESTS) $(REPLAYS) $(TOOLS)

demo: deps ## install, build and make three small data sets with the simulator
	+@tools/demo

bench: ## run the benchmarks; results go to bench/results
	+@tools/run-benches

lint: ## formatting, floors, banned functions, function length, clang-tidy
	+@tools/lint

tsan: ## the tests that use threads, under ThreadSanitizer
	+@tools/run-tests --tsan

fuzz: ## build the fuzz targets and run each for a while (FUZZ_SECONDS=60)
	+@tools/run-fuzz

install: build ## install program, manual page and completion under PREFIX
	install -D -m 755 $(B)/anamnesis $(DESTDIR)$(PREFIX)/bin/anamnesis
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(B)/anamnesis manual | gzip -9n > $(DESTDIR)$(PREFIX)/share/man/man1/anamnesis.1.gz
	$(B)/anamnesis complete > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/anamnesis

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/anamnesis \
	    $(DESTDIR)$(PREFIX)/share/man/man1/anamnesis.1.gz \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/anamnesis

clean: ## remove everything that was built
	rm -rf build anamnesis

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12

print-%:
	@echo '$($*)'

-include $(shell find $(B) -name '*.d' 2>/dev/null)
