/* explain.h - what `explain` and `hosts` tell in the same words.
 * Uses: base, model. */
#pragma once
#include "harness/model/case.h"

/* "why         text, wrapped below itself"; nothing where text is absent. */
void fp_explain_paragraph(struct fp_buf *out, const char *label,
                          struct fp_str text);
/* The path as drawn: client → [edge: refuse] → server. */
void fp_explain_path(struct fp_buf *out, const struct fp_hop *hops, size_t n);
/* A heading, and each fault with what it does. */
void fp_explain_faults(struct fp_buf *out, const struct fp_hop *hops, size_t n);
