/* SPDX-License-Identifier: MIT
 * result.c - what the judge says, as data: names of verdicts, the worst one. */
#include "harness/judge/result.h"

static const char *const names[FP_VERDICTS] = {
    [FP_PASS] = "pass",
    [FP_FAIL] = "fail",
    [FP_INCONCLUSIVE] = "inconclusive",
    [FP_UNSUPPORTED] = "unsupported",
    [FP_NOT_EXERCISED] = "not-exercised",
    [FP_ERROR] = "error",
    [FP_NOT_APPLICABLE] = "n/a",
};

const char *fp_verdict_name(enum fp_verdict v) { return names[v]; }

bool fp_verdict_parse(struct fp_str name, enum fp_verdict *out)
{
    for (size_t i = 0; i < FP_VERDICTS; i++) {
        if (!fp_str_eqz(name, names[i]))
            continue;
        *out = (enum fp_verdict)i;
        return true;
    }
    return false;
}

static bool counts(const struct fp_check_result *c, bool strict)
{
    return c->level == FP_MUST || (strict && c->level == FP_SHOULD);
}

/* Invariants that nobody listed pass in almost every run; they say nothing
 * about what the case is for. */
static bool any(const struct fp_check_result *checks, size_t n, bool implied,
                enum fp_verdict v)
{
    for (size_t i = 0; i < n; i++)
        if (checks[i].verdict == v && (implied || !checks[i].implied))
            return true;
    return false;
}

enum fp_verdict
fp_case_verdict(const struct fp_check_result *checks, size_t n, bool strict)
{
    static const enum fp_verdict worse[] = {FP_FAIL, FP_INCONCLUSIVE};
    static const enum fp_verdict better[] = {
        FP_PASS, FP_UNSUPPORTED, FP_NOT_EXERCISED, FP_NOT_APPLICABLE};
    if (any(checks, n, true, FP_ERROR))
        return FP_ERROR;
    for (size_t k = 0; k < FP_COUNT(worse); k++)
        for (size_t i = 0; i < n; i++)
            if (checks[i].verdict == worse[k] && counts(&checks[i], strict))
                return worse[k];
    for (size_t k = 0; k < FP_COUNT(better); k++)
        if (any(checks, n, false, better[k]))
            return better[k];
    for (size_t k = 0; k < FP_COUNT(better); k++)
        if (any(checks, n, true, better[k]))
            return better[k];
    /* Only a failed should or may is left. */
    return any(checks, n, true, FP_FAIL) ? FP_PASS : FP_NOT_EXERCISED;
}

void fp_case_result_deinit(struct fp_case_result *r)
{
    fp_arena_deinit(&r->arena);
    *r = (struct fp_case_result){0};
}
