/* cause.h - the likely cause of a failure, and what to do about it.
 * Uses: base, judge/check. */
#pragma once
#include "harness/judge/check.h"

/* NULL when no rule fits. Static text. */
const char *fp_cause_of(const struct fp_view *v, enum fp_check_kind kind,
                        const struct fp_part *part);
