/* SPDX-License-Identifier: MIT
 * html_test.c - the HTML report: nothing that a client or a network wrote is
 * markup, and the same results give the same page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <jansson.h>

#include "harness/trace/trace.h"
#include "reports/html.h"

#define EVIL                                                                   \
    "</script><script>alert(1)</script><!--<script>\xe2\x80\xa8\xff\"'&]]>"

static const struct fp_html_conf plain = {0};

static struct fp_str page_of(struct fp_buf *out, struct fp_results *all,
                             const struct fp_html_conf *conf)
{
    fp_results_sort(all);
    fp_html_write(out, all, conf);
    assert_false(out->failed);
    return fp_buf_view(out);
}

static size_t count(struct fp_str in, const char *needle)
{
    size_t n = 0;
    for (size_t at; (at = fp_str_find(in, fp_str_of(needle))) < in.n; n++)
        in = fp_str_from(in, at + 1);
    return n;
}

/* The JSON of a block; the caller's. */
static json_t *block(struct fp_str page, const char *id)
{
    struct fp_buf start = {0};
    fp_buf_printf(&start, "<script type=\"application/json\" id=\"%s\">", id);
    size_t at = fp_str_find(page, fp_buf_view(&start));
    assert_true(at < page.n);
    struct fp_str text = fp_str_from(page, at + start.n);
    fp_buf_deinit(&start);
    text = fp_str_upto(text, fp_str_find(text, FP_STR("</script>")));
    json_t *j = json_loadb(text.p, text.n, 0, NULL);
    assert_non_null(j);
    return j;
}

/* Every field that a result has. */
static void add_hostile(struct fp_results *all)
{
    static const struct fp_str evil = {EVIL, sizeof EVIL - 1};
    static struct fp_rung rung = {.target = {EVIL, sizeof EVIL - 1},
                                  .outcome = {EVIL, sizeof EVIL - 1}};
    static struct fp_check_result check;
    check = (struct fp_check_result){
        .name = evil,
        .verdict = FP_FAIL,
        .loc = {EVIL, 1, 2},
        .expected = evil,
        .actual = evil,
        .why = evil,
        .cause = evil,
        .listing = {FP_KNOWN, evil, evil, evil, evil, {EVIL, 3, 4}},
    };
    struct fp_case_result r = {
        .case_name = evil,
        .title = evil,
        .file = evil,
        .why = evil,
        .spec = evil,
        .seen = evil,
        .client = evil,
        .client_version = evil,
        .config = evil,
        .error = evil,
        .output = evil,
        .trace = evil,
        .command = evil,
        .verdict = FP_FAIL,
        .time_scale = 1,
        .checks = &check,
        .n_checks = 1,
        .ladder = &rung,
        .n_ladder = 1,
    };
    assert_int_equal(FP_OK, fp_results_add(all, &r));
}

static void hostile_text_is_never_markup(void **state)
{
    (void)state;
    struct fp_results none = {0}, all = {0};
    struct fp_buf empty = {0}, out = {0};
    add_hostile(&all);
    struct fp_str bare = page_of(&empty, &none, &plain);
    struct fp_str page = page_of(&out, &all, &plain);
    /* one block more, that of the row: nothing else was opened or closed */
    assert_int_equal(count(bare, "<script") + 1, count(page, "<script"));
    assert_int_equal(count(bare, "</script") + 1, count(page, "</script"));
    assert_int_equal(count(bare, "<!--"), count(page, "<!--"));
    assert_int_equal(0, count(page, "<script>alert"));
    assert_int_equal(0, count(page, "\xe2\x80\xa8"));
    json_t *row = block(page, "r0");
    const char *why = json_string_value(json_object_get(row, "why"));
    assert_non_null(why);
    assert_memory_equal("</script><script>", why, 17);
    json_decref(row);
    json_decref(block(page, "index"));
    fp_buf_deinit(&empty);
    fp_buf_deinit(&out);
    fp_results_deinit(&all);
}

