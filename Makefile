# lua-thoughtspot. `make help` lists the targets, each with the text after ##
# in its line. LUA is lua5.4 (the default), lua5.3, lua5.1 or luajit, or the
# path of an interpreter; each has its own build directory. LUA_CFLAGS,
# CURL_CFLAGS and CURL_LIBS tell where headers and libraries are, if they are
# not found.

LUA ?= lua5.4
CFLAGS ?= -O2 -g

BUILD = build/$(notdir $(LUA))
CORE = $(BUILD)/thoughtspot/core.so
SOURCES = $(wildcard src/*/*.c)
HEADERS = $(wildcard src/*/*.h)
OBJECTS = $(SOURCES:src/%.c=$(BUILD)/obj/%.o)

# In another user's checkout, root only installs as root, and does the rest as
# that user, so that no file there belongs to root.
OTHER_OWNER = $(filter-out 0,$(shell stat -c %u . 2>/dev/null))
ifeq ($(shell id -u),0)
ifneq ($(OTHER_OWNER),)
SHELL := .ci/as-owner
endif
endif

# Variables that the specs must not inherit: where Lua finds modules, which
# cluster is called, through which proxy.
WITHOUT = env $(addprefix -u ,$(filter LUA_INIT% LUA_PATH% LUA_CPATH% \
          THOUGHTSPOT_% %_proxy %_PROXY,$(.VARIABLES)))
LUA_ENV = $(WITHOUT) LUA_PATH="lua/?.lua;lua/?/init.lua;command/?.lua;./?.lua;;" \
          LUA_CPATH="$(BUILD)/?.so;;"

# Paths are looked up once, when they are first needed, because `make setup`
# may have to install things before.
ask = $(eval $(1) := $(shell $(WITHOUT) $(2)))$($(1))
LUA_CFLAGS = $(call ask,LUA_CFLAGS,CC="$(CC)" .ci/flags lua $(LUA))
CURL_CFLAGS = $(call ask,CURL_CFLAGS,.ci/flags curl-cflags)
CURL_LIBS = $(call ask,CURL_LIBS,.ci/flags curl-libs)
LIBS = $(CURL_LIBS) -lz -lm -ldl
CORE_CFLAGS = -std=c99 -Isrc -fPIC -fvisibility=hidden -Wall -Wextra

# On macOS a module is not a shared library.
SHARED = $(if $(filter Darwin,$(shell uname)),-bundle -undefined \
         dynamic_lookup,-shared)

# As many jobs as processors, unless -j is given.
PROCESSORS = $(shell nproc 2>/dev/null || echo 1)
PARALLEL = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(PROCESSORS))
BUILD_IT = +@$(MAKE) --no-print-directory $(PARALLEL)

.PHONY: all help setup demo demo-nginx sandbox test asan coverage valgrind \
        fuzz chaos lint lint-run format bench bench-nginx install \
        install-command uninstall docs clean servers spec-helpers \
        spec-programs FORCE

all: $(CORE) ## builds the C module for LUA
	@:

help:
	@echo 'make [LUA=lua5.4|lua5.3|lua5.1|luajit] TARGET, where TARGET is one of:'
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/  \1@\2/p' $(MAKEFILE_LIST) | \
	    awk -F@ '{ printf "%-18s%s\n", $$1, $$2 }'
	@echo 'New here? make demo, then make test. More: README.md,' \
	    'CONTRIBUTING.md.'

# --- Building ---------------------------------------------------------------

# V=1 shows the commands; otherwise each prints the file that it makes.
say = $(if $(V),,@echo "  $(1)";)

COMPILE = $(CC) $(CPPFLAGS) $(CORE_CFLAGS) $(CFLAGS) $(LUA_CFLAGS) \
          $(CURL_CFLAGS)
LINK = $(CC) $(SHARED) $(LDFLAGS)

# If a header or program is missing, says what to do before the compiler fails.
$(BUILD)/ready:
	@$(WITHOUT) .ci/setup "$(MAKECMDGOALS)" $(LUA) build
	@mkdir -p $(@D) && touch $@

# The flags with which the objects were built; a change rebuilds them.
$(BUILD)/flags: FORCE | $(BUILD)/ready
	@mkdir -p $(@D)
	@echo '$(COMPILE) $(LINK)' | cmp -s - $@ || echo '$(COMPILE) $(LINK)' >$@
