# lua-thoughtspot. The two commands to know:
#   make demo                 builds, starts a sandbox, runs the quick start
#   make test [LUA=luajit]    builds and runs the specs
# And to run the examples on: make sandbox.
# LUA is lua5.4 (the default), lua5.3, lua5.1 or luajit, or the path of an
# interpreter; each has a build folder of its own. LUA_CFLAGS, CURL_CFLAGS and
# CURL_LIBS say where headers and libraries are, if they are not found.

LUA ?= lua5.4
CFLAGS ?= -O2 -g

BUILD = build/$(notdir $(LUA))
CORE = $(BUILD)/thoughtspot/core.so
SOURCES = $(wildcard src/*/*.c)
HEADERS = $(wildcard src/*/*.h)
OBJECTS = $(SOURCES:src/%.c=$(BUILD)/obj/%.o)

# Where things are is asked when it is first needed, for `make setup` may have
# to install them before, and once.
ask = $(eval $(1) := $(shell $(2)))$($(1))
LUA_VERSION = $(call ask,LUA_VERSION,$(LUA) -e 'print((_VERSION:match "%d.%d"))')
LUA_CFLAGS = $(call ask,LUA_CFLAGS,CC="$(CC)" .ci/flags lua $(LUA))
CURL_CFLAGS = $(call ask,CURL_CFLAGS,.ci/flags curl-cflags)
CURL_LIBS = $(call ask,CURL_LIBS,.ci/flags curl-libs)
LIBS = $(CURL_LIBS) -lm -ldl
CORE_CFLAGS = -std=c99 -Isrc -fPIC -fvisibility=hidden -Wall -Wextra

# A module is not a shared library to macOS.
SHARED = $(if $(filter Darwin,$(shell uname)),-bundle -undefined \
         dynamic_lookup,-shared)

LUA_ENV = LUA_PATH="lua/?.lua;lua/?/init.lua;command/?.lua;./?.lua;;" \
          LUA_CPATH="$(BUILD)/?.so;;"

.PHONY: all setup demo demo-nginx sandbox test asan valgrind fuzz lint lint-run \
        bench bench-nginx install install-command docs clean spec-helpers \
        spec-programs FORCE

all: $(CORE)

COMPILE = $(CC) $(CPPFLAGS) $(CORE_CFLAGS) $(CFLAGS) $(LUA_CFLAGS) \
          $(CURL_CFLAGS)
LINK = $(CC) $(SHARED) $(LDFLAGS)

# How the objects were made; they are made again when that changes.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(COMPILE) $(LINK)' | cmp -s - $@ || echo '$(COMPILE) $(LINK)' >$@
FORCE:

$(CORE): $(OBJECTS)
	@mkdir -p $(@D)
	$(LINK) -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/obj/%.o: src/%.c $(HEADERS) $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

# What the specs start besides; nginx has a LuaJIT of its own.
spec-helpers: all build/listen build/fault_server build/stuck_resolver.so
	@$(MAKE) --no-print-directory all LUA=luajit

# And what has the core, or parts of it, inside.
spec-programs: $(BUILD)/torture $(BUILD)/filter_test.so

# Bound to the kernel's choice of port, then nginx.
build/listen: spec/support/listen.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=c99 -o $@ $<

# Answers as it is told, for the specs of what goes wrong.
build/fault_server: spec/support/fault_server.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=c99 -pthread -o $@ $<

# Preloaded, for the specs of names that cannot be looked up.
build/stuck_resolver.so: spec/support/stuck_resolver.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=c99 -fPIC -shared -o $@ $<

# An interpreter with the core inside, whose memory can be made to fail.
RENAMED = -Dmalloc=ts_test_malloc -Dcalloc=ts_test_calloc \
          -Drealloc=ts_test_realloc -Dfree=ts_test_free
$(BUILD)/torture: spec/support/torture.c $(SOURCES) $(HEADERS)
	@mkdir -p $(@D)
	$(COMPILE) $(RENAMED) $(LDFLAGS) -o $@ \
	    spec/support/torture.c $(SOURCES) \
	    $(shell .ci/flags lua-libs $(LUA)) $(LIBS)

