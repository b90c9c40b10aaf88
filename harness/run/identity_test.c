/* SPDX-License-Identifier: MIT
 * identity_test.c - the command that runs only one case again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "harness/run/identity.h"

static char *const plugin[] = {"node", "index.js", NULL};
static char *const words[] = {"node", "my client.js", "it's", NULL};

static const struct fp_run_client reference = {
    .name = {"reference", 9},
    .config = {"websocket-first", 15},
    .argv = plugin};
static const struct fp_run_client ad_hoc = {
    .name = {"node my client.js it's", 22}, .argv = words};

static const struct fp_fault always = {.scope = {.probability = 1}};
static const struct fp_fault sometimes = {.scope = {.probability = 0.5}};
static const struct fp_hop steady = {.faults = &always, .n_faults = 1};
static const struct fp_hop flaky = {.faults = &sometimes, .n_faults = 1};

static struct row {
    const char *name, *case_name, *file;
    const struct fp_hop *hop;
    const struct fp_run_client *client;
    unsigned copy;
    const char *want;
} rows[] = {
    {"a named client", "refused/403", "/x/cases/refused/403.yaml", &steady,
     &reference, 0,
     "fallproof run refused/403@plain --client reference --config "
     "websocket-first"},
    {"a case of its own", "/tmp/my case", "/tmp/my case.yaml", &steady,
     &reference, 0,
     "fallproof run '/tmp/my case.yaml' --protocol plain --client reference "
     "--config websocket-first"},
    {"a command", "refused/403", "cases/refused/403.yaml", &steady, &ad_hoc, 0,
     "fallproof run refused/403@plain -- node 'my client.js' 'it'\\''s'"},
    {"lots are drawn", "a", "cases/a.yaml", &flaky, &ad_hoc, 0,
     "fallproof run a@plain --seed 7 -- node 'my client.js' 'it'\\''s'"},
    {"the third copy", "a", "cases/a.yaml", &flaky, &reference, 3,
     "fallproof run a@plain --client reference --config websocket-first "
     "--seed 9"},
    {"no client", "self/x", "cases/self/x.yaml", &steady, NULL, 0,
     "fallproof run self/x@plain"},
};

static void writes_the_command(void **state)
{
    const struct row *row = *state;
    struct fp_case c = {.name = fp_str_of(row->case_name),
                        .file = fp_str_of(row->file),
                        .path = row->hop,
                        .n_path = 1};
    struct fp_run_item item = {.c = &c,
                               .protocol = FP_PLAIN,
                               .client = row->client,
                               .copy = row->copy};
    struct fp_run_conf conf = {.seed = 7};
    struct fp_buf got = {0};
    fp_run_command_write(&got, &conf, &item);
    assert_string_equal(fp_buf_cstr(&got), row->want);
    fp_buf_deinit(&got);
}

static void quotes_nothing_as_two_quotes(void **state)
{
    (void)state;
    struct fp_buf got = {0};
    fp_run_quote(&got, FP_STR(""));
    assert_string_equal(fp_buf_cstr(&got), "''");
    fp_buf_deinit(&got);
}

static void names_a_host_by_name_or_file(void **state)
{
    (void)state;
    static const struct {
        const char *file, *want;
    } hosts[] = {
        {"fixtures/hosts/fly.yaml", "fallproof run a@plain --host fly"},
        {"/home/my fly.yaml",
         "fallproof run a@plain --host '/home/my fly.yaml'"},
    };
    for (size_t i = 0; i < FP_COUNT(hosts); i++) {
        struct fp_case c = {.name = FP_STR("a"),
                            .file = FP_STR("cases/a.yaml"),
                            .host = FP_STR("fly"),
                            .host_file = fp_str_of(hosts[i].file),
                            .path = &steady,
                            .n_path = 1};
        struct fp_run_item item = {.c = &c, .protocol = FP_PLAIN};
        struct fp_run_conf conf = {.seed = 7};
        struct fp_buf got = {0};
        fp_run_command_write(&got, &conf, &item);
        assert_string_equal(fp_buf_cstr(&got), hosts[i].want);
        fp_buf_deinit(&got);
    }
}

static void fills_in_a_result(void **state)
{
    (void)state;
    struct fp_case c = {.name = FP_STR("a"),
                        .file = FP_STR("cases/a.yaml"),
                        .title = FP_STR("T"),
                        .path = &steady,
                        .n_path = 1};
    struct fp_run_item item = {
        .c = &c, .protocol = FP_PLAIN, .client = &reference, .copy = 2};
    struct fp_run_conf conf = {.seed = 7};
    struct fp_case_result r = {0};
    fp_run_identify(&r, &conf, &item);
    assert_true(fp_str_eqz(r.case_name, "a"));
    assert_true(fp_str_eqz(r.title, "T"));
    assert_true(fp_str_eqz(r.client, "reference"));
    assert_null(r.client_version.p);
    assert_true(fp_str_eqz(r.config, "websocket-first"));
    assert_int_equal(r.protocol, FP_PLAIN);
    assert_int_equal(r.copy, 2);
    assert_int_equal(r.seed, 8);
    assert_true(r.time_scale == 1);
    fp_run_set_error(&r, FP_STR("first"));
    fp_run_set_error(&r, FP_STR("second"));
    assert_int_equal(r.verdict, FP_ERROR);
    assert_true(fp_str_eqz(r.error, "first"));
    fp_case_result_deinit(&r);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 3];
    size_t n = 0;
    for (; n < FP_COUNT(rows); n++)
        tests[n] = (struct CMUnitTest){rows[n].name, writes_the_command, NULL,
                                       NULL, &rows[n]};
    tests[n++] =
        (struct CMUnitTest){"quotes nothing as two quotes",
                            quotes_nothing_as_two_quotes, NULL, NULL, NULL};
    tests[n++] = (struct CMUnitTest){"fills in a result", fills_in_a_result,
                                     NULL, NULL, NULL};
    tests[n++] =
        (struct CMUnitTest){"names a host by name or file",
                            names_a_host_by_name_or_file, NULL, NULL, NULL};
    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
