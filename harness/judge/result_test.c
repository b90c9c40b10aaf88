/* SPDX-License-Identifier: MIT
 * result_test.c - names of verdicts, and the verdict of a whole case. */
#include "harness/judge/play.h"

static struct {
    const char *name;
    struct fp_check_result checks[3];
    size_t n;
    bool strict;
    enum fp_verdict want;
} table[] = {
    {"nothing judged", {{.level = FP_MUST}}, 0, false, FP_NOT_EXERCISED},
    {"a pass", {{.verdict = FP_PASS}}, 1, false, FP_PASS},
    {"a failed must",
     {{.verdict = FP_PASS}, {.verdict = FP_FAIL}},
     2,
     false,
     FP_FAIL},
    {"an implied must counts",
     {{.verdict = FP_PASS}, {.verdict = FP_FAIL, .implied = true}},
     2,
     false,
     FP_FAIL},
    {"error above all",
     {{.verdict = FP_FAIL}, {.verdict = FP_ERROR}},
     2,
     false,
     FP_ERROR},
    {"fail above inconclusive",
     {{.verdict = FP_INCONCLUSIVE}, {.verdict = FP_FAIL}},
     2,
     false,
     FP_FAIL},
    {"inconclusive above pass",
     {{.verdict = FP_INCONCLUSIVE}, {.verdict = FP_PASS}},
     2,
     false,
     FP_INCONCLUSIVE},
    {"a failed should is a warning",
     {{.verdict = FP_PASS}, {.verdict = FP_FAIL, .level = FP_SHOULD}},
     2,
     false,
     FP_PASS},
    {"and a failure when strict",
     {{.verdict = FP_PASS}, {.verdict = FP_FAIL, .level = FP_SHOULD}},
     2,
     true,
     FP_FAIL},
    {"a failed may never is",
     {{.verdict = FP_FAIL, .level = FP_MAY}},
     1,
     true,
     FP_PASS},
    {"unsupported is not hidden by invariants",
     {{.verdict = FP_UNSUPPORTED}, {.verdict = FP_PASS, .implied = true}},
     2,
     false,
     FP_UNSUPPORTED},
    {"nor is not-exercised",
     {{.verdict = FP_NOT_EXERCISED}, {.verdict = FP_PASS, .implied = true}},
     2,
     false,
     FP_NOT_EXERCISED},
    {"a pass above unsupported",
     {{.verdict = FP_UNSUPPORTED}, {.verdict = FP_PASS}},
     2,
     false,
     FP_PASS},
    {"only invariants",
     {{.verdict = FP_PASS, .implied = true}},
     1,
     false,
     FP_PASS},
    {"not applicable",
     {{.verdict = FP_NOT_APPLICABLE}, {.verdict = FP_PASS, .implied = true}},
     2,
     false,
     FP_NOT_APPLICABLE},
};

static void sums_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < FP_COUNT(table); i++) {
        enum fp_verdict got =
            fp_case_verdict(table[i].checks, table[i].n, table[i].strict);
        if (got != table[i].want)
            fail_msg("%s: %s", table[i].name, fp_verdict_name(got));
    }
}

static void names_go_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < FP_VERDICTS; i++) {
        enum fp_verdict v = FP_PASS;
        const char *name = fp_verdict_name((enum fp_verdict)i);
        assert_true(fp_verdict_parse(fp_str_of(name), &v));
        assert_int_equal(v, i);
    }
    enum fp_verdict v = FP_ERROR;
    assert_false(fp_verdict_parse(FP_STR("passed"), &v));
    assert_int_equal(v, FP_ERROR);
}

static void lookups_survive_growth(void **state)
{
    (void)state;
    struct fp_lookup l = {0};
    size_t got = 0;
    assert_false(fp_lookup_get(&l, 7, &got));
    for (uint32_t i = 0; i < 5000; i++)
        assert_true(fp_lookup_put(&l, fp_lookup_key_pair(i, i / 2), i));
    for (uint32_t i = 0; i < 5000; i++) {
        assert_true(fp_lookup_get(&l, fp_lookup_key_pair(i, i / 2), &got));
        assert_int_equal(got, i);
    }
    assert_false(fp_lookup_get(&l, fp_lookup_key_pair(1, 4000), &got));
    assert_true(fp_lookup_put(&l, fp_lookup_key_pair(0, 0), 99));
    assert_true(fp_lookup_get(&l, fp_lookup_key_pair(0, 0), &got));
    assert_int_equal(got, 99);
    assert_true(fp_lookup_key_str(FP_STR("a")) !=
                fp_lookup_key_str(FP_STR("b")));
    fp_lookup_deinit(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_up),
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(lookups_survive_growth),
    };
    return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}
