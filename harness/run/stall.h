/* stall.h - when this machine stood still, so that nobody is blamed for it.
 * The harness: how late a timer of its own loop is. The client: how long its
 * threads, and those of its children, waited for a CPU.
 * Source: /proc/PID/task/TID/schedstat, second number (Documentation/scheduler/
 * sched-stats in Linux). Uses: base, trace, net. */
#pragma once
#include "fixtures/net/net.h"
#include "harness/trace/trace.h"

enum {
    FP_STALL_OVER_MS = 100, /* a stall is longer; docs/verdicts.md */
};

struct fp_stall_watch;

/* Adds FP_FACT_STALL to trace from now on. NULL: out of memory. */
struct fp_stall_watch *
fp_stall_watch_open(struct fp_loop *loop, struct fp_trace *trace);
/* Watch this process and its children too. */
void fp_stall_watch_client(struct fp_stall_watch *w, int pid);
void fp_stall_watch_close(struct fp_stall_watch *w);

/* The time, in nanoseconds, that schedstat's text says was spent waiting for a
 * CPU; false when it is not such a text. */
bool fp_schedstat_parse(struct fp_str text, uint64_t *waited_ns);
