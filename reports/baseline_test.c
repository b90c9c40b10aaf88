/* SPDX-License-Identifier: MIT
 * baseline_test.c - results held against known failures: what is expected,
 * what is not, how each format says it, and that a written baseline expects
 * what it was written from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/baseline.h"

static const int64_t in_june_2027 = 1814313600000; /* 2027-06-30, 00:00 UTC */

enum { FIRST_LINE = 5 };

/* One case with one check, which told "4 attempts in 7.3 s, no polling". */
static void
one_result(struct fp_results *all, enum fp_verdict verdict, enum fp_level level)
{
    struct fp_case_result r = {
        .case_name = FP_STR("refused/403"),
        .protocol = FP_PLAIN,
        .client = FP_STR("other"),
        .config = FP_STR("default"),
        .started_unix_ms = in_june_2027,
        .verdict = verdict == FP_FAIL && level != FP_MUST ? FP_PASS : verdict,
        .n_checks = 1,
    };
    r.checks = fp_arena_alloc(&r.arena, sizeof *r.checks);
    assert_non_null(r.checks);
    *r.checks = (struct fp_check_result){
        .kind = FP_CHECK_FALLS_BACK,
        .name = FP_STR("falls-back.attempts"),
        .level = level,
        .verdict = verdict,
        .actual = FP_STR("4 attempts in 7.3 s, no polling request"),
    };
    assert_int_equal(FP_OK, fp_results_add(all, &r));
}

static struct fp_known_failure entry(const char *check, const char *reason)
{
    return (struct fp_known_failure){
        .check = fp_str_of(check),
        .reason = fp_str_of(reason),
        .why = FP_STR("It counts anew."),
        .link = FP_STR("https://example.org/1"),
        .loc = {"k.yaml", FIRST_LINE, 3},
    };
}

#define HERE "refused/403@plain:falls-back.attempts"

static struct row {
    const char *name;
    enum fp_verdict verdict;
    enum fp_level level;
    const char *check, *reason, *until, *config;
    enum fp_listed is;
    int code, strict_code;
} truth[] = {
    {"fails, listed", FP_FAIL, FP_MUST, HERE, "no polling", NULL, NULL,
     FP_KNOWN, 0, 0},
    {"fails, listed by a pattern", FP_FAIL, FP_MUST, "refused:falls-back",
     "no polling", NULL, NULL, FP_KNOWN, 0, 0},
    {"fails, unlisted", FP_FAIL, FP_MUST, "refused/404:falls-back",
     "no polling", NULL, NULL, FP_UNLISTED, 1, 1},
    {"fails, listed for another check", FP_FAIL, FP_MUST,
     "refused/403@plain:falls-back.budget", "no polling", NULL, NULL,
     FP_UNLISTED, 1, 1},
    {"fails, listed under another protocol", FP_FAIL, FP_MUST,
     "refused/403@engine.io-4:falls-back", "no polling", NULL, NULL,
     FP_UNLISTED, 1, 1},
    {"fails, listed for another configuration", FP_FAIL, FP_MUST, HERE,
     "no polling", NULL, "websocket-first", FP_UNLISTED, 1, 1},
    {"fails, listed for this configuration", FP_FAIL, FP_MUST, HERE,
     "no polling", NULL, "default", FP_KNOWN, 0, 0},
    {"fails for another reason", FP_FAIL, FP_MUST, HERE, "an upgrade request",
     NULL, NULL, FP_LISTED_OTHERWISE, 1, 1},
    {"fails on the last day", FP_FAIL, FP_MUST, HERE, "no polling",
     "2027-06-30", NULL, FP_KNOWN, 0, 0},
    {"fails a day later", FP_FAIL, FP_MUST, HERE, "no polling", "2027-06-29",
     NULL, FP_LISTED_EXPIRED, 1, 1},
    {"fails a century later", FP_FAIL, FP_MUST, HERE, "no polling",
     "1927-12-31", NULL, FP_LISTED_EXPIRED, 1, 1},
    {"passes, listed", FP_PASS, FP_MUST, HERE, "no polling", NULL, NULL,
     FP_LISTED_PASSES, 1, 1},
    {"passes, expired", FP_PASS, FP_MUST, HERE, "no polling", "2020-01-01",
     NULL, FP_LISTED_PASSES, 1, 1},
    {"passes, unlisted", FP_PASS, FP_MUST, "refused/404:falls-back",
     "no polling", NULL, NULL, FP_UNLISTED, 0, 0},
    {"a should fails, listed", FP_FAIL, FP_SHOULD, HERE, "no polling", NULL,
     NULL, FP_KNOWN, 0, 0},
    {"a should fails, unlisted", FP_FAIL, FP_SHOULD, "clean:falls-back",
     "no polling", NULL, NULL, FP_UNLISTED, 0, 1},
    {"a should passes, listed", FP_PASS, FP_SHOULD, HERE, "no polling", NULL,
     NULL, FP_LISTED_PASSES, 1, 1},
    {"inconclusive, listed", FP_INCONCLUSIVE, FP_MUST, HERE, "no polling", NULL,
     NULL, FP_LISTED_IDLE, 3, 3},
    {"not exercised, listed", FP_NOT_EXERCISED, FP_MUST, HERE, "no polling",
     NULL, NULL, FP_LISTED_IDLE, 0, 1},
    {"unsupported, listed", FP_UNSUPPORTED, FP_MUST, HERE, "no polling", NULL,
     NULL, FP_LISTED_IDLE, 4, 4},
};

