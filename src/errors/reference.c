/*
** reference.c - character references of HTML.
*/

#include <stdbool.h>
#include <string.h>

#include "bytes/characters.h"
#include "errors/reference.h"

static const struct {
  const char *name;
  unsigned char character;
} ascii[] = {
    {"amp", '&'},    {"lt", '<'},     {"gt", '>'},       {"quot", '"'},
    {"apos", '\''},  {"Tab", '\t'},   {"NewLine", '\n'}, {"excl", '!'},
    {"num", '#'},    {"dollar", '$'}, {"percnt", '%'},   {"lpar", '('},
    {"rpar", ')'},   {"ast", '*'},    {"plus", '+'},     {"comma", ','},
    {"period", '.'}, {"sol", '/'},    {"colon", ':'},    {"semi", ';'},
    {"equals", '='}, {"quest", '?'},  {"commat", '@'},   {"lsqb", '['},
    {"lbrack", '['}, {"bsol", '\\'},  {"rsqb", ']'},     {"rbrack", ']'},
    {"Hat", '^'},    {"lowbar", '_'}, {"grave", '`'},    {"lcub", '{'},
    {"lbrace", '{'}, {"vert", '|'},   {"verbar", '|'},   {"rcub", '}'},
    {"rbrace", '}'}, {"AMP", '&'},    {"LT", '<'},       {"GT", '>'},
    {"QUOT", '"'},
};

/* From U+00A0 on. */
static const char *const latin_1[] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar",
    "sect",   "uml",    "copy",   "ordf",   "laquo",  "not",    "shy",
    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",
    "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",   "raquo",
    "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
    "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute",
    "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",
    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",
    "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",
    "aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave",
    "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute",
    "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute",
    "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static long named(const char *name, size_t length) {
  size_t i;
  for (i = 0; i < COUNT(ascii); i++) {
    if (strlen(ascii[i].name) == length &&
        memcmp(ascii[i].name, name, length) == 0) {
      return ascii[i].character;
    }
  }
  for (i = 0; i < COUNT(latin_1); i++) {
    if (strlen(latin_1[i]) == length &&
        memcmp(latin_1[i], name, length) == 0) {
      return 0xA0 + (long)i;
    }
  }
  return length == 4 && memcmp(name, "euro", 4) == 0 ? 0x20AC : -1;
}

static long numbered(const char *digits, size_t length, int base) {
  long number = 0;
  size_t i;
  for (i = 0; i < length && number <= 0x10FFFF; i++) {
    number = number * base + ts_hex_value(digits[i]);
  }
  return number > 0 && number <= 0x10FFFF ? number : -1;
}

long ts_reference_at(const char *text, size_t *length) {
  static const char decimal[] = "0123456789";
  static const char hexadecimal[] = "0123456789abcdefABCDEF";
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  bool is_number = text[0] == '&' && text[1] == '#';
  bool is_hex = is_number && (text[2] == 'x' || text[2] == 'X');
  const char *start = text + (is_hex ? 3 : is_number ? 2 : 1);
  size_t inside;
  if (text[0] != '&') {
    return -1;
  }
  inside = strspn(start, is_hex ? hexadecimal : is_number ? decimal : letters);
  if (inside == 0 || start[inside] != ';') {
    return -1;
  }
  *length = (size_t)(start - text) + inside + 1;
  return is_number ? numbered(start, inside, is_hex ? 16 : 10)
                   : named(start, inside);
}