# The scanner alone, for its specs.
FILTER = spec/support/filter_lua.c src/bytes/filter.c src/bytes/buffer.c
$(BUILD)/filter_test.so: $(FILTER) $(HEADERS)
	@mkdir -p $(@D)
	$(COMPILE) $(SHARED) $(LDFLAGS) -o $@ $(FILTER)

setup:
	@.ci/setup $(LUA) test

demo:
	@.ci/setup $(LUA) demo
	@$(MAKE) --no-print-directory all build/listen
	@$(LUA_ENV) sh examples/demo.sh $(LUA)

# A cluster for the examples, until it is interrupted.
sandbox:
	@.ci/setup $(LUA) demo
	@$(MAKE) --no-print-directory all build/listen
	@$(LUA_ENV) sh examples/sandbox.sh $(LUA)

# What runs in nginx runs in its LuaJIT, whichever Lua is tested.
demo-nginx:
	@.ci/setup $(LUA) demo
	@.ci/setup luajit
	@$(MAKE) --no-print-directory all build/listen
	@$(MAKE) --no-print-directory all LUA=luajit
	@$(LUA_ENV) sh examples/nginx/demo.sh $(LUA)

# Against libcurl and lua-cjson alone: the bars of README.md.
bench: setup
	@$(MAKE) --no-print-directory all build/listen build/baseline
	@$(LUA_ENV) $(LUA) bench/run.lua build/baseline

build/baseline: bench/baseline.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=c99 $(CFLAGS) $(CURL_CFLAGS) -o $@ $< $(CURL_LIBS)

bench-nginx: setup
	@$(MAKE) --no-print-directory all build/listen
	@$(MAKE) --no-print-directory all LUA=luajit
	@$(LUA_ENV) $(LUA) bench/nginx.lua

# Busted by whichever interpreter; what to run is in .busted, or SPECS.
BUSTED = spec/support/busted.lua

test: setup
	@$(MAKE) --no-print-directory spec-helpers spec-programs
	@$(LUA_ENV) $(LUA) $(BUSTED) $(SPECS)

# The specs again, where a wrong step in memory is the last one. Lua, with the
# core inside, is a program of ours, so that the sanitizers come first.
ASAN = build/asan-$(notdir $(LUA))
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
           -fno-sanitize-recover=undefined
# What is installed is built without them.
UNINSTALLED = --exclude-pattern=install_spec
asan: setup
	@$(MAKE) --no-print-directory spec-helpers
	@$(MAKE) --no-print-directory BUILD=$(ASAN) CFLAGS="$(SANITIZE)" \
	    spec-programs
	@SLOWER=3 \
	LSAN_OPTIONS=suppressions=spec/support/leaks.supp:print_suppressions=0 \
	    $(subst LUA_CPATH=",LUA_CPATH="$(ASAN)/?.so;,$(LUA_ENV)) \
	    $(ASAN)/torture $(BUSTED) $(UNINSTALLED) $(SPECS)

# And where every byte is watched.
VALGRIND = valgrind -q --error-exitcode=9 --keep-debuginfo=yes \
           --leak-check=full \
           --errors-for-leak-kinds=definite \
           --suppressions=spec/support/valgrind.supp
valgrind:
	@.ci/setup $(LUA) test valgrind
	@$(MAKE) --no-print-directory spec-helpers spec-programs
	@SLOWER=20 RUNNER="$(VALGRIND)" $(LUA_ENV) $(VALGRIND) $(LUA) \
	    $(BUSTED) $(UNINSTALLED) $(SPECS)

# What nobody thought of, a minute for each.
FUZZ_SECONDS ?= 60
FUZZERS = filter encode error retry
fuzz:
	@.ci/setup $(LUA) fuzz
	@$(MAKE) --no-print-directory $(FUZZERS:%=build/fuzz/%)
	@for name in $(FUZZERS); do \
	    mkdir -p build/fuzz/corpus/$$name && build/fuzz/$$name \
	        -max_total_time=$(FUZZ_SECONDS) -detect_leaks=0 \
	        -artifact_prefix=build/fuzz/$$name- build/fuzz/corpus/$$name \
	        fuzz/corpus/$$name || exit 1; \
	done

