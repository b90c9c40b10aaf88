/* json_text.h - any bytes as a JSON member, and back.
 * Valid UTF-8 is written as it is; anything else in base64 under the member's
 * name with "64" behind it (RFC 4648 section 4). Uses: base. */
#pragma once
#include "harness/base/str.h"

/* Append ,"name":"…" or ,"name64":"…"; nothing when s is absent. */
void fp_json_member_text(struct fp_buf *out, const char *name, struct fp_str s);
/* Append "…", escaped. s must be valid UTF-8. */
void fp_json_quote(struct fp_buf *out, struct fp_str s);
/* RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF. */
bool fp_json_is_utf8(struct fp_str s);

void fp_json_base64(struct fp_buf *out, struct fp_str bytes);
/* Appended to out; false when text is not base64 with its padding. */
bool fp_json_unbase64(struct fp_buf *out, struct fp_str text);
