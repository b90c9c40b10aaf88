/* SPDX-License-Identifier: MIT
 * client_file_test.c - the shipped plug-ins load, and mistakes are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/scenario/client_file.h"

static void loads_the_shipped_plugin(void **state)
{
    (void)state;
    struct fp_client_file *f = NULL;
    struct fp_diags diags = {0};
    assert_int_equal(
        FP_OK,
        fp_client_file_load(
            &f, "fixtures/clients/socket.io-client-4/client.yaml", &diags));
    assert_true(fp_str_eqz(f->name, "socket.io-client-4"));
    assert_true(fp_str_eqz(f->dir, "fixtures/clients/socket.io-client-4"));
    assert_int_equal(2, f->n_command);
    assert_true(fp_str_eqz(f->command[1], "plugin.mjs"));
    assert_int_equal(1u << FP_ENGINE_IO_4, f->protocols);
    assert_int_equal(200, f->start_cost_ms);
    assert_int_equal(10, f->time_scale);
    assert_int_equal(5, f->n_configs);
    assert_true(fp_str_eqz(f->configs[1].name, "websocket-first"));
    fp_client_file_free(f);
}

static struct row {
    const char *name, *text, *want;
} rows[] = {
    {"unknown key", "name: a\ncomand: [x]\nprotocols: [plain]\n",
     ":2:1: unknown key 'comand' in a client (did you mean 'command'?)"},
    {"no command", "name: a\nprotocols: [plain]\n", "'command'"},
    {"empty command", "name: a\ncommand: []\nprotocols: [plain]\n",
     "'command'"},
    {"unknown protocol", "name: a\ncommand: [x]\nprotocols: [http]\n",
     ":3:13:"},
    {"configurations as a list",
     "name: a\ncommand: [x]\nprotocols: [plain]\nconfigurations: [a]\n",
     ":4:17: 'configurations' takes a mapping"},
    {"a clock that stands still",
     "name: a\ncommand: [x]\nprotocols: [plain]\ntime-scale: 0\n", ":4:13:"},
    {"duration without a unit",
     "name: a\ncommand: [x]\nprotocols: [plain]\nstart-cost: 5\n", ":4:13:"},
};

static void refuses(void **state)
{
    const struct row *row = *state;
    char path[] = "/tmp/fallproof-client-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct fp_str text = fp_str_of(row->text);
    assert_int_equal((ssize_t)text.n, write(fd, text.p, text.n));
    assert_int_equal(0, close(fd));
    struct fp_client_file *f = NULL;
    struct fp_diags diags = {0};
    enum fp_status status = fp_client_file_load(&f, path, &diags);
    (void)unlink(path);
    assert_int_equal(FP_EPARSE, status);
    assert_null(f);
    char said[512];
    struct fp_str all =
        fp_str_of(fp_err_text(&diags.items[0], said, sizeof said));
    if (fp_str_find(all, fp_str_of(row->want)) == all.n)
        fail_msg("'%s' is not in '%s'", row->want, said);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 1];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].name, refuses, 0, 0, &rows[i]};
    tests[FP_COUNT(rows)] =
        (struct CMUnitTest)cmocka_unit_test(loads_the_shipped_plugin);
    return cmocka_run_group_tests_name("client.yaml", tests, NULL, NULL);
}