build/fuzz/%: fuzz/%.c $(SOURCES) $(HEADERS)
	@mkdir -p $(@D)
	clang -std=c99 -g -O1 -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -Isrc $(LUA_CFLAGS) $(CURL_CFLAGS) \
	    -o $@ $< $(SOURCES) $(shell .ci/flags lua-libs $(LUA)) \
	    $(LIBS)

# Two compilers, then the checkers of style.
STRICT = -std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
         -Wstrict-prototypes -Wmissing-prototypes -Werror -O2 -fsyntax-only
C_FILES = $(SOURCES) $(HEADERS) $(wildcard spec/support/*.c bench/*.c fuzz/*.c)

lint:
	@.ci/setup $(LUA) lint
	@$(MAKE) --no-print-directory lint-run

lint-run:
	@for compiler in gcc clang; do \
	    for file in $(filter %.c,$(C_FILES)); do \
	        $$compiler $(STRICT) -Isrc $(LUA_CFLAGS) $(CURL_CFLAGS) $$file \
	            || exit 1; \
	    done; \
	done
	clang-format --dry-run -Werror $(C_FILES)
	luacheck --quiet .

# Where the modules go, C modules and Lua modules: below PREFIX, or to the first
# folder in which the interpreter looks for them.
first_of = env -u LUA_PATH -u LUA_CPATH $(LUA) -e \
           'print((package.$(1):match "(/[^;?]*)/%?"))'
ifdef PREFIX
LIBDIR = $(PREFIX)/lib/lua/$(LUA_VERSION)
LUADIR = $(PREFIX)/share/lua/$(LUA_VERSION)
else
LIBDIR = $(call ask,LIBDIR,$(call first_of,cpath))
LUADIR = $(call ask,LUADIR,$(call first_of,path))
endif

install: all
	@test -n "$(LUA_VERSION)" || { echo "$(LUA) does not run" >&2; exit 1; }
	mkdir -p "$(DESTDIR)$(LIBDIR)/thoughtspot"
	install -m 755 $(CORE) "$(DESTDIR)$(LIBDIR)/thoughtspot/"
	find lua -name '*.lua' | while read -r file; do \
	    to="$(DESTDIR)$(LUADIR)/$${file#lua/}"; \
	    mkdir -p "$${to%/*}" && install -m 644 "$$file" "$$to" || exit 1; \
	done

# The command, with its manual and what completes it in shells; where it is
# installed, it finds its modules itself.
COMMAND_PREFIX = $(DESTDIR)$(or $(PREFIX),/usr/local)
COMMAND = command/thoughtspot-users
install-command: install
	@.ci/setup $(LUA) command
	find command/thoughtspot_users -name '*.lua' | while read -r file; do \
	    to="$(DESTDIR)$(LUADIR)/$${file#command/}"; \
	    mkdir -p "$${to%/*}" && install -m 644 "$$file" "$$to" || exit 1; \
	done
	mkdir -p "$(COMMAND_PREFIX)/bin"
	sed "1s|.*|#!$$(command -v $(LUA))|" $(COMMAND) \
	    >"$(COMMAND_PREFIX)/bin/thoughtspot-users"
	chmod 755 "$(COMMAND_PREFIX)/bin/thoughtspot-users"
	@write() { mkdir -p "$(COMMAND_PREFIX)/share/$${1%/*}" && \
	    $(LUA_ENV) $(LUA) $(COMMAND) $$2 $$3 \
	        >"$(COMMAND_PREFIX)/share/$$1" && \
	    chmod 644 "$(COMMAND_PREFIX)/share/$$1" || exit 1; }; \
	write man/man1/thoughtspot-users.1 manual; \
	write bash-completion/completions/thoughtspot-users completion bash; \
	write zsh/site-functions/_thoughtspot-users completion zsh; \
	write fish/vendor_completions.d/thoughtspot-users.fish completion fish

# What the documentation repeats of the endpoint table.
docs: all
	@$(LUA_ENV) $(LUA) -e 'require("tools.generate").write()'

clean:
	rm -rf build

