/* match.h - which cases and checks a pattern means.
 * Uses: base. */
#pragma once
#include "harness/base/str.h"

/* Whether name ("refused/403" or "refused/403@plain") fits a pattern: `*` is
 * one component or part of one, `**` any number; a pattern without `@` fits
 * every protocol; a folder ("refused") fits all below it; "@plain" fits every
 * case under that protocol. A name without `@` fits under any protocol. */
bool fp_case_match(struct fp_str name, struct fp_str pattern);

/* Whether a check ("falls-back.attempts") of a case ("refused/403@plain") fits
 * "CASE:CHECK": CASE as above; in CHECK `*` is any text, and a check without a
 * part ("falls-back") fits all its parts. */
bool fp_check_match(struct fp_str case_name, struct fp_str check,
                    struct fp_str pattern);
/* CASE and CHECK of such a pattern; *check is absent where it has no colon. */
struct fp_str fp_check_split(struct fp_str pattern, struct fp_str *check);
