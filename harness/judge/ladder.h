/* ladder.h - the ladder of attempts that a failure prints.
 * Uses: base, judge/view. */
#pragma once
#include "harness/judge/view.h"

enum { FP_LADDER_RUNGS = 200 };

/* Fills r->ladder: a rung for each attempt, upgrade probe, handshake and
 * failed request; runs of polls with the same answer are one. At most
 * FP_LADDER_RUNGS; one rung tells how many were left out. FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_ladder_write(const struct fp_view *v, struct fp_case_result *r);
