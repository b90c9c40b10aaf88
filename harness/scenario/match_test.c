/* SPDX-License-Identifier: MIT
 * match_test.c - patterns of cases, and misspelt names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/scenario/scenario.h"

static struct row {
    const char *name, *pattern;
    bool fits;
} rows[] = {
    {"refused/403", "refused/403", true},
    {"refused/403", "refused/404", false},
    {"refused/403", "refused/40", false},
    {"refused/403", "refused", true},
    {"refused/403", "refused/", true},
    {"refused/403", "refuse", false},
    {"refused/403", "ref*", true},
    {"refused/403", "refused/4*", true},
    {"refused/403", "*/403", true},
    {"refused/403", "*403", false},
    {"refused/403", "**403", true},
    {"refused/403", "**", true},
    {"refused/403", "*", true}, /* the folder fits */
    {"refused/403", "*/*", true},
    {"refused/403", "*/*/*", false},
    {"a/b/c", "a/*", true}, /* the folder a/b */
    {"a/b/c", "a/*/c", true},
    {"a/b/c", "a/**", true},
    {"a/b/c", "**/c", true},
    {"a/b/c", "*/c", false},
    {"a/b/c/d", "**b/*/d", true},
    {"a/b/c/d", "**/b/*d", false},
    {"aXbXc", "a*X*c", true},
    {"aXbXd", "a*X*c", false},
    {"a/xb/ycb", "**/*c*b", true},
    {"refused/403@plain", "refused/403", true},
    {"refused/403@plain", "refused/403@plain", true},
    {"refused/403@plain", "refused/403@engine.io-4", false},
    {"refused/403@engine.io-4", "refused@engine*", true},
    {"refused/403@plain", "refused@plain", true},
    {"refused/403@plain", "@plain", true},
    {"refused/403@plain", "@engine.io-4", false},
    {"refused/403", "refused/403@plain", true}, /* it may run under it */
    {"refused/403", "", false},
    {"", "refused", false},
    {"refused", "refused/403", false},
};

static void fits(void **state)
{
    const struct row *row = *state;
    assert_int_equal(
        fp_case_match(fp_str_of(row->name), fp_str_of(row->pattern)),
        row->fits);
}

static void hostile_patterns_end(void **state)
{
    (void)state;
    char name[2001], pattern[2001];
    for (size_t i = 0; i < 2000; i++) {
        name[i] = i % 10 == 9 ? '/' : 'a';
        pattern[i] = i % 3 == 0 ? 'a' : '*';
    }
    name[2000] = pattern[2000] = '\0';
    (void)fp_case_match(fp_str_of(name), fp_str_of(pattern));
}

static void finds_the_word_that_was_meant(void **state)
{
    (void)state;
    static const char *const names[] = {"fresh", "falls-back", "settles",
                                        "window"};
    static const struct {
        const char *word, *want;
    } words[] = {
        {"frsh", "fresh"},
        {"Fresh", "fresh"},
        {"fall-back", "falls-back"},
        {"fallsback", "falls-back"},
        {"wnidow", "window"},
        {"setles", "settles"},
        {"xyz", NULL},
        {"", NULL},
        {"f", NULL},
        {"a-word-that-is-far-longer-than-any-key-could-ever-be-in-a-case",
         NULL},
    };
    for (size_t i = 0; i < FP_COUNT(words); i++) {
        const char *got =
            fp_did_you_mean(fp_str_of(words[i].word), names, FP_COUNT(names));
        if (words[i].want == NULL)
            assert_null(got);
        else
            assert_string_equal(got, words[i].want);
    }
}

int main(void)
{
    static struct CMUnitTest tests[FP_COUNT(rows) + 2];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].pattern, fits, NULL, NULL, &rows[i]};
    tests[FP_COUNT(rows)] =
        (struct CMUnitTest)cmocka_unit_test(hostile_patterns_end);
    tests[FP_COUNT(rows) + 1] =
        (struct CMUnitTest)cmocka_unit_test(finds_the_word_that_was_meant);
    return cmocka_run_group_tests_name("scenario match", tests, NULL, NULL);
}
