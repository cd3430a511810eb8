/*
** forms.h - the forms in which a secret may appear in a text.
*/

#ifndef TS_FORMS_H
#define TS_FORMS_H

#include "bytes/buffer.h"

/* How a form is compared with a text. */
typedef enum ts_likeness {
  TS_LIKE_IS,       /* exactly */
  TS_LIKE_ANY_CASE, /* ASCII letters in either case */
  TS_LIKE_BASE64,   /* '-' and '_' of the alphabet for URLs are '+' and '/' */
  TS_LIKENESSES
} ts_likeness;

/* Returns the byte that represents all equal ones. */
unsigned char ts_forms_fold(ts_likeness like, unsigned char byte);

/*
** Appends the forms of a secret to the lists, one for each likeness, folded
** and NUL-terminated: as it is; and, unless it is short, in any case,
** backwards, as hexadecimal digits, and in Base64, at each of the three
** positions in a longer text. 'letters' is the secret as scrub.c compares it.
** False: memory ran out.
*/
bool ts_forms_add(const char *secret, const char *letters,
                  ts_buffer forms[TS_LIKENESSES]);

#endif