static void judges(void **state)
{
    const struct row *row = *state;
    struct fp_results all = {0};
    one_result(&all, row->verdict, row->level);
    struct fp_known_failure k = entry(row->check, row->reason);
    k.until = fp_str_of(row->until);
    k.configuration = fp_str_of(row->config);
    fp_baseline_apply(&(struct fp_baseline){&k, 1}, &all.items[0]);
    assert_int_equal(row->is, all.items[0].checks[0].listing.is);
    assert_int_equal(row->code, fp_results_exit_code(&all, false, false));
    assert_int_equal(row->strict_code, fp_results_exit_code(&all, true, false));
    if (row->is != FP_UNLISTED)
        assert_int_equal(FIRST_LINE, all.items[0].checks[0].listing.loc.line);
    fp_results_deinit(&all);
}

static void one_of_several_entries_is_enough(void **state)
{
    (void)state;
    struct fp_known_failure k[] = {entry(HERE, "an upgrade request"),
                                   entry(HERE, "no polling"),
                                   entry(HERE, "something else")};
    k[1].loc.line = 9;
    struct fp_results all = {0};
    one_result(&all, FP_FAIL, FP_MUST);
    fp_baseline_apply(&(struct fp_baseline){k, 3}, &all.items[0]);
    assert_int_equal(FP_KNOWN, all.items[0].checks[0].listing.is);
    assert_int_equal(9, all.items[0].checks[0].listing.loc.line);
    fp_results_deinit(&all);
}

static void a_broken_case_is_no_surprise(void **state)
{
    (void)state;
    struct fp_known_failure k = entry(HERE, "no polling");
    const struct fp_baseline b = {&k, 1};
    struct fp_results all = {0};
    one_result(&all, FP_ERROR, FP_MUST);
    fp_baseline_apply(&b, &all.items[0]);
    assert_int_equal(3, fp_results_exit_code(&all, false, false));
    all.items[0].n_checks = 0;
    struct fp_buf out = {0};
    assert_int_equal(0, fp_baseline_write_unmatched(&out, &b, &all, true));
    fp_results_deinit(&all);
}

