/* SPDX-License-Identifier: MIT
 * selftest_verdict_test.c - what results say of mutants, from made-up ones. */
#include "harness/cli/selftest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { RUNS = 3, CHECKS = 4 };

/* One letter for each of these checks: p f i n, - = not judged. */
static const struct {
    const char *name;
    enum fp_check_kind kind;
} checks[CHECKS] = {
    {"connects", FP_CHECK_CONNECTS},
    {"falls-back.budget", FP_CHECK_FALLS_BACK},
    {"fresh", FP_CHECK_FRESH},
    {"valid", FP_CHECK_VALID},
};

static const struct row {
    const char *name;
    const char *right, *also_right; /* the reference client, twice */
    const char *mutant;
    const char *must, *may;
    enum fp_verdict mutant_is;
    const char *cells; /* of the mutant, as in the report */
    int exit_code;
    size_t survived, unexpected, unclean, stalled, unexercised;
} rows[] = {
    {"killed", "pppp", "pppp", "pfpp", "falls-back.budget", NULL, FP_FAIL,
     ".K..", 0, 0, 0, 0, 0, 0},
    {"killed, with a consequence", "pppp", "pppp", "pffp", "falls-back.budget",
     "fresh", FP_FAIL, ".Kk.", 0, 0, 0, 0, 0, 0},
    {"what may fail need not", "pppp", "pppp", "pfpp", "falls-back.budget",
     "fresh valid", FP_FAIL, ".K..", 0, 0, 0, 0, 0, 0},
    {"survived", "pppp", "pppp", "pppp", "fresh", NULL, FP_PASS, "..-.", 1, 1,
     0, 0, 0, 0},
    {"survived, having no chance", "pppp", "pppp", "ppnp", "fresh", NULL,
     FP_PASS, "..-.", 1, 1, 0, 0, 0, 0},
    {"survived, not judged", "pppp", "pppp", "pp-p", "fresh", NULL, FP_PASS,
     "..-.", 1, 1, 0, 0, 0, 0},
    {"caught by another check too", "pppp", "pppp", "fpfp", "fresh", "valid",
     FP_FAIL, "!.K.", 1, 0, 1, 0, 0, 0},
    {"caught by another check instead", "pppp", "pppp", "fppp", "fresh", NULL,
     FP_FAIL, "!.-.", 1, 1, 1, 0, 0, 0},
    {"a stall", "pppp", "pppp", "ppip", "fresh", NULL, FP_INCONCLUSIVE, "..?.",
     3, 0, 0, 0, 1, 0},
    {"blocked by a stall", "pppp", "pppp", "ipnp", "fresh", NULL,
     FP_INCONCLUSIVE, "..?.", 3, 0, 0, 0, 1, 0},
    {"a stall where nothing is needed", "pppp", "pppp", "ipfp", "fresh", NULL,
     FP_FAIL, "..K.", 0, 0, 0, 0, 0, 0},
    {"the reference client fails", "pppp", "pppf", "pfpp", "falls-back.budget",
     NULL, FP_FAIL, ".K..", 1, 0, 0, 1, 0, 0},
    {"the reference client stalls", "pppp", "pppi", "pfpp", "falls-back.budget",
     NULL, FP_FAIL, ".K..", 3, 0, 0, 0, 1, 0},
    {"exercised in one configuration", "pnpp", "pppp", "pfpp",
     "falls-back.budget", NULL, FP_FAIL, ".K..", 0, 0, 0, 0, 0, 0},
    {"exercised in none", "pnpp", "pnpp", "pfpp", "falls-back.budget", NULL,
     FP_FAIL, ".K..", 1, 0, 0, 0, 0, 1},
};

static struct fp_case_result
result_from(const char *letters, struct fp_check_result *to)
{
    struct fp_case_result r = {.checks = to, .verdict = FP_PASS};
    for (size_t c = 0; c < CHECKS; c++) {
        const char *at = strchr("pfiun", letters[c]);
        if (at == NULL)
            continue;
        static const enum fp_verdict verdicts[] = {
            FP_PASS, FP_FAIL, FP_INCONCLUSIVE, FP_UNSUPPORTED,
            FP_NOT_EXERCISED};
        to[r.n_checks++] = (struct fp_check_result){
            .kind = checks[c].kind,
            .name = fp_str_of(checks[c].name),
            .verdict = verdicts[at - "pfiun"],
        };
    }
    return r;
}

struct stage {
    struct fp_case c;
    struct fp_selected selected;
    struct fp_mutant mutant;
    struct fp_run_client clients[RUNS];
    struct fp_run_item items[RUNS];
    struct fp_selftest_role roles[RUNS];
    struct fp_check_result checks[RUNS][CHECKS];
    struct fp_case_result results[RUNS];
    struct fp_selftest_plan plan;
};

