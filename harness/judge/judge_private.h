/* judge_private.h - the judge from within: the fold (judge.c), its end
 * (verdicts.c) and their tests.
 * Uses: base, trace, model, judge/check. */
#pragma once
#include "harness/judge/check.h"

struct fp_judge {
    struct fp_judge_conf conf;
    struct fp_view view;
    struct fp_arena arena;
    struct fp_check implied[FP_CHECK_KIND_COUNT];
    struct fp_check_run *runs;
    size_t n_runs;
    bool failed;
    bool only_invariants; /* nothing says how long to watch */
};

/* Every part that is not decided yet. */
void fp_judge_decide_all(struct fp_check_run *run, enum fp_verdict verdict,
                         uint64_t t_ns, struct fp_str why);
bool fp_judge_is_done(const struct fp_check_run *run);
/* NULL when the case has no such check. */
struct fp_check_run *
fp_judge_run_of(const struct fp_judge *j, enum fp_check_kind kind);
/* Decide the checks that wait for what a failed one can not give any more. */
void fp_judge_block(struct fp_judge *j);