FORCE:

$(CORE): $(OBJECTS)
	@mkdir -p $(@D)
	$(call say,$@)$(LINK) -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/obj/%.o: src/%.c $(HEADERS) $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,$@)$(COMPILE) -c -o $@ $<

# What else the specs need; nginx has its own LuaJIT.
spec-helpers: all build/listen build/fault_server build/stuck_resolver.so
	$(BUILD_IT) all LUA=luajit

# Programs that the demos and benchmarks start.
servers: all build/listen
	@:

# Programs that contain the core, or parts of it.
spec-programs: $(BUILD)/torture $(BUILD)/filter_test.so $(BUILD)/processes.so
	@:

# Binds a port that the kernel chooses, then starts nginx with it.
build/listen: spec/support/listen.c
	@mkdir -p $(@D)
	$(call say,$@)$(CC) $(CFLAGS) -std=c99 -o $@ $<

# Replies as it is told, for the specs of faults.
build/fault_server: spec/support/fault_server.c
	@mkdir -p $(@D)
	$(call say,$@)$(CC) $(CFLAGS) -std=c99 -pthread -o $@ $<

# Preloaded by the specs of name resolution that hangs.
build/stuck_resolver.so: spec/support/stuck_resolver.c
	@mkdir -p $(@D)
	$(call say,$@)$(CC) $(CFLAGS) -std=c99 -fPIC -shared -o $@ $<

# An interpreter that contains the core and whose allocations can be made to
# fail: in the objects, malloc and the like are renamed.
RENAMED = $(foreach name,malloc calloc realloc free, \
          --redefine-sym $(name)=ts_test_$(name))
$(BUILD)/torture: spec/support/torture.c $(OBJECTS)
	@mkdir -p $(@D)
	$(call say,$@)$(LD) -r -o $@.o $(OBJECTS) && objcopy $(RENAMED) $@.o && \
	    $(COMPILE) $(LDFLAGS) -o $@ $< $@.o \
	    $(shell .ci/flags lua-libs $(LUA)) $(LIBS)

# The filter as a Lua module, for its specs.
FILTER = $(addprefix src/bytes/,filter.c scan.c lookahead.c tokens.c kept.c \
         buffer.c escape.c utf8.c)
$(BUILD)/filter_test.so: spec/support/filter_lua.c $(FILTER) $(HEADERS)
	@mkdir -p $(@D)
	$(call say,$@)$(COMPILE) $(SHARED) $(LDFLAGS) -o $@ $< $(FILTER)

# Forks, for the specs that run a program many times.
$(BUILD)/processes.so: spec/support/processes.c $(HEADERS) $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,$@)$(COMPILE) $(SHARED) $(LDFLAGS) -o $@ $<

# --- Setting up, and trying ------------------------------------------------

# Debian packages, in the sets of .ci/setup.
setup: setup-test ## as root: installs the packages that demo and test need
setup-%: private SHELL = /bin/sh
setup-%: FORCE
	@.ci/setup "$(MAKECMDGOALS)" $(LUA) $*

demo: setup-demo ## builds, starts a sandbox, runs the quick start against it
	$(BUILD_IT) servers
	@$(LUA_ENV) sh examples/demo.sh $(LUA)

sandbox: setup-sandbox ## starts a sandbox to try things, until Ctrl-C
	$(BUILD_IT) servers
	@$(LUA_ENV) sh examples/sandbox.sh $(LUA)

# nginx runs its own LuaJIT, whichever Lua is tested.
demo-nginx: setup-nginx ## starts a page for managing users, with a sandbox
	$(BUILD_IT) servers
	$(BUILD_IT) all LUA=luajit
	@$(LUA_ENV) sh examples/nginx/demo.sh $(LUA)

# --- Measuring --------------------------------------------------------------

bench: setup-valgrind ## compares speed with libcurl and lua-cjson alone
	$(BUILD_IT) servers build/baseline build/filter
	@$(LUA_ENV) $(LUA) bench/run.lua build/baseline build/filter

build/baseline: bench/baseline.c
	@mkdir -p $(@D)
	$(call say,$@)$(CC) $(CPPFLAGS) -std=c99 $(CFLAGS) $(CURL_CFLAGS) -o $@ $< \
	    $(CURL_LIBS)

