/* SPDX-License-Identifier: MIT
 * store_test.c - names of traces, whole lines, and order at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/run/store.h"
#include "harness/run/temp.h"

static struct row {
    const char *name, *case_name, *client, *config;
    unsigned copy;
    const char *want; /* after DIR/traces/ */
} rows[] = {
    {"a case", "refused/403", "reference", "websocket-first", 0,
     "refused.403@plain.reference.websocket-first.jsonl"},
    {"without a configuration", "a", "reference", NULL, 0,
     "a@plain.reference.jsonl"},
    {"a copy", "a", "reference", NULL, 12, "a@plain.reference.12.jsonl"},
    {"a command line", "a", "node ../x.js --q='1'", NULL, 0,
     "a@plain.node....x.js.--q..1..jsonl"},
    {"a path upwards", "../../etc/x", "c", NULL, 0,
     "......etc.x@plain.c.jsonl"},
};

static void names_a_trace(void **state)
{
    const struct row *row = *state;
    char dir[FP_TEMP_BYTES], want[512];
    struct fp_store s;
    assert_int_equal(fp_temp_new(dir, NULL, NULL), FP_OK);
    assert_int_equal(fp_store_open(&s, dir, NULL), FP_OK);
    struct fp_case c = {.name = fp_str_of(row->case_name)};
    struct fp_run_client client = {.name = fp_str_of(row->client),
                                   .config = fp_str_of(row->config)};
    struct fp_run_item item = {
        .c = &c, .protocol = FP_PLAIN, .client = &client, .copy = row->copy};
    struct fp_buf path = {0};
    assert_true(fp_store_trace_path(&path, &s, &item, false));
    (void)snprintf(want, sizeof want, "%s/traces/%s", dir, row->want);
    assert_string_equal(fp_buf_cstr(&path), want);
    fp_buf_deinit(&path);
    fp_store_close(&s);
    fp_temp_free(dir);
}

static void long_names_stay_apart(void **state)
{
    (void)state;
    char dir[FP_TEMP_BYTES], text[1000];
    struct fp_store s;
    struct fp_buf path[2] = {{0}, {0}};
    assert_int_equal(fp_temp_new(dir, NULL, NULL), FP_OK);
    assert_int_equal(fp_store_open(&s, dir, NULL), FP_OK);
    memset(text, 'x', sizeof text);
    struct fp_case c = {.name = FP_STR("a")};
    for (int i = 0; i < 2; i++) {
        text[sizeof text - 1] = (char)('a' + i);
        struct fp_run_client client = {.name = {text, sizeof text}};
        struct fp_run_item item = {
            .c = &c, .protocol = FP_PLAIN, .client = &client};
        assert_true(fp_store_trace_path(&path[i], &s, &item, true));
        const char *name = strrchr(fp_buf_cstr(&path[i]), '/') + 1;
        assert_true(strlen(name) <= 255);
    }
    assert_string_not_equal(fp_buf_cstr(&path[0]), fp_buf_cstr(&path[1]));
    fp_buf_deinit(&path[0]);
    fp_buf_deinit(&path[1]);
    fp_store_close(&s);
    fp_temp_free(dir);
}

static struct fp_case_result result(const char *name)
{
    return (struct fp_case_result){
        .case_name = fp_str_of(name), .protocol = FP_PLAIN, .time_scale = 1};
}

static void assert_stored(const char *path, const char *const *names, size_t n)
{
    struct fp_results stored = {0};
    assert_int_equal(fp_results_load(&stored, path, NULL), FP_OK);
    assert_int_equal(stored.n, n);
    for (size_t i = 0; i < n; i++)
        assert_true(fp_str_eqz(stored.items[i].case_name, names[i]));
    fp_results_deinit(&stored);
}

static void lines_are_whole_and_at_last_in_order(void **state)
{
    (void)state;
    char dir[FP_TEMP_BYTES], path[512];
    struct fp_store s;
    assert_int_equal(fp_temp_new(dir, NULL, NULL), FP_OK);
    (void)snprintf(path, sizeof path, "%s/below/results.jsonl", dir);
    path[strlen(path) - strlen("/results.jsonl")] = '\0';
    assert_int_equal(fp_store_open(&s, path, NULL), FP_OK);
    path[strlen(path)] = '/';
    assert_stored(path, NULL, 0);
    struct fp_case_result b = result("b"), a = result("a");
    assert_int_equal(fp_store_append(&s, &b, NULL), FP_OK);
    assert_stored(path, (const char *[]){"b"}, 1);
    assert_int_equal(fp_store_append(&s, &a, NULL), FP_OK);
    assert_stored(path, (const char *[]){"b", "a"}, 2);
    struct fp_results all = {0};
    assert_int_equal(fp_results_add(&all, &a), FP_OK);
    assert_int_equal(fp_results_add(&all, &b), FP_OK);
    assert_int_equal(fp_store_finish(&s, &all, NULL), FP_OK);
    assert_stored(path, (const char *[]){"a", "b"}, 2);
    fp_results_deinit(&all);
    fp_store_close(&s);
    fp_temp_free(dir);
}

static void without_a_folder_nothing_is_kept(void **state)
{
    (void)state;
    struct fp_store s;
    struct fp_case c = {.name = FP_STR("a")};
    struct fp_run_item item = {.c = &c};
    struct fp_case_result a = result("a");
    struct fp_results all = {0};
    struct fp_buf path = {0};
    assert_int_equal(fp_store_open(&s, NULL, NULL), FP_OK);
    assert_false(fp_store_trace_path(&path, &s, &item, true));
    assert_int_equal(fp_store_append(&s, &a, NULL), FP_OK);
    assert_int_equal(fp_store_finish(&s, &all, NULL), FP_OK);
    fp_store_close(&s);
}

static void a_file_in_the_way_is_told(void **state)
{
    (void)state;
    char dir[FP_TEMP_BYTES], path[512];
    struct fp_err err = {0};
    struct fp_store s;
    assert_int_equal(fp_temp_new(dir, NULL, NULL), FP_OK);
    (void)snprintf(path, sizeof path, "%s/file", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fclose(f);
    assert_int_equal(fp_store_open(&s, path, &err), FP_EIO);
    assert_non_null(strstr(err.msg, "choose another folder with --out"));
    fp_temp_free(dir);
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(long_names_stay_apart),
        cmocka_unit_test(lines_are_whole_and_at_last_in_order),
        cmocka_unit_test(without_a_folder_nothing_is_kept),
        cmocka_unit_test(a_file_in_the_way_is_told),
    };
    struct CMUnitTest tests[FP_COUNT(rows) + FP_COUNT(others)];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].name, names_a_trace, NULL, NULL,
                                       &rows[i]};
    memcpy(tests + FP_COUNT(rows), others, sizeof others);
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
