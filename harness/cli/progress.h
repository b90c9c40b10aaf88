/* progress.h - what `run` shows while it runs: a live line on a terminal, and
 * each result in the order of the items, as soon as those before it are there.
 * Uses: base, reports, run. */
#pragma once
#include "harness/run/run.h"

struct fp_progress {
    const struct fp_run_item *items;
    struct fp_buf *texts; /* one for each item; told once printed */
    bool *done;
    size_t n, printed, started, finished, failed;
    struct fp_text_style style;
    bool quiet, live;
    uint64_t began_ns;
};

void fp_progress_begin(struct fp_progress *p, const struct fp_run_item *items,
                       size_t n, bool quiet, bool verbose, bool strict);
void fp_progress_started(struct fp_progress *p);
void fp_progress_result(struct fp_progress *p, const struct fp_case_result *r);
/* Prints what is held back (after an interruption), clears the live line. */
void fp_progress_end(struct fp_progress *p);
void fp_progress_deinit(struct fp_progress *p);