build/filter: bench/filter.c $(FILTER) $(HEADERS)
	@mkdir -p $(@D)
	$(call say,$@)$(CC) $(CPPFLAGS) -std=c99 $(CFLAGS) -Isrc -o $@ $< $(FILTER)

bench-nginx: setup-test ## measures what calls cost in nginx
	$(BUILD_IT) servers
	$(BUILD_IT) all LUA=luajit
	@$(LUA_ENV) $(LUA) bench/nginx.lua

# --- Testing ----------------------------------------------------------------

# See that script. SPECS are files and options of busted.
RUN_SPECS = sh spec/support/run.sh

test: setup-test ## builds and runs the specs: all, or SPECS="spec/x_spec.lua"
	$(BUILD_IT) spec-helpers spec-programs
	@$(LUA_ENV) $(RUN_SPECS) $(LUA) -- $(SPECS)

# The specs with sanitizers. They run in an interpreter that contains the core,
# so that the sanitizers are loaded first.
ASAN = build/asan-$(notdir $(LUA))
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
           -fno-sanitize-recover=undefined
# An installation is built without sanitizers.
UNINSTALLED = --without install_spec
asan: setup-test ## runs the specs with AddressSanitizer and UBSan
	$(BUILD_IT) spec-helpers
	$(BUILD_IT) BUILD=$(ASAN) CFLAGS="$(SANITIZE)" spec-programs
	@SLOWER=3 \
	LSAN_OPTIONS=suppressions=spec/support/leaks.supp:print_suppressions=0 \
	    $(subst LUA_CPATH=",LUA_CPATH="$(ASAN)/?.so;,$(LUA_ENV)) \
	    $(RUN_SPECS) $(UNINSTALLED) $(ASAN)/torture -- $(SPECS)

# Which parts of the core the specs execute. In build/coverage-*/*.gcov, lines
# that are never executed are marked #####, and such branches "never executed"
# or 0.
COVERAGE = build/coverage-$(notdir $(LUA))
coverage: setup-test ## runs the specs, and shows which lines of the C code they execute
	$(BUILD_IT) spec-helpers
	$(BUILD_IT) BUILD=$(COVERAGE) CFLAGS="-O0 -g --coverage -DCOVERAGE" spec-programs
	@find $(COVERAGE) -name '*.gcda' -delete
	-@SLOWER=2 $(subst LUA_CPATH=",LUA_CPATH="$(COVERAGE)/?.so;,$(LUA_ENV)) \
	    $(RUN_SPECS) $(UNINSTALLED) $(COVERAGE)/torture -- $(SPECS)
	@for file in $(SOURCES:src/%.c=%); do \
	    gcov -b -o $(COVERAGE)/obj/$$file.o src/$$file.c; \
	done | awk -f tools/coverage.awk
	@mv *.c.gcov $(COVERAGE)/ && rm -f *.h.gcov

# The specs under valgrind.
VALGRIND = valgrind -q --error-exitcode=9 --keep-debuginfo=yes \
           --leak-check=full \
           --errors-for-leak-kinds=definite \
           --suppressions=spec/support/valgrind.supp
valgrind: setup-valgrind ## runs the specs under valgrind
	$(BUILD_IT) spec-helpers spec-programs
	@SLOWER=20 GROUP=8 RUNNER="$(VALGRIND)" $(LUA_ENV) $(RUN_SPECS) \
	    $(UNINSTALLED) $(VALGRIND) $(LUA) -- $(SPECS)

