/* SPDX-License-Identifier: MIT
 * formats_test.c - text, JUnit and TAP: what a reader is told, and that
 * hostile text can neither break a format nor reach a terminal raw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/base/utf8.h"
#include "reports/reports_testing.h"

enum format { TEXT, JUNIT, TAP };

static void write(struct fp_buf *out, enum format format)
{
    const struct fp_text_style style = {0};
    struct fp_results all = {0};
    fp_testing_results(&all);
    if (format == JUNIT)
        fp_junit_write(out, &all, false);
    if (format == TAP)
        fp_tap_write(out, &all, false);
    for (size_t i = 0; format == TEXT && i < all.n; i++)
        fp_text_write_case(out, &all.items[i], &style);
    if (format == TEXT)
        fp_text_write_summary(out, &all, &style);
    fp_results_deinit(&all);
}

static struct row {
    const char *name;
    enum format format;
    const char *want;
} rows[] = {
    {"text: a pass is one line", TEXT, "pass clean/websocket@engine.io-4"},
    {"text: a failure", TEXT, "FAIL refused/403@plain#2"},
    {"text: its place", TEXT, "cases/refused/403.yaml:14:5"},
    {"text: expected", TEXT, "expected  at most 3 attempts, then polling"},
    {"text: likely cause", TEXT, "likely    tryAllTransports is off"},
    {"text: a failed should warns", TEXT, "warn falls-back.budget (should)"},
    {"text: what blocked", TEXT, "none settles (must): blocked by falls-back"},
    {"text: ladder in the client's time", TEXT,
     "   0.120 s  attempt   #1  /socket.io/?EIO=4  -> 403 Forbidden (30 ms)"},
    {"text: how to repeat", TEXT, "again: fallproof run 'refused/403@plain'"},
    {"text: the trace", TEXT, "trace: out/traces/x.jsonl"},
    {"text: a broken case", TEXT, "error     no such program: nodd"},
    {"text: totals", TEXT, "3 cases: 1 passed, 1 failed, 1 error\n"},
    {"text: escapes the escape character", TEXT, "\\x1b[31mred"},
    {"junit: suite", JUNIT,
     "<testsuite name=\"reference websocket-first\" tests=\"2\" "
     "failures=\"0\" errors=\"1\" skipped=\"0\""},
    {"junit: counts warnings as passes", JUNIT,
     "<testsuites name=\"fallproof\" tests=\"8\" failures=\"1\" errors=\"2\" "
     "skipped=\"1\""},
    {"junit: a case", JUNIT,
     "<testcase classname=\"clean/websocket@engine.io-4\" name=\"fresh\" "
     "time=\"4.100\"/>"},
    {"junit: skipped says why", JUNIT,
     "<skipped message=\"blocked by falls-back\"/>"},
    {"junit: failure", JUNIT,
     "<failure type=\"fail\" message=\"&lt;b&gt;&amp;"},
    {"junit: a place with markup", JUNIT, "\nat: &lt;b&gt;&amp;&quot;"},
    {"junit: broken", JUNIT, "message=\"no such program: nodd\""},
    {"tap: plan", TAP, "TAP version 14\n1..3\n"},
    {"tap: a case", TAP, "\nok 1 - clean/websocket@engine.io-4\n"},
    {"tap: a failing case", TAP, "\nnot ok 2 - refused/403@plain\\#2\n"},
    {"tap: a failing check", TAP, "\n    not ok 1 - falls-back.attempts\n"},
    {"tap: a warning is ok", TAP, "\n    ok 2 - falls-back.budget\n"},
    {"tap: skip says why", TAP,
     "ok 3 - settles # SKIP not-exercised: blocked by falls-back\n"},
    {"tap: where", TAP, "at: \"cases/refused/403.yaml:14:5\"\n"},
    {"tap: a place with quotes", TAP, "at: \"<b>&\\\"'\\\\ #"},
    {"tap: a broken case", TAP, "error: \"no such program: nodd\"\n"},
};

static void says(void **state)
{
    const struct row *row = *state;
    struct fp_buf out = {0};
    write(&out, row->format);
    struct fp_str all = fp_buf_view(&out);
    if (fp_str_find(all, fp_str_of(row->want)) == all.n)
        fail_msg("'%s' is not in:\n%s", row->want, fp_buf_cstr(&out));
    fp_buf_deinit(&out);
}

static void a_narrow_terminal_gets_two_lines(void **state)
{
    (void)state;
    const struct fp_text_style narrow = {.width = 60};
    struct fp_results all = {0};
    struct fp_buf out = {0};
    fp_testing_results(&all);
    fp_text_write_case(&out, &all.items[1], &narrow);
    struct fp_str text = fp_buf_view(&out);
    struct fp_str want = FP_STR("#1  /socket.io/?EIO=4\n"
                                "                              "
                                "-> 403 Forbidden (30 ms)\n");
    assert_true(fp_str_find(text, want) < text.n);
    fp_buf_deinit(&out);
    fp_results_deinit(&all);
}

static void nothing_raw(enum format format)
{
    struct fp_buf out = {0};
    write(&out, format);
    struct fp_str s = fp_buf_view(&out);
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        size_t n = fp_utf8_length(s, i);
        assert_true(n > 0);
        assert_true(c >= 0x20 || c == '\n');
        if (format == TEXT) /* C1 controls move cursors too */
            assert_false(n == 2 && c == 0xc2 &&
                         (unsigned char)s.p[i + 1] < 0xa0);
        i += n;
    }
    fp_buf_deinit(&out);
}

