/* SPDX-License-Identifier: MIT
 * self_test.c - a case about the harness passes when it came as it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "harness/run/self.h"

static struct row {
    const char *name;
    const char *verdict, *check, *error; /* what the case names */
    enum fp_verdict got;                 /* of the case */
    const char *got_error;
    enum fp_verdict want;
} rows[] = {
    {"the verdict", "fail", NULL, NULL, FP_FAIL, NULL, FP_PASS},
    {"another verdict", "fail", NULL, NULL, FP_PASS, NULL, FP_FAIL},
    {"of a check", "fail", "fresh", NULL, FP_FAIL, NULL, FP_PASS},
    {"another of a check", "pass", "fresh", NULL, FP_FAIL, NULL, FP_FAIL},
    {"of a part", "pass", "falls-back.budget", NULL, FP_FAIL, NULL, FP_PASS},
    {"of any part", "fail", "falls-back", NULL, FP_FAIL, NULL, FP_PASS},
    {"of a check that is not there", "fail", "stays", NULL, FP_FAIL, NULL,
     FP_FAIL},
    {"of a check whose name begins alike", "fail", "fre", NULL, FP_FAIL, NULL,
     FP_FAIL},
    {"the error", "error", NULL, "code 3", FP_ERROR, "exited with code 3",
     FP_PASS},
    {"another error", "error", NULL, "code 3", FP_ERROR, "no such program",
     FP_FAIL},
    {"the error alone", NULL, NULL, "code", FP_ERROR, "code", FP_PASS},
    {"an error that is none", NULL, NULL, "code", FP_PASS, NULL, FP_FAIL},
};

static struct fp_check_result checks[] = {
    {.name = {"falls-back.attempts", 19}, .verdict = FP_FAIL},
    {.name = {"falls-back.budget", 17}, .verdict = FP_PASS},
    {.name = {"fresh", 5}, .verdict = FP_FAIL},
};

static void judges_the_harness(void **state)
{
    const struct row *row = *state;
    struct fp_case c = {.file = FP_STR("cases/self/x.yaml"),
                        .self = {.verdict = fp_str_of(row->verdict),
                                 .check = fp_str_of(row->check),
                                 .error = fp_str_of(row->error)}};
    struct fp_case_result r = {.verdict = row->got,
                               .error = fp_str_of(row->got_error),
                               .checks = checks,
                               .n_checks = FP_COUNT(checks)};
    assert_int_equal(fp_self_apply(&r, &c, NULL), FP_OK);
    assert_int_equal(r.verdict, row->want);
    assert_int_equal(r.n_checks, 1);
    assert_int_equal(r.checks[0].verdict, row->want);
    assert_true(fp_str_eqz(r.checks[0].name, "self"));
    assert_null(r.error.p);
    fp_arena_deinit(&r.arena);
}

static void leaves_other_cases_alone(void **state)
{
    (void)state;
    struct fp_case c = {.self = {.command = FP_STR("cat")}};
    struct fp_case_result r = {
        .verdict = FP_FAIL, .checks = checks, .n_checks = FP_COUNT(checks)};
    assert_int_equal(fp_self_apply(&r, &c, NULL), FP_OK);
    assert_int_equal(r.verdict, FP_FAIL);
    assert_int_equal(r.n_checks, FP_COUNT(checks));
}

static void what_stood_still_stays_undecided(void **state)
{
    (void)state;
    struct fp_check_result late = {.name = FP_STR("connects"),
                                   .verdict = FP_INCONCLUSIVE};
    struct fp_case c = {
        .self = {.verdict = FP_STR("fail"), .check = FP_STR("connects")}};
    struct fp_case_result r = {
        .verdict = FP_FAIL, .checks = &late, .n_checks = 1};
    assert_int_equal(fp_self_apply(&r, &c, NULL), FP_OK);
    assert_int_equal(r.verdict, FP_INCONCLUSIVE);
    assert_ptr_equal(r.checks, &late);
}

static void says_what_came_instead(void **state)
{
    (void)state;
    struct fp_case c = {
        .self = {.verdict = FP_STR("error"), .error = FP_STR("signal")}};
    struct fp_case_result r = {
        .verdict = FP_FAIL, .checks = checks, .n_checks = FP_COUNT(checks)};
    assert_int_equal(fp_self_apply(&r, &c, NULL), FP_OK);
    assert_true(
        fp_str_eqz(r.checks[0].expected, "error, an error with 'signal'"));
    assert_true(fp_str_eqz(r.checks[0].actual,
                           "fail, fail of falls-back.attempts, fail of fresh"));
    fp_arena_deinit(&r.arena);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 3];
    size_t n = 0;
    for (; n < FP_COUNT(rows); n++)
        tests[n] = (struct CMUnitTest){rows[n].name, judges_the_harness, NULL,
                                       NULL, &rows[n]};
    tests[n++] = (struct CMUnitTest){
        "leaves other cases alone", leaves_other_cases_alone, NULL, NULL, NULL};
    tests[n++] =
        (struct CMUnitTest){"what stood still stays undecided",
                            what_stood_still_stays_undecided, NULL, NULL, NULL};
    tests[n++] = (struct CMUnitTest){"says what came instead",
                                     says_what_came_instead, NULL, NULL, NULL};
    return cmocka_run_group_tests_name("self", tests, NULL, NULL);
}
