/* live.h - a case while it runs: stage, client, judge and clock on one loop.
 * Uses: base, trace, judge, net, client, run. */
#pragma once
#include "harness/judge/judge.h"
#include "harness/run/run.h"
#include "harness/trace/trace.h"

struct fp_live_conf {
    const struct fp_run_item *item;
    uint64_t seed;
    double time_scale;
    uint64_t wall_ms; /* real; then the case ends as an error */
    const char *temp; /* the worker's folder: the client's too, unless it has
                         one of its own */
    int term_fd;      /* readable: end now, without a verdict; -1 = none */
    struct fp_trace *trace;
    struct fp_judge *judge; /* fed with all that trace is told */
};

struct fp_live_end {
    bool terminated;      /* by term_fd */
    struct fp_str output; /* the client's last lines; in arena */
    struct fp_arena arena;
};

/* Opens all, runs until FP_FACT_END is in the trace, closes all. What goes
 * wrong is in that fact; *err is set when a handle was never closed. */
void fp_live_run(const struct fp_live_conf *conf, struct fp_live_end *end,
                 struct fp_err *err);
