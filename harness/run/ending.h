/* ending.h - what the end of a run says about its case.
 * The same for a run that has just ended and for its stored trace.
 * Uses: base, trace, judge's results. */
#pragma once
#include "harness/judge/result.h"
#include "harness/trace/trace.h"

/* Where FP_FACT_END says that the harness, the wall limit or a client that
 * never connected ended it, r is an error of the case as a whole, in the words
 * of that fact. */
void fp_run_apply_end(struct fp_case_result *r, const struct fp_trace *trace);