static void text_has_nothing_raw(void **state)
{
    (void)state;
    nothing_raw(TEXT);
}

static void junit_has_nothing_raw(void **state)
{
    (void)state;
    nothing_raw(JUNIT);
}

static void tap_has_nothing_raw(void **state)
{
    (void)state;
    nothing_raw(TAP);
}

static void exit_codes(void **state)
{
    (void)state;
    const struct {
        enum fp_verdict verdicts[3];
        size_t n;
        int code;
    } cases[] = {
        {{FP_PASS, FP_PASS}, 2, 0},
        {{FP_PASS, FP_FAIL, FP_ERROR}, 3, 1},
        {{FP_PASS, FP_ERROR}, 2, 3},
        {{FP_INCONCLUSIVE}, 1, 3},
        {{FP_UNSUPPORTED, FP_PASS}, 2, 0},
        {{FP_UNSUPPORTED, FP_NOT_APPLICABLE}, 2, 4},
    };
    for (size_t i = 0; i < FP_COUNT(cases); i++) {
        struct fp_results all = {0};
        for (size_t k = 0; k < cases[i].n; k++) {
            struct fp_case_result r = {.verdict = cases[i].verdicts[k]};
            assert_int_equal(FP_OK, fp_results_add(&all, &r));
        }
        assert_int_equal(cases[i].code,
                         fp_results_exit_code(&all, false, false));
        fp_results_deinit(&all);
    }
}

static void not_exercised_counts_when_strict(void **state)
{
    (void)state;
    struct fp_check_result idle = {.verdict = FP_NOT_EXERCISED};
    struct fp_case_result r = {
        .verdict = FP_PASS, .checks = &idle, .n_checks = 1};
    struct fp_results all = {0};
    assert_int_equal(FP_OK, fp_results_add(&all, &r));
    assert_int_equal(0, fp_results_exit_code(&all, false, false));
    assert_int_equal(1, fp_results_exit_code(&all, true, false));
    assert_int_equal(1, fp_results_exit_code(&all, false, true));
    fp_results_deinit(&all);
}

static void a_failed_should_counts_when_strict(void **state)
{
    (void)state;
    struct fp_check_result should = {.level = FP_SHOULD, .verdict = FP_FAIL};
    struct fp_case_result r = {
        .verdict = FP_PASS, .checks = &should, .n_checks = 1};
    struct fp_results all = {0};
    assert_int_equal(FP_OK, fp_results_add(&all, &r));
    assert_int_equal(0, fp_results_exit_code(&all, false, false));
    assert_int_equal(1, fp_results_exit_code(&all, true, false));
    fp_results_deinit(&all);
}

static void add_version(struct fp_results *all, const char *version)
{
    struct fp_case_result r = {.case_name = FP_STR("a"),
                               .client = FP_STR("k"),
                               .client_version = fp_str_of(version)};
    assert_int_equal(FP_OK, fp_results_add(all, &r));
}

static void versions_of_a_client_are_suites_apart(void **state)
{
    (void)state;
    struct fp_results all = {0};
    struct fp_buf out = {0};
    add_version(&all, "2.0");
    add_version(&all, "1.0");
    fp_results_sort(&all);
    fp_junit_write(&out, &all, false);
    struct fp_str text = fp_buf_view(&out);
    size_t first = fp_str_find(text, FP_STR("<testsuite name=\"k 1.0\""));
    size_t second = fp_str_find(text, FP_STR("<testsuite name=\"k 2.0\""));
    assert_true(first < second && second < text.n);
    fp_buf_deinit(&out);
    fp_results_deinit(&all);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 8] = {0};
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].name, says, 0, 0, &rows[i]};
    struct CMUnitTest more[] = {
        cmocka_unit_test(text_has_nothing_raw),
        cmocka_unit_test(junit_has_nothing_raw),
        cmocka_unit_test(tap_has_nothing_raw),
        cmocka_unit_test(a_narrow_terminal_gets_two_lines),
        cmocka_unit_test(exit_codes),
        cmocka_unit_test(not_exercised_counts_when_strict),
        cmocka_unit_test(a_failed_should_counts_when_strict),
        cmocka_unit_test(versions_of_a_client_are_suites_apart),
    };
    for (size_t i = 0; i < FP_COUNT(more); i++)
        tests[FP_COUNT(rows) + i] = more[i];
    return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
