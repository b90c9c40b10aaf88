/* judge.h - a verdict from a model and facts, nothing else.
 * A fold: no socket, no clock, no file. The same facts give the same verdicts,
 * live or from a stored trace, and a check that is decided stays so however
 * long the trace goes on. (A missed bound is decided 300 ms after the miss: a
 * stall that may excuse it is told only when it is over.) The rules:
 * docs/verdicts.md.
 *
 * Time comes from facts alone. When the runner reaches
 * fp_judge_next_deadline(), it adds FP_FACT_DEADLINE to the trace, so that the
 * stored trace shows the moment too.
 * Uses: base, trace, model. */
#pragma once
#include "harness/judge/result.h"

struct fp_judge;

struct fp_judge_conf {
    const struct fp_case *c; /* borrowed until fp_judge_free */
    enum fp_protocol protocol;
    double time_scale; /* 1: facts' real nanoseconds are the client's */
    bool polling_only; /* the client declares that it has no WebSocket */
};

/* FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_judge_new(struct fp_judge **out, const struct fp_judge_conf *conf,
             struct fp_err *err);
void fp_judge_free(struct fp_judge *j);

/* Facts in order of time. index: the fact's place in its trace. */
void fp_judge_feed(struct fp_judge *j, const struct fp_fact *f, size_t index);

/* The next moment (as fp_fact.t_ns) at which a check is decided if nothing
 * else happens; UINT64_MAX when time alone decides nothing more. */
uint64_t fp_judge_next_deadline(const struct fp_judge *j);

/* Every check but the invariants, which only the end decides, is decided: the
 * run may close the client's standard input. */
bool fp_judge_is_decided(const struct fp_judge *j);

/* After the last fact (FP_FACT_END). Fills checks, ladder, verdict, title, why,
 * case_name, file, protocol and time_scale of r (zeroed by the caller);
 * strings live in r->arena. FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_judge_finish(struct fp_judge *j, struct fp_case_result *r,
                struct fp_err *err);
