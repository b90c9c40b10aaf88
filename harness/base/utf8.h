/* utf8.h - which bytes are UTF-8 (RFC 3629). Uses: base/str. */
#pragma once
#include "harness/base/str.h"

/* Length in bytes of the well-formed character at s.p[i] (1..4), or 0: a stray
 * or missing continuation, an overlong form, a surrogate, beyond U+10FFFF. */
size_t fp_utf8_length(struct fp_str s, size_t i);
/* Append s, each byte that is not UTF-8 as U+FFFD. */
void fp_utf8_scrub(struct fp_buf *out, struct fp_str s);
