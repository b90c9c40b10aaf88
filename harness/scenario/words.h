/* words.h - values and keys in words, for `explain` and the references.
 * Uses: base, model/tables. */
#pragma once
#include "harness/model/tables.h"

/* "3s", "250ms", "2m": as a case would write it. */
void fp_words_duration(struct fp_buf *out, uint64_t ms);
/* A value as a case would write it; nothing where it is unset. */
void fp_words_value(struct fp_buf *out, const struct fp_key *key,
                    const void *base);
/* The value is set, and not the default. */
bool fp_words_is_said(struct fp_buf *out, const struct fp_key *key,
                      const void *base);
/* What a key takes, for a table: "a duration", "fin | rst". */
void fp_words_type(struct fp_buf *out, const struct fp_key *key);
/* Words wrapped at `width` columns, each line begun by `indent` spaces; the
 * first line goes on at column `at`. UTF-8 characters count as one. */
struct fp_wrap {
    unsigned indent, width, at;
};
void fp_words_wrap(struct fp_buf *out, struct fp_str text, struct fp_wrap w);