# Generated input, FUZZ_SECONDS for each parser. With a seed other than 0, a
# run tries the same inputs in the same order as the last one.
FUZZ_SECONDS ?= 60
FUZZ_SEED ?= 0
FUZZERS = $(patsubst fuzz/%.c,%,$(wildcard fuzz/*.c))
fuzz: setup-fuzz ## feeds generated input to the parsers, for FUZZ_SECONDS each
	$(BUILD_IT) $(FUZZERS:%=build/fuzz/%)
	@printf '%s\n' $(FUZZERS) | xargs -P $(PROCESSORS) -I NAME sh -c ' \
	    mkdir -p build/fuzz/corpus/NAME && build/fuzz/NAME \
	        -max_total_time=$(FUZZ_SECONDS) -seed=$(FUZZ_SEED) \
	        -detect_leaks=0 \
	        -artifact_prefix=build/fuzz/NAME- build/fuzz/corpus/NAME \
	        fuzz/corpus/NAME >build/fuzz/NAME.log 2>&1 || \
	        { cat build/fuzz/NAME.log; exit 1; }; \
	    echo "NAME: $$(tail -n 1 build/fuzz/NAME.log)"'

# Attacks for CHAOS_SECONDS; with 0, one round of each.
CHAOS_SECONDS ?= 60
CHAOS_SEED ?=
chaos: setup-test ## attacks lists, batches and nginx for CHAOS_SECONDS
	$(BUILD_IT) spec-helpers
	@$(LUA_ENV) $(LUA) chaos/run.lua $(CHAOS_SECONDS) $(CHAOS_SEED)

FUZZ_COMPILE = clang -std=c99 -g -O1 -fno-sanitize-recover=undefined -Isrc \
               $(LUA_CFLAGS) $(CURL_CFLAGS)
FUZZ_OBJECTS = $(SOURCES:src/%.c=build/fuzz/obj/%.o)
$(FUZZERS:%=build/fuzz/%): build/fuzz/%: fuzz/%.c $(wildcard fuzz/*.h) \
    $(FUZZ_OBJECTS)
	$(call say,$@)$(FUZZ_COMPILE) -fsanitize=fuzzer,address,undefined -o $@ $< \
	    $(FUZZ_OBJECTS) $(shell .ci/flags lua-libs $(LUA)) $(LIBS)
build/fuzz/obj/%.o: src/%.c $(HEADERS)
	@mkdir -p $(@D)
	$(call say,$@)$(FUZZ_COMPILE) -fsanitize=fuzzer-no-link,address,undefined \
	    -c -o $@ $<

# Two compilers, then the style checkers.
STRICT = -std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
         -Wstrict-prototypes -Wmissing-prototypes -Werror -O2 -fsyntax-only
C_FILES = $(SOURCES) $(HEADERS) $(wildcard spec/support/*.c bench/*.c \
          fuzz/*.[ch])

lint: setup-lint ## checks the code with two compilers and the style checkers
	@$(MAKE) --no-print-directory lint-run

lint-run:
	@for compiler in gcc clang; do \
	    for file in $(filter %.c,$(C_FILES)); do \
	        $$compiler $(STRICT) -Isrc $(LUA_CFLAGS) $(CURL_CFLAGS) $$file \
	            || exit 1; \
	    done; \
	done
	@if printf '#include <limits.h>\n#include <features.h>\n' | \
	    gcc -m32 -E - >/dev/null 2>&1; then \
	    for file in $(SOURCES); do \
	        gcc -m32 -funsigned-char $(STRICT) -Isrc $(LUA_CFLAGS) \
	            $(subst -I,-isystem ,$(CURL_CFLAGS)) $$file || exit 1; \
	    done; \
	else \
	    echo "32-bit build not checked: no headers (libc6-dev-i386)"; \
	fi
	@clang-format --dry-run -Werror $(C_FILES)
	@luacheck --quiet .
	@$(LUA) tools/long_functions.lua $(C_FILES) \
	    $(shell find * -name '*.lua' -not -path 'build/*')

format: setup-lint ## formats the C code
	@clang-format -i $(C_FILES)

# --- Installing -------------------------------------------------------------

# Below PREFIX, to LIBDIR and LUADIR, or where LUA looks for modules; see that
# script.
INSTALL = $(WITHOUT) DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" \
          LIBDIR="$(LIBDIR)" LUADIR="$(LUADIR)" .ci/install
install: private SHELL = /bin/sh
install: all ## installs for LUA, below PREFIX, or in LIBDIR and LUADIR
	@$(INSTALL) install $(LUA) $(CORE)

install-command: private SHELL = /bin/sh
install-command: setup-command install ## also installs the command thoughtspot-users
	@$(INSTALL) install-command $(LUA) $(CORE)

uninstall: private SHELL = /bin/sh
uninstall: ## removes what install and install-command have installed
	@$(INSTALL) uninstall $(LUA)

docs: all ## updates all files and sections that are derived from tables
	@$(LUA_ENV) $(LUA) -e 'require("tools.generate").write()'

clean: ## removes everything that was built
	rm -rf build

