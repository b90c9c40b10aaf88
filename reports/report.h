/* report.h - results, for people and for machines.
 * Every format is rendered from fp_case_result; results.jsonl is the one that
 * loses nothing, and `fallproof report` renders the rest from it.
 * Uses: base, model, trace, judge's results, jansson. */
#pragma once
#include <stdio.h>

#include "harness/judge/result.h"

struct fp_results {
    struct fp_case_result *items;
    size_t n, cap;
};

/* Takes over *r's content. FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_results_add(struct fp_results *all, struct fp_case_result *r);
void fp_results_deinit(struct fp_results *all);
/* By case, protocol, client, its version, configuration, copy. */
void fp_results_sort(struct fp_results *all);

/* One line, without the newline. Schema: reports/schema/result.schema.json. */
void fp_result_write_json(struct fp_buf *out, const struct fp_case_result *r);
/* FP_EPARSE with the line in err->loc; *r untouched on failure. */
FP_MUST_USE enum fp_status
fp_result_parse_json(struct fp_case_result *r, struct fp_str line,
                     struct fp_loc loc, struct fp_err *err);
/* A whole results.jsonl. FP_ENOENT, FP_EINVAL (no regular file), FP_EIO,
 * FP_EPARSE, FP_ELIMIT. */
FP_MUST_USE enum fp_status
fp_results_load(struct fp_results *all, const char *path, struct fp_err *err);

struct fp_text_style {
    bool colour;
    bool verbose; /* passing checks too */
    bool strict;
    unsigned width; /* columns; 0 = do not cut */
};

/* One line for a case, then, when it is not a pass, the ladder of attempts,
 * expected, actual, file:line:col, likely cause, how to run it alone. */
void fp_text_write_case(struct fp_buf *out, const struct fp_case_result *r,
                        const struct fp_text_style *style);
/* Totals, what was not run and why, the slowest. */
void fp_text_write_summary(struct fp_buf *out, const struct fp_results *all,
                           const struct fp_text_style *style);
void fp_junit_write(struct fp_buf *out, const struct fp_results *all,
                    bool strict);
void fp_tap_write(struct fp_buf *out, const struct fp_results *all,
                  bool strict);

/* Something failed that no known failure expects, or a known failure did not
 * hold (reports/baseline.h). A case that broke is neither. strict: a failed
 * should counts. */
bool fp_result_is_unexpected(const struct fp_case_result *r, bool strict);
/* It failed, and only as is known. */
bool fp_result_is_known(const struct fp_case_result *r, bool strict);

/* This machine stood still, so that it cannot be said whether it passes; or
 * whether more fails than is known. */
bool fp_result_is_undecided(const struct fp_case_result *r, bool strict);

/* Exit code of a run (0, 1, 3 or 4 of `fallproof help exit-codes`).
 * reference: a not-exercised check counts as unexpected. */
int fp_results_exit_code(const struct fp_results *all, bool strict,
                         bool reference);