static void the_page_needs_nothing_else(void **state)
{
    (void)state;
    struct fp_results none = {0};
    struct fp_buf out = {0};
    struct fp_str page = page_of(&out, &none, &plain);
    assert_int_equal(2, count(page, "'sha256-"));
    assert_int_equal(1, count(page, "default-src 'none'"));
    static const char *const never[] = {"{{",      " src=",     "<link",
                                        "@import", "url(",      "fetch(",
                                        "eval(",   "innerHTML", "style=\""};
    for (size_t i = 0; i < FP_COUNT(never); i++)
        if (count(page, never[i]) != 0)
            fail_msg("the page has %s", never[i]);
    fp_buf_deinit(&out);
}

static void add_run(struct fp_results *all, const char *name,
                    const char *config, enum fp_verdict verdict)
{
    struct fp_case_result r = {.case_name = fp_str_of(name),
                               .client = FP_STR("k"),
                               .config = fp_str_of(config),
                               .time_scale = 1,
                               .verdict = verdict};
    assert_int_equal(FP_OK, fp_results_add(all, &r));
}

static json_int_t cell(const json_t *index, size_t row, size_t column)
{
    const json_t *r = json_array_get(json_object_get(index, "rows"), row);
    return json_integer_value(
        json_array_get(json_object_get(r, "cells"), column));
}

static void a_cell_is_the_worst_of_its_runs(void **state)
{
    (void)state;
    struct fp_results all = {0};
    struct fp_buf out = {0};
    add_run(&all, "b/two", "y", FP_PASS);
    add_run(&all, "b/two", "y", FP_FAIL);
    add_run(&all, "a/one", "x", FP_PASS);
    add_run(&all, "a/one", "x", FP_PASS);
    json_t *index = block(page_of(&out, &all, &plain), "index");
    assert_int_equal(2, json_array_size(json_object_get(index, "columns")));
    assert_int_equal(FP_PASS, cell(index, 0, 0));
    assert_int_equal(-1, cell(index, 0, 1)); /* not run */
    assert_int_equal(-1, cell(index, 1, 0));
    assert_int_equal(FP_FAIL | 1 << 7, cell(index, 1, 1)); /* and they differ */
    json_decref(index);
    fp_buf_deinit(&out);
    fp_results_deinit(&all);
}

static void the_order_of_results_changes_nothing(void **state)
{
    (void)state;
    struct fp_results one = {0}, other = {0};
    struct fp_buf first = {0}, second = {0};
    add_run(&one, "a/one", "x", FP_PASS);
    add_run(&one, "b/two", "y", FP_FAIL);
    add_run(&other, "b/two", "y", FP_FAIL);
    add_run(&other, "a/one", "x", FP_PASS);
    struct fp_str a = page_of(&first, &one, &plain);
    struct fp_str b = page_of(&second, &other, &plain);
    assert_true(fp_str_eq(a, b));
    fp_buf_deinit(&first);
    fp_buf_deinit(&second);
    fp_results_deinit(&one);
    fp_results_deinit(&other);
}

/* Euro signs, so that a cut in the middle of one would show. */
static void long_text_is_cut(void **state)
{
    (void)state;
    enum { SIGNS = 40000, BOUND = 4096 + 3 };
    struct fp_buf text = {0}, out = {0};
    for (size_t i = 0; i < SIGNS; i++)
        fp_buf_z(&text, "\xe2\x82\xac");
    struct fp_results all = {0};
    add_run(&all, "a/one", "x", FP_FAIL);
    all.items[0].title = all.items[0].output = fp_buf_view(&text);
    struct fp_str page = page_of(&out, &all, &plain);
    json_t *row = block(page, "r0");
    json_t *run = json_array_get(json_object_get(row, "runs"), 0);
    const json_t *output = json_object_get(run, "output");
    assert_in_range(json_string_length(output), 4000, BOUND);
    assert_null(strstr(json_string_value(output), "\xef\xbf\xbd"));
    assert_true(json_is_true(json_object_get(run, "cut")));
    json_decref(row);
    fp_buf_deinit(&text);
    fp_buf_deinit(&out);
    fp_results_deinit(&all);
}