static void what_is_undecided_beside_a_known_failure_shows(void **state)
{
    (void)state;
    struct fp_known_failure k = entry(HERE, "no polling");
    struct fp_check_result checks[] = {
        {.name = FP_STR("falls-back.attempts"),
         .verdict = FP_FAIL,
         .actual = FP_STR("no polling")},
        {.name = FP_STR("fresh"), .verdict = FP_INCONCLUSIVE}};
    struct fp_case_result r = {.case_name = FP_STR("refused/403"),
                               .protocol = FP_PLAIN,
                               .verdict = FP_FAIL,
                               .checks = checks,
                               .n_checks = 2};
    fp_baseline_apply(&(struct fp_baseline){&k, 1}, &r);
    struct fp_results all = {.items = &r, .n = 1};
    assert_true(fp_result_is_known(&r, false));
    assert_true(fp_result_is_undecided(&r, false));
    assert_int_equal(3, fp_results_exit_code(&all, false, false));
    k.check = FP_STR("refused/403:*"); /* and fresh is listed as well */
    fp_baseline_apply(&(struct fp_baseline){&k, 1}, &r);
    assert_false(fp_result_is_undecided(&r, false));
    assert_int_equal(0, fp_results_exit_code(&all, false, false));
    fp_arena_deinit(&r.arena);
}

static struct {
    const char *name, *check, *config;
    bool whole;
    size_t n;
} nothing[] = {
    {"about a check that was run", HERE, NULL, true, 0},
    {"about a case that was not selected", "cut/rst:settles", NULL, false, 0},
    {"about a case that is nowhere", "cut/rst:settles", NULL, true, 1},
    {"about a check that the case lacks", "refused/403@plain:settles", NULL,
     false, 1},
    {"about it under any protocol", "refused/403:settles", NULL, false, 0},
    {"about a configuration that was not run", "cut/rst:settles",
     "websocket-first", true, 0},
    {"about the configuration that was run", "cut/rst:settles", "default", true,
     1},
};

static void tells_what_matches_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < FP_COUNT(nothing); i++) {
        struct fp_known_failure k = entry(nothing[i].check, "no polling");
        k.configuration = fp_str_of(nothing[i].config);
        struct fp_results all = {0};
        struct fp_buf out = {0};
        one_result(&all, FP_FAIL, FP_MUST);
        size_t n = fp_baseline_write_unmatched(
            &out, &(struct fp_baseline){&k, 1}, &all, nothing[i].whole);
        if (n != nothing[i].n)
            fail_msg("%s", nothing[i].name);
        struct fp_str want = FP_STR("k.yaml:5:3: the known failure '");
        assert_int_equal(n > 0, fp_str_starts(fp_buf_view(&out), want));
        fp_buf_deinit(&out);
        fp_results_deinit(&all);
    }
}

/* -- formats -------------------------------------------------------------- */

enum format { TEXT, SUMMARY, JUNIT, TAP, JSON };

static void
write(struct fp_buf *out, const struct fp_results *all, enum format format)
{
    const struct fp_text_style style = {0};
    switch (format) {
    case TEXT:
        fp_text_write_case(out, &all->items[0], &style);
        break;
    case SUMMARY:
        fp_text_write_summary(out, all, &style);
        break;
    case JUNIT:
        fp_junit_write(out, all, false);
        break;
    case TAP:
        fp_tap_write(out, all, false);
        break;
    case JSON:
        fp_result_write_json(out, &all->items[0]);
        break;
    }
}

