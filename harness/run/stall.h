/* stall.h - when this machine stood still, so that nobody is blamed for it.
 * The harness: how late a timer of its own loop is. The client: how long its
 * threads, and those of its children, waited for a CPU.
 * Source: /proc/PID/task/TID/schedstat, first and second number
 * (Documentation/scheduler/sched-stats in Linux). Uses: base, trace, net. */
#pragma once
#include "fixtures/net/net.h"
#include "harness/trace/trace.h"

enum {
    FP_STALL_OVER_MS = 100, /* a stall is longer; docs/verdicts.md */
    FP_STALL_LEAST_MS = 25, /* at any scale: fp_view_path_ns() allows it */
};

struct fp_stall_watch;

/* Adds FP_FACT_STALL to trace from now on. scale: the client's clock runs this
 * many times faster, so that shorter stalls count. NULL: out of memory. */
struct fp_stall_watch *
fp_stall_watch_open(struct fp_loop *loop, struct fp_trace *trace, double scale);
/* What a stall is longer than at a scale: FP_STALL_OVER_MS of the client's
 * time, but no less than the delays that every scaled bound allows for. */
uint64_t fp_stall_over_ns(double scale);
/* Watch this process and its children too. */
void fp_stall_watch_client(struct fp_stall_watch *w, int pid);
void fp_stall_watch_close(struct fp_stall_watch *w);

/* What a thread spent on a CPU, and waiting for one. */
struct fp_schedstat {
    uint64_t ran_ns, waited_ns;
};

/* From schedstat's text; false when it is not such a text. */
bool fp_schedstat_parse(struct fp_str text, struct fp_schedstat *out);
/* Waited for longer than over_ns, and got less than a quarter of the
 * CPU that it wanted. A client that computes all the time waits on every busy
 * machine; that it is slow then is its own doing. */
bool fp_schedstat_is_starved(const struct fp_schedstat *span, uint64_t over_ns);