static void set_stage(struct stage *s, const struct row *row)
{
    memset(s, 0, sizeof *s);
    s->c.name = FP_STR("a/case");
    s->selected = (struct fp_selected){&s->c, FP_ENGINE_IO_4};
    s->mutant.name = "wrong";
    s->mutant.runs[0] = (struct fp_mutant_run){
        .where = "a/case@engine.io-4", .must = row->must, .may = row->may};
    const char *letters[RUNS] = {row->right, row->also_right, row->mutant};
    for (size_t i = 0; i < RUNS; i++) {
        s->items[i] = (struct fp_run_item){
            .c = &s->c, .protocol = FP_ENGINE_IO_4, .client = &s->clients[i]};
        s->results[i] = result_from(letters[i], s->checks[i]);
    }
    s->roles[RUNS - 1] =
        (struct fp_selftest_role){&s->mutant, &s->mutant.runs[0]};
    s->results[RUNS - 1].verdict = row->mutant_is;
    s->plan = (struct fp_selftest_plan){
        .items = s->items,
        .roles = s->roles,
        .n = RUNS,
        .selection = {.items = &s->selected, .n = 1},
    };
}

static void judges(void **state)
{
    const struct row *row = *state;
    static struct stage s;
    struct fp_selftest_verdict v;
    char cells[CHECKS + 1] = "";
    set_stage(&s, row);
    assert_int_equal(FP_OK, fp_selftest_judge(&v, &s.plan, s.results, NULL));
    assert_int_equal(CHECKS, v.n_checks);
    for (size_t c = 0; c < CHECKS; c++) {
        assert_true(fp_str_eqz(v.checks[c].name, checks[c].name));
        cells[c] = " .kK?!-"[v.cells[(RUNS - 1) * CHECKS + c]];
    }
    assert_string_equal(cells, row->cells);
    assert_int_equal(row->survived, v.survived);
    assert_int_equal(row->unexpected, v.unexpected);
    assert_int_equal(row->unclean, v.unclean);
    assert_int_equal(row->stalled, v.stalled);
    assert_int_equal(row->unexercised, v.unexercised);
    assert_int_equal(row->exit_code, fp_selftest_exit_code(&v));
    fp_selftest_verdict_deinit(&v);
}

/* Where every mutant runs, a check that none kills is told, whether or not it
 * was ever judged. */
static void every_check_must_be_killed(void **state)
{
    (void)state;
    static struct stage s;
    struct fp_selftest_verdict v;
    set_stage(&s, &rows[0]);
    s.plan.whole = true;
    assert_int_equal(FP_OK, fp_selftest_judge(&v, &s.plan, s.results, NULL));
    assert_int_equal(FP_CHECK_KIND_COUNT, v.n_checks);
    assert_int_equal(FP_CHECK_KIND_COUNT - 1, v.unkilled);
    assert_int_equal(1, fp_selftest_exit_code(&v));
    fp_selftest_verdict_deinit(&v);
}

static void a_case_that_none_fails_is_told(void **state)
{
    (void)state;
    static struct stage s;
    struct fp_selftest_verdict v;
    set_stage(&s, &rows[3]);
    s.plan.whole = s.plan.full = true;
    assert_int_equal(FP_OK, fp_selftest_judge(&v, &s.plan, s.results, NULL));
    assert_int_equal(1, v.unfailed);
    fp_selftest_verdict_deinit(&v);
}

static void a_broken_run_is_undecided(void **state)
{
    (void)state;
    static struct stage s;
    struct fp_selftest_verdict v;
    set_stage(&s, &rows[3]);
    s.results[RUNS - 1] = (struct fp_case_result){.verdict = FP_ERROR};
    assert_int_equal(FP_OK, fp_selftest_judge(&v, &s.plan, s.results, NULL));
    assert_int_equal(1, v.errors);
    assert_true(v.undecided[RUNS - 1]);
    assert_int_equal(0, v.survived);
    assert_int_equal(3, fp_selftest_exit_code(&v));
    fp_selftest_verdict_deinit(&v);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 3] = {
        cmocka_unit_test(every_check_must_be_killed),
        cmocka_unit_test(a_case_that_none_fails_is_told),
        cmocka_unit_test(a_broken_run_is_undecided),
    };
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[3 + i] = (struct CMUnitTest){rows[i].name, judges, NULL, NULL,
                                           (void *)(uintptr_t)&rows[i]};
    return cmocka_run_group_tests_name("selftest verdict", tests, NULL, NULL);
}
