/* trace_private.h - shared by trace.c and trace_load.c only. */
#pragma once
#include "harness/trace/trace.h"

/* Where strings of a loaded header live. */
struct fp_arena *fp_trace_arena(struct fp_trace *t);
/* As fp_trace_add without a listener, without limits and with t_ns == 0 kept.
 * FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_trace_append(struct fp_trace *t, const struct fp_fact *f);
