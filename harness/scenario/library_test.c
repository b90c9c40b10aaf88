/* SPDX-License-Identifier: MIT
 * library_test.c - the cases of this repository keep their own rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "harness/scenario/scenario.h"

static struct fp_case_set set;

static int load(void **state)
{
    (void)state;
    struct fp_diags diags = {0};
    char line[600];
    enum fp_status status = fp_case_set_load(&set, "cases", true, &diags);
    for (size_t i = 0; i < diags.n; i++)
        print_error("%s\n", fp_err_text(&diags.items[i], line, sizeof line));
    return status == FP_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    fp_case_set_deinit(&set);
    return 0;
}

static bool is_in(const struct fp_case *c, const char *area)
{
    return fp_case_match(c->name, fp_str_of(area));
}

static const struct fp_check *
check_of(const struct fp_case *c, enum fp_check_kind k)
{
    for (size_t i = 0; i < c->n_expect; i++)
        if (c->expect[i].kind == k)
            return &c->expect[i];
    return NULL;
}

static void every_area_has_cases(void **state)
{
    (void)state;
    static const char *const areas[] = {
        "refused", "stripped", "handshake", "silent", "cut", "timeouts",
        "polling", "heal",     "clean",     "hosts",  "self"};
    size_t total = 0;
    for (size_t a = 0; a < FP_COUNT(areas); a++) {
        size_t n = 0;
        for (size_t i = 0; i < set.n; i++)
            n += is_in(set.items[i], areas[a]);
        assert_true(n >= 5);
        total += n;
    }
    assert_int_equal(total, set.n); /* and no other areas */
}

static void every_case_says_who_and_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.n; i++) {
        const struct fp_case *c = set.items[i];
        assert_true(c->title.n <= 80);
        assert_true(c->why.n >= 40);
        assert_int_equal(is_in(c, "self"), c->self.verdict.p != NULL);
        if (is_in(c, "self"))
            continue;
        assert_true(c->n_spec > 0);
        assert_true(c->n_seen > 0 || is_in(c, "clean"));
    }
}

/* The two rules that the project is about: three attempts, and the window. */
static void fallbacks_are_judged_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.n; i++) {
        const struct fp_case *c = set.items[i];
        const struct fp_check *falls = check_of(c, FP_CHECK_FALLS_BACK);
        if (falls == NULL)
            continue;
        assert_int_equal(falls->attempts, 3);
        assert_non_null(check_of(c, FP_CHECK_FRESH));
        assert_true(check_of(c, FP_CHECK_FRESH)->window_ms <= 3000);
    }
}

/* A right client takes at most 7 s to a silent fallback; then `for`. */
static void cases_are_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.n; i++) {
        const struct fp_case *c = set.items[i];
        if (c->is_long)
            continue;
        uint64_t begin = check_of(c, FP_CHECK_FALLS_BACK) != NULL ? 7000 : 2000;
        for (size_t k = 0; k < c->n_expect; k++) {
            if (begin + c->expect[k].for_ms > 15000)
                fail_msg("%s takes too long", c->name.p);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_area_has_cases),
        cmocka_unit_test(every_case_says_who_and_why),
        cmocka_unit_test(fallbacks_are_judged_whole),
        cmocka_unit_test(cases_are_short),
    };
    return cmocka_run_group_tests_name("cases", tests, load, unload);
}
