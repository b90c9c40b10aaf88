/* SPDX-License-Identifier: MIT
 * client_env_test.c - what a client finds in its environment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "harness/run/client_env.h"

static char *const inherited[] = {
    "PATH=/bin",      "FALLPROOF_URL=http://old", "FALLPROOF_STRAY=1",
    "TMPDIR=/old",    "FP_FAIL_ALLOC=7",          "HOME=/root",
    "FALLPROOF_CA=x", "NODE_OPTIONS=--old",       NULL};

static const struct fp_hop direct = {.name = {"direct", 6}};

static struct fp_case a_case(void)
{
    return (struct fp_case){
        .name = FP_STR("refused/403"),
        .path = &direct,
        .n_path = 1,
        .attempts = 3,
        .window_ms = 3000,
        .budget_ms = 15000,
    };
}

/* The value of the only variable of that name, or NULL. */
static const char *value(char **vars, const char *name)
{
    const char *found = NULL;
    size_t n = strlen(name);
    for (; *vars != NULL; vars++) {
        if (strncmp(*vars, name, n) != 0 || (*vars)[n] != '=')
            continue;
        assert_null(found);
        found = *vars + n + 1;
    }
    return found;
}

static void says_what_the_contract_says(void **state)
{
    (void)state;
    struct fp_case c = a_case();
    struct fp_run_item item = {.c = &c, .protocol = FP_ENGINE_IO_4};
    struct fp_client_env env = {.item = &item, .port = 41234, .temp = "/t"};
    struct fp_arena arena = {0};
    char **vars = fp_client_env_make(&env, inherited, &arena);
    assert_non_null(vars);
    assert_string_equal(value(vars, "FALLPROOF_URL"), "http://127.0.0.1:41234");
    assert_string_equal(value(vars, "FALLPROOF_PATH"), "/socket.io/");
    assert_string_equal(value(vars, "FALLPROOF_PROTOCOL"), "engine.io-4");
    assert_string_equal(value(vars, "FALLPROOF_ATTEMPTS"), "3");
    assert_string_equal(value(vars, "FALLPROOF_WINDOW_MS"), "3000");
    assert_string_equal(value(vars, "FALLPROOF_BUDGET_MS"), "15000");
    assert_string_equal(value(vars, "FALLPROOF_CASE"), "refused/403");
    assert_null(value(vars, "FALLPROOF_TRANSPORTS"));
    assert_null(value(vars, "FALLPROOF_CONFIG"));
    assert_null(value(vars, "FALLPROOF_COPY"));
    fp_arena_deinit(&arena);
}

static void inherits_all_but_what_is_ours(void **state)
{
    (void)state;
    struct fp_case c = a_case();
    struct fp_run_item item = {.c = &c, .protocol = FP_PLAIN};
    struct fp_client_env env = {.item = &item, .port = 1, .temp = "/t"};
    struct fp_arena arena = {0};
    char **vars = fp_client_env_make(&env, inherited, &arena);
    assert_string_equal(value(vars, "PATH"), "/bin");
    assert_string_equal(value(vars, "HOME"), "/root");
    assert_string_equal(value(vars, "TMPDIR"), "/t");
    assert_null(value(vars, "FALLPROOF_STRAY"));
    assert_null(value(vars, "FALLPROOF_CA"));
    assert_null(value(vars, "FP_FAIL_ALLOC"));
    fp_arena_deinit(&arena);
}

static void tells_transports_configuration_and_copy(void **state)
{
    (void)state;
    struct fp_case c = a_case();
    c.transports[0] = FP_POLLING;
    c.transports[1] = FP_WEBSOCKET;
    c.server.path = FP_STR("/x/");
    struct fp_run_client client = {.config = FP_STR("polling-first")};
    struct fp_run_item item = {
        .c = &c, .protocol = FP_PLAIN, .client = &client, .copy = 2};
    struct fp_client_env env = {.item = &item, .port = 1};
    struct fp_arena arena = {0};
    char **vars = fp_client_env_make(&env, NULL, &arena);
    assert_string_equal(value(vars, "FALLPROOF_PATH"), "/x/");
    assert_string_equal(value(vars, "FALLPROOF_TRANSPORTS"),
                        "polling,websocket");
    assert_string_equal(value(vars, "FALLPROOF_CONFIG"), "polling-first");
    assert_string_equal(value(vars, "FALLPROOF_COPY"), "2");
    c.transports[1] = FP_TRANSPORT_NONE;
    vars = fp_client_env_make(&env, NULL, &arena);
    assert_string_equal(value(vars, "FALLPROOF_TRANSPORTS"), "polling");
    fp_arena_deinit(&arena);
}

static void a_configuration_has_the_last_word(void **state)
{
    (void)state;
    char *own[] = {(char[]){"NODE_OPTIONS=--new"},
                   (char[]){"FALLPROOF_ATTEMPTS=1"}, (char[]){"TMPDIR=/own"},
                   NULL};
    struct fp_case c = a_case();
    struct fp_run_client client = {.env = own};
    struct fp_run_item item = {
        .c = &c, .protocol = FP_PLAIN, .client = &client};
    struct fp_client_env env = {.item = &item, .port = 1, .temp = "/t"};
    struct fp_arena arena = {0};
    char **vars = fp_client_env_make(&env, inherited, &arena);
    assert_string_equal(value(vars, "NODE_OPTIONS"), "--new");
    assert_string_equal(value(vars, "FALLPROOF_ATTEMPTS"), "1");
    assert_string_equal(value(vars, "TMPDIR"), "/own");
    fp_arena_deinit(&arena);
}

static void a_faster_clock(void **state)
{
    (void)state;
    char *preloading[] = {(char[]){"LD_PRELOAD=/users.so"}, NULL};
    struct fp_case c = a_case();
    struct fp_run_client client = {.time_scale = 10, .preload = "/a.so:/b.so"};
    struct fp_run_item item = {
        .c = &c, .protocol = FP_PLAIN, .client = &client};
    struct fp_client_env env = {.item = &item, .port = 1, .temp = "/t"};
    struct fp_arena arena = {0};
    char **vars = fp_client_env_make(&env, preloading, &arena);
    assert_string_equal(value(vars, "LD_PRELOAD"), "/a.so:/b.so:/users.so");
    assert_string_equal(value(vars, "FAKETIME"), "+0 x10");
    assert_string_equal(value(vars, "FP_CLOCK_SCALE"), "10");
    assert_string_equal(value(vars, "FP_CLOCK_FILE"), "/t/" FP_CLOCK_FILE);
    client.time_scale = 1;
    vars = fp_client_env_make(&env, preloading, &arena);
    assert_string_equal(value(vars, "LD_PRELOAD"), "/users.so");
    assert_null(value(vars, "FAKETIME"));
    fp_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_faster_clock),
        cmocka_unit_test(says_what_the_contract_says),
        cmocka_unit_test(inherits_all_but_what_is_ours),
        cmocka_unit_test(tells_transports_configuration_and_copy),
        cmocka_unit_test(a_configuration_has_the_last_word),
    };
    return cmocka_run_group_tests_name("client's environment", tests, NULL,
                                       NULL);
}
