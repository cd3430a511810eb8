# lua-thoughtspot. The two commands to know:
#   make demo                 builds, starts a sandbox, runs the quick start
#   make test [LUA=luajit]    builds and runs the specs
# LUA is lua5.4 (the default), lua5.3, lua5.1 or luajit; each has a build
# folder of its own.

LUA ?= lua5.4
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
BUSTED ?= busted

BUILD = build/$(LUA)
CORE = $(BUILD)/thoughtspot/core.so
SOURCES = $(wildcard src/*.c)
OBJECTS = $(SOURCES:src/%.c=$(BUILD)/obj/%.o)

# Where things are is asked when they are needed, for `make setup` may have
# to install them first.
LUA_VERSION = $(if $(filter luajit,$(LUA)),5.1,$(LUA:lua%=%))
LUA_CFLAGS = $(shell .ci/flags lua $(LUA))
CURL_CFLAGS = $(shell .ci/flags curl-cflags)
CURL_LIBS = $(shell .ci/flags curl-libs)
CORE_CFLAGS = -std=c99 -fPIC -fvisibility=hidden -Wall -Wextra

LUA_ENV = LUA_PATH="lua/?.lua;lua/?/init.lua;./?.lua;;" \
          LUA_CPATH="$(BUILD)/?.so;;"

.PHONY: all setup demo test lint lint-run install clean

all: $(CORE)

$(CORE): $(OBJECTS)
	@mkdir -p $(@D)
	$(CC) -shared $(LDFLAGS) -o $@ $(OBJECTS) $(CURL_LIBS) -lm

$(BUILD)/obj/%.o: src/%.c $(wildcard src/*.h) Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CORE_CFLAGS) $(CFLAGS) $(LUA_CFLAGS) $(CURL_CFLAGS) \
	    -c -o $@ $<

# Bound to the kernel's choice of port, then nginx.
build/listen: spec/support/listen.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=c99 -o $@ $<

# The scanner alone, for its specs.
$(BUILD)/filter_test.so: spec/support/filter_lua.c src/filter.c src/buffer.c \
    $(wildcard src/*.h)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CORE_CFLAGS) $(CFLAGS) $(LUA_CFLAGS) -Isrc -shared \
	    -o $@ spec/support/filter_lua.c src/filter.c src/buffer.c

setup:
	@.ci/setup $(LUA)

demo: setup
	@$(MAKE) --no-print-directory all build/listen
	@$(LUA_ENV) sh examples/demo.sh $(LUA)

test: setup
	@$(MAKE) --no-print-directory all build/listen $(BUILD)/filter_test.so
	@$(LUA_ENV) $(LUA) "$$(command -v $(BUSTED))" --output=spec.support.output \
	    --pattern=_spec $(SPECS) $(if $(SPECS),,spec)

# Two compilers, then the checkers of style.
STRICT = -std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
         -Wstrict-prototypes -Wmissing-prototypes -Werror -O2 -fsyntax-only
C_FILES = $(wildcard src/*.[ch] spec/support/*.c bench/*.c fuzz/*.c)

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

install: all
	install -d "$(DESTDIR)$(PREFIX)/lib/lua/$(LUA_VERSION)/thoughtspot"
	install -m 755 $(CORE) \
	    "$(DESTDIR)$(PREFIX)/lib/lua/$(LUA_VERSION)/thoughtspot/"
	cd lua && find . -name '*.lua' | while read -r file; do \
	    install -D -m 644 "$$file" \
	    "$(DESTDIR)$(PREFIX)/share/lua/$(LUA_VERSION)/$$file"; done

clean:
	rm -rf build
