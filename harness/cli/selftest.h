/* selftest.h - the reference client and its mutants in their cases, and what
 * their results say about the checks. Parts of `fallproof selftest`:
 * selftest_plan.c chooses what is run, selftest_verdict.c reads the results,
 * selftest_report.c shows them.
 * Uses: base, client/mutants, run. */
#pragma once
#include "fixtures/client/mutants.h"
#include "harness/cli/client_choice.h"
#include "harness/cli/selection.h"

/* -- the plan ----------------------------------------------------------- */

/* What an item of the run is for. mutant NULL: the reference client. run NULL:
 * a case that the mutant does not name (--full). */
struct fp_selftest_role {
    const struct fp_mutant *mutant;
    const struct fp_mutant_run *run;
};

struct fp_selftest_plan {
    struct fp_client_choice choice;
    struct fp_selection selection; /* every case that is needed */
    struct fp_run_item *items;
    struct fp_selftest_role *roles; /* one for each item */
    size_t n;
    bool whole; /* no mutant is left out: each check must be killed */
    bool full;  /* every mutant in every case */
    struct fp_arena arena;
};

/* Prints what is wrong and returns an exit code. */
int fp_selftest_plan(struct fp_selftest_plan *out, const struct fp_args *a);
void fp_selftest_plan_deinit(struct fp_selftest_plan *p);

/* -- the verdict -------------------------------------------------------- */

enum fp_kill {
    FP_KILL_ABSENT,     /* not judged here */
    FP_KILL_PASSED,     /* or had no chance to fail, and need not */
    FP_KILL_MAY,        /* failed, as it may */
    FP_KILL_MUST,       /* failed, as it must */
    FP_KILL_UNDECIDED,  /* must, and this machine stalled */
    FP_KILL_UNEXPECTED, /* failed, and nobody said so */
    FP_KILL_MISSED,     /* must, and did not fail */
};

/* A column. */
struct fp_selftest_check {
    struct fp_str name; /* "falls-back.attempts" */
    enum fp_check_kind kind;
    bool killed; /* some mutant that must fail it does */
};

struct fp_selftest_verdict {
    struct fp_selftest_check *checks; /* by kind */
    size_t n_checks;
    enum fp_kill *cells; /* item x check */
    bool *broken;        /* by item: the case is an error */
    bool *undecided;     /* by item: a stall, or an error: worth another run */
    /* What is wrong: items, */
    size_t survived, unexpected, unclean, stalled, errors;
    size_t unkilled;    /* checks, */
    size_t unexercised; /* checks of cases, */
    size_t unfailed;    /* and, with --full, cases that no mutant fails */
    struct fp_arena arena;
};

/* results: one for each item of the plan. FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_selftest_judge(struct fp_selftest_verdict *out,
                  const struct fp_selftest_plan *p,
                  const struct fp_case_result *results, struct fp_err *err);
void fp_selftest_verdict_deinit(struct fp_selftest_verdict *v);
/* The reference client gives the check of its item i no chance to fail, in
 * either configuration. */
bool fp_selftest_is_unexercised(const struct fp_selftest_plan *p,
                                const struct fp_case_result *results, size_t i,
                                struct fp_str check);
/* Some mutant fails the case of the item i. */
bool fp_selftest_is_failed(const struct fp_selftest_plan *p,
                           const struct fp_case_result *results, size_t i);
/* The result of that name; a failed one, if there are several; or NULL. */
const struct fp_check_result *
fp_selftest_result_of(const struct fp_case_result *r, struct fp_str name);
/* 0, 1 or 3, as of `fallproof help exit-codes`. */
int fp_selftest_exit_code(const struct fp_selftest_verdict *v);

/* -- the report --------------------------------------------------------- */

void fp_selftest_write_text(struct fp_buf *out,
                            const struct fp_selftest_plan *p,
                            const struct fp_selftest_verdict *v,
                            const struct fp_case_result *results, bool verbose);
/* A line for each item, then one for the whole. */
void fp_selftest_write_json(struct fp_buf *out,
                            const struct fp_selftest_plan *p,
                            const struct fp_selftest_verdict *v,
                            const struct fp_case_result *results);
