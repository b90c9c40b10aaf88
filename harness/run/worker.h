/* worker.h - one case, run in a process of its own, from its first socket to
 * its last descendant. Uses: everything below run. */
#pragma once
#include "harness/run/run.h"

struct fp_worker_conf {
    const struct fp_run_conf *run;
    const struct fp_run_item *item;
    const char *temp_root;  /* where its temporary folder is made */
    const char *trace_file; /* absolute; NULL: none is kept */
    const char *trace_name; /* the same, as a result tells it */
};

/* To be called in the worker, once: changes the working directory, takes
 * SIGTERM, reaps every child. Writes one line of JSON, a result, to answer_fd.
 * Its value is the exit status: 0, or 1 when the line could not be written. */
int fp_worker_run(const struct fp_worker_conf *conf, int answer_fd);

/* When a worker must have ended, with a margin over its own limit. */
uint64_t fp_worker_limit_ms(const struct fp_run_conf *run,
                            const struct fp_run_item *item);
