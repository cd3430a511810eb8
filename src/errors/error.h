/*
** error.h - error objects: tables with a text.
**
** Fields: kind, message, hint, endpoint, field, status, code, debug,
** incident_id, trace_id, attempts, retry_after (seconds), body, applied ("no",
** "maybe"), login_failed (true if the login failed).
*/

#ifndef TS_ERROR_H
#define TS_ERROR_H

#include "protocol/exchange.h"
#include "values/compat.h"

/* Creates the metatable; leaves it on the stack. */
void ts_error_open(lua_State *L);

/* Pushes an error that is found before anything is sent. 'endpoint' and
** 'field' may be NULL; the message begins with the field. */
void ts_error_push(lua_State *L, ts_kind kind, const char *endpoint,
                   const char *field, const char *message);

/* Turns the path and the message on top of the stack, as ts_check leaves them,
** into nil and an error of kind "argument", whose hint names
** thoughtspot.describe 'described'; returns 2. */
int ts_error_refuse(lua_State *L, const char *endpoint, const char *described);

/* Pushes the error with which the exchange ended. */
void ts_error_push_outcome(lua_State *L, const ts_exchange *x);

#endif