static struct {
    enum format format;
    enum fp_verdict verdict;
    const char *reason, *want;
} said[] = {
    {TEXT, FP_FAIL, "no polling", "known refused/403@plain        "},
    {TEXT, FP_FAIL, "no polling",
     "    known falls-back.attempts (must): It counts anew. "
     "(https://example.org/1)\n"},
    {TEXT, FP_FAIL, "other",
     "listed    fails, but 'other' is not in what it tells: k.yaml:5:3"},
    {TEXT, FP_PASS, "no polling", "gone refused/403@plain"},
    {TEXT, FP_PASS, "no polling",
     "listed    passed: remove the known failure at k.yaml:5:3"},
    {SUMMARY, FP_FAIL, "no polling",
     "1 case: 0 passed, 0 failed, 1 known to fail\n"},
    {SUMMARY, FP_PASS, "no polling",
     "1 check is not as the known failures say:\n  " HERE
     " passed: remove the known failure at k.yaml:5:3\n"},
    {SUMMARY, FP_NOT_EXERCISED, "no polling",
     "1 known failure could not be judged\n"},
    {JUNIT, FP_FAIL, "no polling",
     "<skipped message=\"known failure: It counts anew. "
     "(https://example.org/1)\"/>"},
    {JUNIT, FP_FAIL, "no polling", "failures=\"0\" errors=\"0\" skipped=\"1\""},
    {JUNIT, FP_PASS, "no polling",
     "<failure type=\"pass\" message=\"passed: remove the known failure"},
    {JUNIT, FP_FAIL, "other", "listed: fails, but 'other' is not in"},
    {TAP, FP_FAIL, "no polling",
     "    not ok 1 - falls-back.attempts # TODO known failure: It counts "
     "anew. (https://example.org/1)\n"},
    {TAP, FP_FAIL, "no polling",
     "\nnot ok 1 - refused/403@plain # TODO known failure\n"},
    {TAP, FP_PASS, "no polling", "    not ok 1 - falls-back.attempts\n"},
    {TAP, FP_PASS, "no polling", "listed: \"passed: remove"},
    {TAP, FP_PASS, "no polling", "\nnot ok 1 - refused/403@plain\n"},
    {JSON, FP_FAIL, "no polling",
     "\"known\":{\"is\":\"expected\",\"reason\":\"no polling\",\"why\":\"It "
     "counts anew.\",\"link\":\"https://example.org/1\",\"at\":[\"k.yaml\",5,3]"
     "}"},
    {JSON, FP_PASS, "no polling", "\"known\":{\"is\":\"passed\""},
};

static void every_format_says_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < FP_COUNT(said); i++) {
        struct fp_known_failure k = entry(HERE, said[i].reason);
        struct fp_results all = {0};
        struct fp_buf out = {0};
        one_result(&all, said[i].verdict, FP_MUST);
        fp_baseline_apply(&(struct fp_baseline){&k, 1}, &all.items[0]);
        write(&out, &all, said[i].format);
        if (fp_str_find(fp_buf_view(&out), fp_str_of(said[i].want)) == out.n)
            fail_msg("'%s' is not in:\n%s", said[i].want, fp_buf_cstr(&out));
        fp_buf_deinit(&out);
        fp_results_deinit(&all);
    }
}

static void json_is_read_back(void **state)
{
    (void)state;
    struct fp_known_failure k = entry(HERE, "no polling");
    k.until = FP_STR("2027-01-01");
    struct fp_results all = {0};
    one_result(&all, FP_FAIL, FP_MUST);
    fp_baseline_apply(&(struct fp_baseline){&k, 1}, &all.items[0]);
    struct fp_buf first = {0}, second = {0};
    struct fp_case_result back = {0};
    fp_result_write_json(&first, &all.items[0]);
    assert_int_equal(FP_OK, fp_result_parse_json(&back, fp_buf_view(&first),
                                                 (struct fp_loc){0}, NULL));
    assert_int_equal(FP_LISTED_EXPIRED, back.checks[0].listing.is);
    fp_result_write_json(&second, &back);
    assert_string_equal(fp_buf_cstr(&first), fp_buf_cstr(&second));
    fp_buf_deinit(&first);
    fp_buf_deinit(&second);
    fp_case_result_deinit(&back);
    fp_results_deinit(&all);
}

/* -- writing -------------------------------------------------------------- */

