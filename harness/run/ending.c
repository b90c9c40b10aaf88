/* SPDX-License-Identifier: MIT
 * ending.c - what the end of a run says about its case. */
#include "harness/run/ending.h"

#include "harness/run/identity.h"

static bool is_error(struct fp_str name)
{
    return fp_str_eqz(name, "harness") || fp_str_eqz(name, "wall") ||
           fp_str_eqz(name, "client-exit");
}

void fp_run_apply_end(struct fp_case_result *r, const struct fp_trace *trace)
{
    for (size_t i = 0; i < fp_trace_count(trace); i++) {
        const struct fp_fact *f = fp_trace_get(trace, i);
        if (f->kind == FP_FACT_END && is_error(f->name)) {
            r->error = FP_STR_NONE; /* the judge's is in general words */
            fp_run_set_error(r, f->text);
            return;
        }
    }
}