/* -- timelines ----------------------------------------------------------- */

struct folder {
    char path[64], trace[96];
};

static void write_trace(const struct folder *f, int64_t started)
{
    struct fp_trace *trace = NULL;
    assert_int_equal(FP_OK, fp_trace_new(&trace, 0, NULL));
    fp_trace_add(trace, &(struct fp_fact){.t_ns = 5000,
                                          .kind = FP_FACT_CLIENT_OUTPUT,
                                          .name = FP_STR("stderr"),
                                          .text = FP_STR(EVIL)});
    fp_trace_add(trace, &(struct fp_fact){.t_ns = 9000, .kind = FP_FACT_END});
    struct fp_trace_header header = {.version = FP_STR("0"),
                                     .case_name = FP_STR("a/one"),
                                     .case_text = FP_STR(""),
                                     .client = FP_STR("k"),
                                     .time_scale = 1,
                                     .started_unix_ms = started};
    FILE *to = fopen(f->trace, "we");
    assert_non_null(to);
    assert_int_equal(FP_OK, fp_trace_write(to, &header, trace, NULL));
    assert_int_equal(0, fclose(to));
    fp_trace_free(trace);
}

static int make_folder(void **state)
{
    static struct folder f;
    (void)snprintf(f.path, sizeof f.path, "/tmp/fallproof-html-XXXXXX");
    if (mkdtemp(f.path) == NULL)
        return -1;
    (void)snprintf(f.trace, sizeof f.trace, "%s/t.jsonl", f.path);
    *state = &f;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *f = *state;
    (void)unlink(f->trace);
    return rmdir(f->path);
}

/* Of a run that failed, or passed: the page's word for its timeline. */
static void expect_trace(const struct folder *f, enum fp_verdict verdict,
                         const struct fp_html_conf *conf, const char *word)
{
    struct fp_results all = {0};
    struct fp_buf out = {0};
    add_run(&all, "a/one", "x", verdict);
    all.items[0].started_unix_ms = 77;
    all.items[0].trace = fp_str_of(f->trace);
    struct fp_str page = page_of(&out, &all, conf);
    json_t *row = block(page, "r0");
    json_t *run = json_array_get(json_object_get(row, "runs"), 0);
    assert_string_equal(word, json_string_value(json_object_get(run, "trace")));
    assert_int_equal(0, count(page, "<script>alert"));
    if (strcmp(word, "here") == 0) {
        json_t *trace = block(page, "t0.0");
        assert_int_equal(2, json_array_size(json_object_get(trace, "facts")));
        json_decref(trace);
    }
    json_decref(row);
    fp_buf_deinit(&out);
    fp_results_deinit(&all);
}

static void timelines_are_those_that_are_asked_for(void **state)
{
    const struct folder *f = *state;
    const struct fp_html_conf every = {.traces = FP_HTML_TRACES_ALL};
    const struct fp_html_conf none = {.traces = FP_HTML_TRACES_NONE};
    write_trace(f, 77);
    expect_trace(f, FP_FAIL, &plain, "here");
    expect_trace(f, FP_PASS, &plain, "none");
    expect_trace(f, FP_PASS, &every, "here");
    expect_trace(f, FP_FAIL, &none, "none");
}

static void the_trace_of_another_run_is_not_shown(void **state)
{
    const struct folder *f = *state;
    write_trace(f, 78);
    expect_trace(f, FP_FAIL, &plain, "unreadable");
    assert_int_equal(0, unlink(f->trace));
    expect_trace(f, FP_FAIL, &plain, "unreadable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_text_is_never_markup),
        cmocka_unit_test(the_page_needs_nothing_else),
        cmocka_unit_test(a_cell_is_the_worst_of_its_runs),
        cmocka_unit_test(the_order_of_results_changes_nothing),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test_setup_teardown(timelines_are_those_that_are_asked_for,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_trace_of_another_run_is_not_shown,
                                        make_folder, remove_folder),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
