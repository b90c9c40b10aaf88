/* value.h - one value of a case, as its table says.
 * Uses: base, model/tables, tree. */
#pragma once
#include "harness/model/tables.h"
#include "harness/scenario/tree.h"

/* Write v into base at key's offset; a problem, and false, when it is not a
 * value of key's type. Not for the structures (FP_V_SERVER …). */
bool fp_value_set(struct fp_load *l, const struct fp_key *key, void *base,
                  const struct fp_node *v);
/* The key's default, where it has one. */
void fp_value_set_default(struct fp_load *l, const struct fp_key *key,
                          void *base);
/* v as one line without control characters; absent after a problem. */
struct fp_str
fp_value_line(struct fp_load *l, const char *key, const struct fp_node *v);
/* An array, and how many, at key's offset and offset_n. */
void fp_value_put_list(const struct fp_key *key, void *base, const void *items,
                       size_t n);
/* FP_V_HEADER_EDITS and FP_V_HEADER_MATCH. */
bool fp_value_set_edits(struct fp_load *l, const struct fp_key *key, void *base,
                        const struct fp_node *v);
bool fp_value_set_match(struct fp_load *l, const struct fp_key *key,
                        struct fp_header_edit *to, const struct fp_node *v);
