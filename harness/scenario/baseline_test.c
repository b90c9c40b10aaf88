/* SPDX-License-Identifier: MIT
 * baseline_test.c - baselines load, and mistakes are named with their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/scenario/baseline.h"
#include "harness/scenario/client_file.h"

static void write_file(char path[], const char *text)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct fp_str all = fp_str_of(text);
    assert_int_equal((ssize_t)all.n, write(fd, all.p, all.n));
    assert_int_equal(0, close(fd));
}

static void loads(void **state)
{
    (void)state;
    char path[] = "/tmp/fallproof-baseline-XXXXXX";
    write_file(path, "known:\n"
                     "  - check: cut/*@engine.io-4:falls-back.*\n"
                     "    configuration: default\n"
                     "    reason: an upgrade request\n"
                     "    why: It counts anew.\n"
                     "    link: https://example.org/1\n"
                     "    until: 2028-02-29\n"
                     "  - {check: '**:settles', reason: after}\n");
    struct fp_baseline_file f = {0};
    struct fp_diags diags = {0};
    enum fp_status status = fp_baseline_load(&f, path, &diags);
    assert_int_equal(0, unlink(path));
    assert_int_equal(FP_OK, status);
    assert_int_equal(2, f.known.n);
    const struct fp_known_failure *k = f.known.items;
    assert_true(fp_str_eqz(k[0].check, "cut/*@engine.io-4:falls-back.*"));
    assert_true(fp_str_eqz(k[0].configuration, "default"));
    assert_true(fp_str_eqz(k[0].reason, "an upgrade request"));
    assert_true(fp_str_eqz(k[0].why, "It counts anew."));
    assert_true(fp_str_eqz(k[0].link, "https://example.org/1"));
    assert_true(fp_str_eqz(k[0].until, "2028-02-29"));
    assert_string_equal(path, k[0].loc.file);
    assert_int_equal(2, k[0].loc.line);
    assert_int_equal(5, k[0].loc.col);
    assert_null(k[1].configuration.p);
    assert_null(k[1].until.p);
    assert_int_equal(8, k[1].loc.line);
    fp_baseline_file_deinit(&f);
}

static void is_not_there(void **state)
{
    (void)state;
    struct fp_baseline_file f = {0};
    struct fp_diags diags = {0};
    assert_int_equal(FP_ENOENT, fp_baseline_load(&f, "no/such", &diags));
    assert_int_equal(1, diags.n);
    assert_int_equal(0, f.known.n);
}

static void an_empty_list_is_a_baseline(void **state)
{
    (void)state;
    char path[] = "/tmp/fallproof-baseline-XXXXXX";
    write_file(path, "known: []\n");
    struct fp_baseline_file f = {0};
    struct fp_diags diags = {0};
    assert_int_equal(FP_OK, fp_baseline_load(&f, path, &diags));
    assert_int_equal(0, unlink(path));
    assert_int_equal(0, f.known.n);
    fp_baseline_file_deinit(&f);
}

/* A client that fails everywhere, in several configurations. */
static void loads_as_many_as_there_are(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        enum fp_status status;
    } table[] = {{FP_KNOWN_MAX, FP_OK}, {FP_KNOWN_MAX + 1, FP_EPARSE}};
    for (size_t i = 0; i < FP_COUNT(table); i++) {
        char path[] = "/tmp/fallproof-baseline-XXXXXX";
        struct fp_buf text = {0};
        fp_buf_z(&text, "known:\n");
        for (size_t k = 0; k < table[i].n; k++)
            fp_buf_printf(&text,
                          "- check: case-%zu@plain:settles\n"
                          "  configuration: default\n  reason: after\n"
                          "  why: It does.\n  until: 2028-02-29\n"
                          "  link: https://example.org/1\n",
                          k);
        write_file(path, fp_buf_cstr(&text));
        struct fp_baseline_file f = {0};
        struct fp_diags diags = {0};
        assert_int_equal(table[i].status, fp_baseline_load(&f, path, &diags));
        assert_int_equal(0, unlink(path));
        assert_int_equal(table[i].status == FP_OK ? table[i].n : 0, f.known.n);
        fp_baseline_file_deinit(&f);
        fp_buf_deinit(&text);
    }
}

#define ENTRY "known:\n- check: a@plain:settles\n  reason: x\n"
#define CLIENT                                                                 \
    "name: a\ncommand: [x]\nprotocols: [plain]\nknown_failures:\n"             \
    "- {check: 'a:settles', reason: x"

