/*
** origin.c - tells errors that gateways write in JSON from those of the
** cluster.
*/

#include <string.h>

#include "bytes/peek.h"
#include "protocol/origin.h"

/* Number of letters of a name or text that are compared. */
#define COMPARED 24

/* What a member of an error says about who wrote it. */
typedef enum clue {
  NO_CLUE,
  CLUSTER, /* only the cluster has it */
  CODE,    /* the cluster's have five digits */
  FAULT,   /* Apigee, WSO2 */
  PATH,    /* of the request: Spring, RFC 9457 */
  TEXT,    /* may be about the path of the request */
  ABSENT,  /* a text that is, with a status code: Azure */
  STATUS_CODE,
  SUCCESS, /* with errors and messages: Cloudflare */
  ERRORS,
  MESSAGES
} clue;

#define BIT(clue) (1u << (unsigned)(clue))

/* Names as ts_peek_fold() returns them. */
static const struct {
  const char *name;
  clue says;
} members[] = {
    {"code", CODE},          {"debug", CLUSTER},
    {"incidentid", CLUSTER}, {"incidentidguid", CLUSTER},
    {"traceid", CLUSTER},    {"traceidguid", CLUSTER},
    {"fault", FAULT},        {"path", PATH},
    {"instance", PATH},      {"uri", PATH},
    {"url", PATH},           {"message", TEXT},
    {"detail", TEXT},        {"error", TEXT},
    {"success", SUCCESS},    {"errors", ERRORS},
    {"messages", MESSAGES},  {"statuscode", STATUS_CODE},
};

/* How texts about the path of a request begin, as ts_peek_fold() returns
** them: Kong, Express, Fastify, Spring, Amazon's gateway. */
static const char *const path_texts[] = {
    "noroute",         "routepost:", "routeget:",
    "cannotpost",      "cannotget",  "missingauthentication",
    "nostaticresource"};

static clue clue_of(const ts_peek *name) {
  char folded[COMPARED];
  size_t i;
  ts_peek_fold(name, folded, sizeof folded);
  for (i = 0; i < sizeof members / sizeof members[0]; i++) {
    if (strcmp(members[i].name, folded) == 0) {
      return members[i].says;
    }
  }
  return NO_CLUE;
}

/* Returns what a text says, TEXT or ABSENT, or NO_CLUE. */
static clue clue_of_text(const ts_peek *text) {
  char folded[COMPARED];
  size_t i;
  if (text->type != TS_PEEK_STRING) {
    return NO_CLUE;
  }
  ts_peek_fold(text, folded, sizeof folded);
  for (i = 0; i < sizeof path_texts / sizeof path_texts[0]; i++) {
    if (strncmp(folded, path_texts[i], strlen(path_texts[i])) == 0) {
      return TEXT;
    }
  }
  return strcmp(folded, "resourcenotfound") == 0 ? ABSENT : NO_CLUE;
}

/* Returns whether a text begins with a slash, which JSON may escape. */
static bool is_path(const ts_peek *text) {
  size_t at = text->length > 1 && *text->text == '\\' ? 1 : 0;
  return text->type == TS_PEEK_STRING && text->length > at &&
         text->text[at] == '/';
}

/* Returns what a member says, as a bit, if its value confirms it. */
static unsigned read_clue(const ts_peek *name, const ts_peek *value) {
  clue says = value->type != TS_PEEK_NULL ? clue_of(name) : NO_CLUE;
  if (says == PATH) {
    says = is_path(value) ? PATH : NO_CLUE;
  } else if (says == CODE) {
    says = value->length == 5 ? CLUSTER : NO_CLUE;
  } else if (says == TEXT) {
    /* The cluster's error is an object. */
    says = value->type == TS_PEEK_OBJECT ? CLUSTER : clue_of_text(value);
  }
  return BIT(says);
}

bool ts_origin_is_gateway(const char *text, size_t length) {
  static const unsigned cloudflare =
      BIT(SUCCESS) | BIT(ERRORS) | BIT(MESSAGES);
  static const unsigned azure = BIT(ABSENT) | BIT(STATUS_CODE);
  ts_peek object = ts_peek_document(text, length), name, value;
  const char *at = NULL;
  unsigned seen = 0;
  if (object.type != TS_PEEK_OBJECT) {
    return false;
  }
  while (ts_peek_next(&object, &at, &name, &value)) {
    seen |= read_clue(&name, &value);
  }
  return (seen & BIT(CLUSTER)) == 0 &&
         ((seen & (BIT(FAULT) | BIT(PATH) | BIT(TEXT))) != 0 ||
          (seen & cloudflare) == cloudflare || (seen & azure) == azure);
}
