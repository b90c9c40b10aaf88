/* SPDX-License-Identifier: MIT
 * results_json_test.c - what is written is read back, and broken lines are
 * refused with their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/reports_testing.h"

static void reads_what_it_wrote(void **state)
{
    (void)state;
    struct fp_results all = {0};
    fp_testing_results(&all);
    for (size_t i = 0; i < all.n; i++) {
        struct fp_buf first = {0}, second = {0};
        struct fp_case_result back = {0};
        fp_result_write_json(&first, &all.items[i]);
        assert_int_equal(FP_OK, fp_result_parse_json(&back, fp_buf_view(&first),
                                                     (struct fp_loc){0}, NULL));
        fp_result_write_json(&second, &back);
        assert_string_equal(fp_buf_cstr(&first), fp_buf_cstr(&second));
        assert_int_equal(all.items[i].n_checks, back.n_checks);
        assert_true(all.items[i].seed == back.seed);
        fp_buf_deinit(&first);
        fp_buf_deinit(&second);
        fp_case_result_deinit(&back);
    }
    fp_results_deinit(&all);
}

static struct row {
    const char *name, *line, *want;
} rows[] = {
    {"not JSON", "{\"case\":", "r.jsonl:7:8: not JSON: "},
    {"not an object", "[]", "r.jsonl:7:1: not a result: not an object"},
    {"no case", "{\"protocol\":\"plain\"}",
     "r.jsonl:7:1: not a result: no member 'case'"},
    {"unknown verdict",
     "{\"case\":\"a\",\"protocol\":\"plain\",\"verdict\":\"good\"}",
     "r.jsonl:7:1: not a result: no known 'verdict'"},
    {"unknown check",
     "{\"case\":\"a\",\"protocol\":\"plain\",\"verdict\":\"pass\","
     "\"seed\":\"1\",\"checks\":[{\"check\":\"x\",\"kind\":\"x\"}]}",
     "r.jsonl:7:1: not a result: a check of no known kind"},
    {"twice the same member", "{\"case\":\"a\",\"case\":\"b\"}",
     "not JSON: duplicate object key"},
};

static void refuses(void **state)
{
    const struct row *row = *state;
    struct fp_case_result r = {0};
    struct fp_err err = {0};
    char text[512];
    assert_int_equal(FP_EPARSE, fp_result_parse_json(
                                    &r, fp_str_of(row->line),
                                    (struct fp_loc){"r.jsonl", 7, 1}, &err));
    (void)fp_err_text(&err, text, sizeof text);
    struct fp_str all = fp_str_of(text);
    assert_true(fp_str_find(all, fp_str_of(row->want)) < all.n);
    assert_int_equal(0, r.n_checks);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 1];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].name, refuses, 0, 0, &rows[i]};
    tests[FP_COUNT(rows)] =
        (struct CMUnitTest)cmocka_unit_test(reads_what_it_wrote);
    return cmocka_run_group_tests_name("results as JSON", tests, NULL, NULL);
}
