/* pool.h - runs a function many times, a process each, many at once.
 * The parent has no loop, no thread and no library state; it waits with
 * poll(2) on two pipes a worker and a signalfd. See run.h for the model.
 * Uses: base. */
#pragma once
#include "harness/base/str.h"

enum {
    FP_POOL_LEAKED = 77, /* exit status: LeakSanitizer found a leak */
};

/* How a worker ended. Strings are borrowed until the callback returns. */
struct fp_pool_end {
    size_t index;
    struct fp_str answer;    /* what it wrote to answer_fd */
    struct fp_str complaint; /* the end of its standard error */
    int status;              /* as of waitpid(2) */
    bool overdue;            /* it was killed at its limit */
};

struct fp_pool_conf {
    size_t n;
    unsigned jobs; /* at most this many at once; at least 1 */
    /* In the worker: leader of a process group, child subreaper, standard
     * input empty, both outputs collected. Its value is the exit status. */
    int (*work)(void *user, size_t i, int answer_fd);
    /* In the parent. A worker that lives longer is killed; 0 = no limit. */
    uint64_t (*limit_ms)(void *user, size_t i);
    /* How long the next start has to wait after this one. */
    uint64_t (*gap_ms)(void *user, size_t i);
    void (*on_start)(void *user, size_t i);
    /* false: kill the rest and return. */
    bool (*on_end)(void *user, const struct fp_pool_end *end);
    void *user;
};

/* Returns when all have ended and no descendant that it made is left.
 * SIGINT, SIGTERM, SIGHUP: kills what runs and sets *interrupted.
 * FP_EIO: no process or pipe could be made, though none was running. */
FP_MUST_USE enum fp_status fp_pool_run(const struct fp_pool_conf *conf,
                                       bool *interrupted, struct fp_err *err);