static struct row {
    const char *name, *text, *want;
    bool client; /* a client.yaml */
} rows[] = {
    {"unknown key", "knwon: []\n",
     ":1:1: unknown key 'knwon' in a baseline (did you mean 'known'?)", false},
    {"unknown key of an entry", ENTRY "  untill: 2027-01-01\n",
     ":4:3: unknown key 'untill' in a known failure (did you mean 'until'?)",
     false},
    {"not a list", "known: a@plain:settles\n", ":1:8: 'known' takes a list",
     false},
    {"an entry that is a text", "known: [settles]\n",
     ":1:9: a known failure takes a mapping", false},
    {"no reason", "known:\n- check: a@plain:settles\n",
     ":2:3: missing key 'reason' in a known failure", false},
    {"an empty reason", "known:\n- {check: 'a:settles', reason: ' '}\n",
     "'reason' is empty", false},
    {"no check", "known:\n- reason: x\n", "missing key 'check'", false},
    {"a check without a case", "known:\n- {check: settles, reason: x}\n",
     ":2:11: 'settles' is not CASE@PROTOCOL:CHECK", false},
    {"a misspelt check", "known:\n- {check: 'a:setles', reason: x}\n",
     ":2:11: no check is called 'setles' (did you mean 'settles'?)", false},
    {"a pattern of no check", "known:\n- {check: 'a:set*x', reason: x}\n",
     "no check is called 'set*x'", false},
    {"a day without zeros", ENTRY "  until: 2027-6-1\n",
     ":4:10: 'until' takes a day such as 2027-06-30, not '2027-6-1'", false},
    {"the 31st of June", ENTRY "  until: 2027-06-31\n", ":4:10: 'until'",
     false},
    {"no leap year", ENTRY "  until: 2100-02-29\n", ":4:10: 'until'", false},
    {"a link that is none", ENTRY "  link: issue 5\n",
     ":4:9: 'link' takes an address with https://", false},
    {"the same table in client.yaml", CLIENT ", reson: y}\n",
     ":5:35: unknown key 'reson' in a known failure", true},
    {"a configuration that the client lacks",
     CLIENT ", configuration: defualt}\n"
            "configurations:\n  default: It.\n",
     ":5:50: no configuration is called 'defualt' (did you mean 'default'?)",
     true},
};

static enum fp_status
load(const struct row *row, const char *path, struct fp_diags *diags)
{
    struct fp_baseline_file f = {0};
    struct fp_client_file *client = NULL;
    enum fp_status status = row->client
                                ? fp_client_file_load(&client, path, diags)
                                : fp_baseline_load(&f, path, diags);
    fp_client_file_free(client);
    fp_baseline_file_deinit(&f);
    return status;
}

static void refuses(void **state)
{
    const struct row *row = *state;
    char path[] = "/tmp/fallproof-baseline-XXXXXX";
    write_file(path, row->text);
    struct fp_diags diags = {0};
    enum fp_status status = load(row, path, &diags);
    assert_int_equal(0, unlink(path));
    assert_int_equal(FP_EPARSE, status);
    char said[512];
    struct fp_str all =
        fp_str_of(fp_err_text(&diags.items[0], said, sizeof said));
    if (fp_str_find(all, fp_str_of(row->want)) == all.n)
        fail_msg("'%s' is not in '%s'", row->want, said);
}

static void matches_checks(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        bool fits;
    } table[] = {
        {"cut/rst@engine.io-4:falls-back.attempts", true},
        {"cut/rst@engine.io-4:falls-back", true},
        {"cut/rst@engine.io-4:falls", false},
        {"cut/rst@engine.io-4:falls-back.budget", false},
        {"cut/rst@plain:falls-back.attempts", false},
        {"cut/*:falls-back.*", true},
        {"cut:*", true},
        {"**:*attempts", true},
        {"refused:*", false},
        {"cut/rst@engine.io-4", false},
        {"cut/rst:", false},
        {":falls-back", false},
    };
    for (size_t i = 0; i < FP_COUNT(table); i++)
        if (fp_check_match(FP_STR("cut/rst@engine.io-4"),
                           FP_STR("falls-back.attempts"),
                           fp_str_of(table[i].pattern)) != table[i].fits)
            fail_msg("%s", table[i].pattern);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 5];
    size_t n = 0;
    for (; n < FP_COUNT(rows); n++)
        tests[n] = (struct CMUnitTest){rows[n].name, refuses, 0, 0, &rows[n]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(loads);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(is_not_there);
    tests[n++] =
        (struct CMUnitTest)cmocka_unit_test(an_empty_list_is_a_baseline);
    tests[n++] =
        (struct CMUnitTest)cmocka_unit_test(loads_as_many_as_there_are);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(matches_checks);
    return cmocka_run_group_tests_name("baseline", tests, NULL, NULL);
}
