/* run.h - runs cases: a worker process each, many at once.
 *
 * Process model. The parent has no loop, no thread and no library state when
 * it forks; it waits with poll(2). Each worker leads a process group, has a
 * temporary folder as its working directory, makes its own loop, opens server
 * and hops (last hop first, each armed before it listens), starts the client
 * through the plug-in contract, feeds the judge, and writes one result line and
 * its trace. Workers die with their parent (PR_SET_PDEATHSIG) and, like it, are
 * child subreapers: when a case ends no descendant of it is left. A worker that
 * crashes, hangs or leaks a handle gives its case the verdict `error`.
 * Uses: everything but cli. */
#pragma once
#include "harness/model/baseline.h"
#include "harness/scenario/scenario.h"
#include "reports/report.h"

/* The program under test. */
struct fp_run_client {
    struct fp_str name;    /* "reference", "socket.io-client-4", or the words */
    struct fp_str version; /* absent when not known */
    struct fp_str config;  /* absent: none */
    char *const *argv;     /* NULL-terminated */
    char *const *env;      /* extra NAME=VALUE, NULL-terminated; may be NULL */
    const char *dir;       /* working directory; NULL = a fresh temporary one */
    bool polling_only, websocket_only;
    bool is_reference;
    uint64_t start_cost_ms; /* CPU it needs to start: spaces the starts */
    double time_scale;      /* its clock runs this many times faster; 0 or 1 =
                               not */
    const char *preload;    /* LD_PRELOAD, where it does */
};

/* One thing to run. */
struct fp_run_item {
    const struct fp_case *c;
    enum fp_protocol protocol;
    const struct fp_run_client *client;
    unsigned copy; /* --repeat; 0 = not repeated */
};

struct fp_run_conf {
    const struct fp_run_item *items;
    size_t n_items;
    unsigned jobs; /* 0 = as many as this machine bears */
    uint64_t seed;
    uint64_t timeout_ms; /* --timeout: wall limit a case; 0 = the case's own */
    const char *out_dir; /* results.jsonl and traces/; NULL = keep nothing */
    bool keep_passes;    /* traces of passes too */
    bool fail_fast, strict;
    const struct fp_baseline *known; /* what is known to fail; may be NULL */
    /* Called in the parent. started may be NULL. */
    void (*on_started)(void *user, const struct fp_run_item *item);
    void (*on_result)(void *user, const struct fp_case_result *r);
    void *user;
};

/* Runs all; results are in order of items. Interrupted (SIGINT, SIGTERM):
 * kills every worker, keeps the results so far, sets *interrupted.
 * FP_EIO: fork, pipe, out_dir; what was run is in *results all the same. */
FP_MUST_USE enum fp_status
fp_run(const struct fp_run_conf *conf, struct fp_results *results,
       bool *interrupted, struct fp_err *err);

/* Judge a stored trace again. loaded: the case from its header. */
FP_MUST_USE enum fp_status
fp_run_judge_trace(const char *path, struct fp_case_result *r,
                   struct fp_err *err);

/* `fallproof serve --case`: open server and hops on this loop and call on_url
 * once with the client's URL; until interrupted. port: of the first hop. */
struct fp_serve_case {
    const struct fp_case *c;
    enum fp_protocol protocol;
    uint16_t port;
    uint64_t seed;
    void (*on_url)(void *user, const char *url, const char *path);
    void (*on_fact)(void *user, const struct fp_fact *f);
    void *user;
};
FP_MUST_USE enum fp_status
fp_run_serve_case(const struct fp_serve_case *conf, struct fp_err *err);