static struct {
    const char *name;
    enum fp_verdict verdict;
    enum fp_level level;
    const char *old, *reason; /* NULL: no old entry */
    const char *want;
} written[] = {
    {"a failure", FP_FAIL, FP_MUST, NULL, NULL,
     "known:\n  - check: \"" HERE "\"\n    configuration: \"default\"\n"
     "    reason: \"no polling request\"\n"},
    {"a pass", FP_PASS, FP_MUST, NULL, NULL, "known: []\n"},
    {"a should", FP_FAIL, FP_SHOULD, NULL, NULL, "known: []\n"},
    {"an old entry that fits", FP_FAIL, FP_MUST, "refused/*:falls-back",
     "polling",
     "known:\n  - check: \"refused/*:falls-back\"\n    reason: \"polling\"\n"
     "    why: \"It counts anew.\"\n    link: \"https://example.org/1\"\n"
     "    until: 2030-01-01\n"},
    {"an old entry with another reason", FP_FAIL, FP_MUST, HERE, "other",
     "known:\n  - check: \"" HERE "\"\n    configuration: \"default\"\n"
     "    reason: \"no polling request\"\n    why: \"It counts anew.\"\n"
     "    link: \"https://example.org/1\"\n    until: 2030-01-01\n"},
    {"an old entry that passes", FP_PASS, FP_MUST, HERE, "no polling",
     "known: []\n"},
    {"an old entry about something else", FP_PASS, FP_MUST, "cut/rst:settles",
     "after \"it\"",
     "known:\n  - check: \"cut/rst:settles\"\n    reason: \"after "
     "\\\"it\\\"\"\n"
     "    why: \"It counts anew.\"\n    link: \"https://example.org/1\"\n"
     "    until: 2030-01-01\n"},
};

static void writes(void **state)
{
    (void)state;
    for (size_t i = 0; i < FP_COUNT(written); i++) {
        struct fp_known_failure k = entry(written[i].old, written[i].reason);
        k.until = FP_STR("2030-01-01");
        const struct fp_baseline old = {&k, written[i].old != NULL};
        struct fp_results all = {0};
        struct fp_buf out = {0};
        one_result(&all, written[i].verdict, written[i].level);
        fp_baseline_write(&out, &old, &all, false);
        assert_string_equal(written[i].want, fp_buf_cstr(&out));
        fp_buf_deinit(&out);
        fp_results_deinit(&all);
    }
}

static void reasons_leave_out_what_changes(void **state)
{
    (void)state;
    static const struct {
        const char *actual, *reason;
    } table[] = {
        {"an upgrade request 688 ms after 3 failed upgrades",
         "an upgrade request"},
        {"attempt #2 2.4 s after the fallback", "after the fallback"},
        {"3 attempts, 12 requests, no session", "requests, no session"},
        {"no request at all", "no request at all"},
        {"exited with code 1 after 802 ms", "exited with code"},
        {"17", "17"},
        {"a\x1b"
         "b long words here 5 c",
         "long words here"},
    };
    for (size_t i = 0; i < FP_COUNT(table); i++) {
        struct fp_results all = {0};
        struct fp_buf out = {0}, want = {0};
        one_result(&all, FP_FAIL, FP_MUST);
        all.items[0].checks[0].actual = fp_str_of(table[i].actual);
        fp_baseline_write(&out, &(struct fp_baseline){0}, &all, false);
        fp_buf_printf(&want, "    reason: \"%s\"\n", table[i].reason);
        if (fp_str_find(fp_buf_view(&out), fp_buf_view(&want)) == out.n)
            fail_msg("%s gave %s", table[i].actual, fp_buf_cstr(&out));
        fp_buf_deinit(&out);
        fp_buf_deinit(&want);
        fp_results_deinit(&all);
    }
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(truth) + 8];
    size_t n = 0;
    for (; n < FP_COUNT(truth); n++)
        tests[n] = (struct CMUnitTest){truth[n].name, judges, 0, 0, &truth[n]};
    const struct CMUnitTest rest[] = {
        cmocka_unit_test(one_of_several_entries_is_enough),
        cmocka_unit_test(a_broken_case_is_no_surprise),
        cmocka_unit_test(what_is_undecided_beside_a_known_failure_shows),
        cmocka_unit_test(tells_what_matches_nothing),
        cmocka_unit_test(every_format_says_it),
        cmocka_unit_test(json_is_read_back),
        cmocka_unit_test(writes),
        cmocka_unit_test(reasons_leave_out_what_changes),
    };
    for (size_t i = 0; i < FP_COUNT(rest); i++)
        tests[n++] = rest[i];
    return cmocka_run_group_tests_name("known failures", tests, NULL, NULL);
}
