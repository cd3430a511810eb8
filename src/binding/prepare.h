/*
** prepare.h - turns the arguments of a call into an exchange.
*/

#ifndef TS_PREPARE_H
#define TS_PREPARE_H

#include "protocol/exchange.h"
#include "values/compat.h"

/*
** Prepares the exchange of an endpoint from the arguments that start at
** 'next': the identifier if the path has one, the request if there is a body,
** the call options. Pushes the exchange and returns 1, or pushes nil and an
** error and returns 2; nothing is sent.
*/
int ts_prepare(lua_State *L, ts_client *client, const ts_endpoint *endpoint,
               int next);

/* As ts_prepare, but encodes nothing and pushes true in place of the
** exchange. */
int ts_check_call(lua_State *L, ts_client *client, const ts_endpoint *endpoint,
                  int next);

#endif
