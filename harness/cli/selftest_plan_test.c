/* SPDX-License-Identifier: MIT
 * selftest_plan_test.c - what a selftest runs, and how it tells what came of
 * it. */
#include "harness/cli/selftest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/base/alloc.h"

static int plan_of(struct fp_selftest_plan *p, const char *const *words,
                   size_t n, bool full)
{
    static const struct fp_option option = {"full", 0, NULL, ""};
    struct fp_args a = {
        .command = &fp_cmd_selftest, .words = words, .n_words = n};
    if (full) {
        a.given[0].option = &option;
        a.given[0].value = "";
        a.n_given = 1;
    }
    return fp_selftest_plan(p, &a);
}

static const char *const four[] = {"four-attempts"};

static void a_mutant_and_the_right_client_in_its_cases(void **state)
{
    (void)state;
    struct fp_selftest_plan p;
    assert_int_equal(FP_EXIT_OK, plan_of(&p, four, 1, false));
    assert_int_equal(2, p.selection.n);
    assert_int_equal(6, p.n);
    assert_false(p.whole);
    for (size_t i = 0; i < 4; i++) {
        assert_null(p.roles[i].mutant);
        assert_true(fp_str_eqz(p.items[i].client->name, "reference"));
        assert_true(fp_str_eqz(p.items[i].client->config,
                               i < 2 ? "websocket-first" : "polling-first"));
    }
    for (size_t i = 4; i < 6; i++) {
        const struct fp_run_client *c = p.items[i].client;
        assert_ptr_equal(fp_mutant_find("four-attempts"), p.roles[i].mutant);
        assert_non_null(p.roles[i].run);
        assert_string_equal("FALLPROOF_MUTANT=four-attempts", c->env[0]);
        assert_null(c->env[1]);
        assert_true(fp_str_eqz(c->name, "mutant-four-attempts"));
    }
    fp_selftest_plan_deinit(&p);
}

static void what_takes_long_is_shortened(void **state)
{
    (void)state;
    static const char *const words[] = {"never-returns"};
    struct fp_selftest_plan p;
    assert_int_equal(FP_EXIT_OK, plan_of(&p, words, 1, false));
    const struct fp_case *c = p.selection.items[0].c;
    assert_int_equal(19000, c->patience_ms);
    bool seen = false;
    for (size_t i = 0; i < c->n_expect; i++) {
        if (c->expect[i].kind != FP_CHECK_RETURNS)
            continue;
        seen = true;
        assert_int_equal(30000, c->expect[i].within_ms);
    }
    assert_true(seen);
    fp_selftest_plan_deinit(&p);
}

static void all_mutants_in_their_cases(void **state)
{
    (void)state;
    struct fp_selftest_plan p;
    size_t mutants = 0, runs = 0;
    assert_int_equal(FP_EXIT_OK, plan_of(&p, NULL, 0, false));
    assert_true(p.whole);
    const struct fp_mutant *m = NULL;
    for (; (m = fp_mutant_at(mutants)) != NULL; mutants++)
        for (size_t k = 0; k < FP_MUTANT_RUNS; k++)
            runs += m->runs[k].where != NULL;
    assert_int_equal(2 * p.selection.n + runs, p.n);
    fp_selftest_plan_deinit(&p);
}

static void full_is_every_case(void **state)
{
    (void)state;
    struct fp_selftest_plan p;
    size_t declared = 0;
    assert_int_equal(FP_EXIT_OK, plan_of(&p, four, 1, true));
    assert_true(p.selection.n > 100);
    assert_int_equal(3 * p.selection.n, p.n);
    for (size_t i = 0; i < p.n; i++)
        declared += p.roles[i].run != NULL;
    assert_int_equal(2, declared);
    fp_selftest_plan_deinit(&p);
}

static void a_mutant_that_is_none(void **state)
{
    (void)state;
    static const char *const words[] = {"four-attempts", "five-attempts"};
    struct fp_selftest_plan p;
    assert_int_equal(FP_EXIT_USAGE, plan_of(&p, words, 2, false));
}

/* -- the report ---------------------------------------------------------- */

static const char wanted[] =
    "a falls-back.attempts      b fresh\n"
    "\n"
    "                   ab\n"
    "(reference)        ..\n"
    "four-attempts      -!\n"
    "\n"
    "K killed as it must, k as it may, . not; ! killed, though nobody said so,"
    "\n- not, though it must, ? undecided\n"
    "\n"
    "four-attempts in refused/403@plain, websocket-first\n"
    "  falls-back.attempts must fail, and did not\n"
    "    pass: 2 attempts\n"
    "  fresh failed, which nobody expected\n"
    "    fail: nothing for 4 s\n"
    "\n"
    "mutants: 1; runs: 6; checks killed: 1 of 2\n"
    "runs in which a mutant was not caught: 1\n"
    "runs in which another check caught it: 1\n"
    "selftest: fail\n";

static struct fp_check_result check(const char *name, enum fp_check_kind kind,
                                    bool failed, const char *actual)
{
    return (struct fp_check_result){.kind = kind,
                                    .name = fp_str_of(name),
                                    .verdict = failed ? FP_FAIL : FP_PASS,
                                    .actual = fp_str_of(actual)};
}

static void tells_what_is_wrong(void **state)
{
    (void)state;
    struct fp_selftest_plan p;
    struct fp_selftest_verdict v;
    struct fp_check_result checks[6][2];
    struct fp_case_result results[6];
    assert_int_equal(FP_EXIT_OK, plan_of(&p, four, 1, false));
    for (size_t i = 0; i < 6; i++) {
        bool last = i == 5;
        checks[i][0] = check("falls-back.attempts", FP_CHECK_FALLS_BACK, i == 4,
                             "2 attempts");
        checks[i][1] = check("fresh", FP_CHECK_FRESH, last, "nothing for 4 s");
        results[i] = (struct fp_case_result){
            .case_name = p.items[i].c->name,
            .protocol = p.items[i].protocol,
            .config = p.items[i].client->config,
            .verdict = i >= 4 ? FP_FAIL : FP_PASS,
            .checks = checks[i],
            .n_checks = 2,
        };
    }
    struct fp_buf out = {0};
    assert_int_equal(FP_OK, fp_selftest_judge(&v, &p, results, NULL));
    fp_selftest_write_text(&out, &p, &v, results, false);
    assert_string_equal(wanted, fp_buf_cstr(&out));
    fp_buf_deinit(&out);
    fp_selftest_verdict_deinit(&v);
    fp_selftest_plan_deinit(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mutant_and_the_right_client_in_its_cases),
        cmocka_unit_test(what_takes_long_is_shortened),
        cmocka_unit_test(all_mutants_in_their_cases),
        cmocka_unit_test(full_is_every_case),
        cmocka_unit_test(a_mutant_that_is_none),
        cmocka_unit_test(tells_what_is_wrong),
    };
    return cmocka_run_group_tests_name("selftest plan", tests, NULL, NULL);
}
