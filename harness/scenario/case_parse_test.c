/* SPDX-License-Identifier: MIT
 * case_parse_test.c - the model that a good case gives, and its defaults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/alloc.h"
#include "harness/scenario/scenario.h"

static struct fp_case *parse(const char *yaml)
{
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    char line[600];
    enum fp_status status =
        fp_case_parse(&c, "f.yaml", "area/name", fp_str_of(yaml), &diags);
    if (status != FP_OK)
        fail_msg("%s", fp_err_text(&diags.items[0], line, sizeof line));
    return c;
}

static void assert_str(struct fp_str s, const char *want)
{
    char got[256];
    assert_non_null(s.p);
    (void)snprintf(got, sizeof got, "%.*s", FP_STR_ARG(s));
    assert_string_equal(got, want);
}

static const struct fp_check *
check_of(const struct fp_case *c, enum fp_check_kind k)
{
    for (size_t i = 0; i < c->n_expect; i++)
        if (c->expect[i].kind == k)
            return &c->expect[i];
    fail_msg("no check '%s'", fp_check_key(k));
    return NULL;
}

static void least_case_has_defaults(void **state)
{
    (void)state;
    struct fp_case *c = parse("title: a\nwhy: b\nexpect: [fresh]\n");
    assert_str(c->name, "area/name");
    assert_str(c->file, "f.yaml");
    assert_str(c->text, "title: a\nwhy: b\nexpect: [fresh]\n");
    assert_int_equal(c->protocols, 1U << FP_ENGINE_IO_4 | 1U << FP_PLAIN);
    assert_int_equal(c->attempts, 3);
    assert_int_equal(c->window_ms, 3000);
    assert_int_equal(c->budget_ms, 15000);
    assert_int_equal(c->patience_ms, 90000);
    assert_int_equal(c->transports[0], FP_TRANSPORT_NONE);
    assert_false(c->is_long);
    assert_int_equal(c->server.publish_every_ms, 500);
    assert_int_equal(c->server.ping_interval_ms, 25000);
    assert_int_equal(c->server.ping_timeout_ms, 20000);
    assert_int_equal(c->server.max_payload_bytes, 1000000);
    assert_int_equal(c->server.say_bytes, 16);
    assert_true(c->server.websocket && c->server.polling);
    assert_true(c->server.allow_upgrades);
    assert_null(c->server.path.p);
    assert_int_equal(c->n_path, 1);
    assert_str(c->path[0].name, "direct");
    assert_int_equal(c->path[0].n_faults, 0);
    assert_null(c->self.command.p);
    fp_case_free(c);
}

static void invariants_are_implied(void **state)
{
    (void)state;
    static const enum fp_check_kind kinds[] = {
        FP_CHECK_STAYS,          FP_CHECK_ONE_SESSION,    FP_CHECK_VALID,
        FP_CHECK_POLLS_POLITELY, FP_CHECK_CLOSES_CLEANLY, FP_CHECK_WITNESSES};
    struct fp_case *c = parse("title: a\nwhy: b\n"
                              "expect: [fresh, stays: {level: should}]\n");
    assert_int_equal(c->n_expect, 2 + FP_COUNT(kinds) - 1);
    for (size_t i = 0; i < FP_COUNT(kinds); i++) {
        const struct fp_check *k = check_of(c, kinds[i]);
        bool stays = kinds[i] == FP_CHECK_STAYS;
        bool closes = kinds[i] == FP_CHECK_CLOSES_CLEANLY;
        assert_int_equal(k->implied, !stays);
        assert_int_equal(k->level, stays    ? FP_SHOULD
                                   : closes ? FP_MAY
                                            : FP_MUST);
        assert_int_equal(k->loc.line, 3);
        assert_int_equal(k->loc.col, stays ? 17 : 1);
    }
    fp_case_free(c);
}

static void checks_inherit_window_and_budget(void **state)
{
    (void)state;
    struct fp_case *c =
        parse("title: a\nwhy: b\n"
              "expect: [fresh, falls-back, settles]\n"
              "server: {websocket: false}\nwindow: 5s\nbudget: 20s\n");
    assert_int_equal(check_of(c, FP_CHECK_FRESH)->window_ms, 5000);
    assert_int_equal(check_of(c, FP_CHECK_FRESH)->for_ms, 3000);
    assert_int_equal(check_of(c, FP_CHECK_FALLS_BACK)->budget_ms, 20000);
    assert_int_equal(check_of(c, FP_CHECK_FALLS_BACK)->attempts, 3);
    assert_int_equal(check_of(c, FP_CHECK_SETTLES)->for_ms, 10000);
    fp_case_free(c);
    c = parse("title: a\nwhy: b\nwindow: 5s\nbudget: 20s\n"
              "server: {websocket: false}\n"
              "expect: [fresh: {window: 4s}, falls-back: {budget: 1m}, "
              "settles: {for: 7s}]\n");
    assert_int_equal(check_of(c, FP_CHECK_FRESH)->window_ms, 4000);
    assert_int_equal(check_of(c, FP_CHECK_FALLS_BACK)->budget_ms, 60000);
    assert_int_equal(check_of(c, FP_CHECK_SETTLES)->for_ms, 7000);
    fp_case_free(c);
}

static const char everything[] =
    "title: 'a: \"quoted\" title'\n"
    "why: >-\n  folded\n  text\n"
    "spec: [RFC 6455 section 4.1, 'x: y']\n"
    "seen: [a/b#1]\n"
    "tags: [long, slow]\n"
    "protocols: [engine.io-4, engine.io-3]\n"
    "client: {transports: [polling, websocket], attempts: 5}\n"
    "window: 2s\npatience: 1m\n"
    "server:\n"
    "  path: /rt/\n"
    "  publish: {every: 250ms, from: 1s, limit: 9, bytes: 4KiB}\n"
    "  cors: {origin: 'http://app.test', credentials: true}\n"
    "  recovery: {for: 2m}\n"
    "  say: {every: 1s, bytes: 1MiB}\n"
    "  restart: {at: 3s}\n"
    "  allow-upgrades: false\n"
    "path:\n"
    "  - hop: edge\n"
    "    faults:\n"
    "      - refuse:\n"
    "          status: 403\n"
    "          body: \"a\\r\\n\\0b\"\n"
    "          headers: {X-A: b, X-C: d e}\n"
    "          attempts: 1..2\n"
    "          path: /rt/*\n"
    "          header: {Origin: 'http://app*'}\n"
    "          probability: 0.25\n"
    "      - cut: {how: close, code: 0, attempts: 3, frames: 2, direction: "
    "up}\n"
    "      - strip-headers: {request: [Upgrade], response: [Via, Age]}\n"
    "  - hop: inner\n"
    "    faults:\n"
    "      - hang: {transport: websocket, nth: 4, from: 1s, until: 2s}\n"
    "      - tcp.refuse: {until: 1s}\n"
    "expect:\n"
    "  - connects: {transport: polling, within: 9s}\n"
    "  - recovers\n"
    "cannot:\n"
    "  engine.io-3: {recovers: it never does}\n";

static void reads_server(void **state)
{
    (void)state;
    struct fp_case *c = parse(everything);
    const struct fp_server_conf *s = &c->server;
    assert_str(s->path, "/rt/");
    assert_int_equal(s->publish_every_ms, 250);
    assert_int_equal(s->publish_from_ms, 1000);
    assert_int_equal(s->publish_limit, 9);
    assert_int_equal(s->update_bytes, 4096);
    assert_str(s->cors_origin, "http://app.test");
    assert_true(s->cors_credentials);
    assert_int_equal(s->recovery_ms, 120000);
    assert_int_equal(s->say_every_ms, 1000);
    assert_int_equal(s->say_bytes, 1048576);
    assert_int_equal(s->restart_at_ms, 3000);
    assert_int_equal(s->restart_for_ms, 1000);
    assert_false(s->allow_upgrades);
    fp_case_free(c);
}

static void reads_top_level(void **state)
{
    (void)state;
    struct fp_case *c = parse(everything);
    assert_str(c->title, "a: \"quoted\" title");
    assert_str(c->why, "folded text");
    assert_int_equal(c->n_spec, 2);
    assert_str(c->spec[1], "x: y");
    assert_str(c->seen[0], "a/b#1");
    assert_true(c->is_long);
    assert_int_equal(c->protocols, 1U << FP_ENGINE_IO_4 | 1U << FP_ENGINE_IO_3);
    assert_int_equal(c->transports[0], FP_POLLING);
    assert_int_equal(c->transports[1], FP_WEBSOCKET);
    assert_int_equal(c->attempts, 5);
    assert_int_equal(c->window_ms, 2000);
    assert_int_equal(c->patience_ms, 60000);
    assert_int_equal(c->n_cannot, 1);
    assert_str(fp_case_cannot(c, FP_ENGINE_IO_3, FP_CHECK_RECOVERS),
               "it never does");
    assert_null(fp_case_cannot(c, FP_ENGINE_IO_4, FP_CHECK_RECOVERS).p);
    const struct fp_check *k = check_of(c, FP_CHECK_CONNECTS);
    assert_int_equal(k->transport, FP_POLLING);
    assert_int_equal(k->within_ms, 9000);
    assert_int_equal(k->loc.line, 38);
    assert_int_equal(k->loc.col, 5);
    assert_string_equal(k->loc.file, "f.yaml");
    fp_case_free(c);
}

static void reads_faults(void **state)
{
    (void)state;
    struct fp_case *c = parse(everything);
    assert_int_equal(c->n_path, 2);
    assert_int_equal(c->path[0].n_faults, 3);
    const struct fp_fault *f = c->path[0].faults;
    assert_int_equal(f->kind, FP_FAULT_REFUSE);
    assert_int_equal(f->loc.line, 23);
    assert_int_equal(f->loc.col, 9);
    assert_int_equal(f->status, 403);
    assert_int_equal(f->body.n, 5);
    assert_memory_equal(f->body.p, "a\r\n\0b", 5);
    assert_str(f->content_type, "text/html");
    assert_int_equal(f->n_response, 2);
    assert_str(f->response[1].name, "X-C");
    assert_str(f->response[1].value, "d e");
    assert_int_equal(f->scope.first_attempt, 1);
    assert_int_equal(f->scope.last_attempt, 2);
    assert_str(f->scope.path_glob, "/rt/*");
    assert_str(f->scope.header.name, "Origin");
    assert_str(f->scope.header.value, "http://app*");
    assert_true(f->scope.probability > 0.24 && f->scope.probability < 0.26);
    assert_true(f->scope.up && f->scope.down);
    f++;
    assert_int_equal(f->kind, FP_FAULT_CUT);
    assert_int_equal(f->how, FP_END_CLOSE);
    assert_int_equal(f->code, 0);
    assert_int_equal(f->frames, 2);
    assert_int_equal(f->scope.first_attempt, 3);
    assert_int_equal(f->scope.last_attempt, 3);
    assert_true(f->scope.up && !f->scope.down);
    f++;
    assert_int_equal(f->n_request, 1);
    assert_str(f->request[0].name, "Upgrade");
    assert_null(f->request[0].value.p);
    assert_int_equal(f->n_response, 2);
    fp_case_free(c);
}

static void reads_scope_of_inner_hop(void **state)
{
    (void)state;
    struct fp_case *c = parse(everything);
    const struct fp_hop *hop = &c->path[1];
    assert_str(hop->name, "inner");
    assert_int_equal(hop->loc.line, 33);
    const struct fp_fault *f = hop->faults;
    assert_int_equal(f->kind, FP_FAULT_HANG);
    assert_int_equal(f->scope.transport, FP_WEBSOCKET);
    assert_int_equal(f->scope.nth, 4);
    assert_int_equal(f->scope.from_ms, 1000);
    assert_int_equal(f->scope.until_ms, 2000);
    assert_int_equal(f[1].kind, FP_FAULT_TCP_REFUSE);
    assert_int_equal(f[1].scope.until_ms, 1000);
    assert_true(f[1].scope.probability == 1);
    fp_case_free(c);
}

static void reads_self_cases(void **state)
{
    (void)state;
    struct fp_case *c = parse("title: a\nwhy: b\n"
                              "self: {command: cat -, verdict: fail, check: "
                              "falls-back.attempts, error: x}\n");
    assert_str(c->self.command, "cat -");
    assert_str(c->self.verdict, "fail");
    assert_str(c->self.check, "falls-back.attempts");
    assert_str(c->self.error, "x");
    assert_true(c->n_expect > 0);
    fp_case_free(c);
}

/* A byte-order mark and Windows line ends are what editors leave. */
static void reads_what_editors_write(void **state)
{
    (void)state;
    struct fp_case *c = parse("\xef\xbb\xbf"
                              "title: \xc3\xa9\r\nwhy: b\r\n"
                              "expect:\r\n  - fresh:\r\n  - delivers: {}\r\n");
    assert_str(c->title, "\xc3\xa9");
    assert_int_equal(check_of(c, FP_CHECK_DELIVERS)->loc.line, 5);
    fp_case_free(c);
}

static enum fp_status
parse_with_failure(const char *yaml, size_t nth, struct fp_case **c)
{
    struct fp_diags diags = {0};
    fp_alloc_fail_after(nth);
    enum fp_status status = fp_case_parse(c, "t", "n", fp_str_of(yaml), &diags);
    fp_alloc_fail_after(0);
    return status;
}

/* Each allocation fails once; LeakSanitizer sees what is forgotten. */
static void survives_failing_allocations(void **state)
{
    (void)state;
    struct fp_buf text = {0};
    fp_buf_z(&text, everything);
    /* Long texts make the arena ask for more than its first block. */
    fp_buf_z(&text, "unknown: [");
    for (int i = 0; i < 120; i++)
        fp_buf_printf(&text, "%0400d, ", i);
    fp_buf_z(&text, "x]\n");
    char *yaml = strdup(fp_buf_cstr(&text));
    assert_non_null(yaml);
    fp_buf_deinit(&text);
    const char *const inputs[] = {everything, yaml};
    for (size_t i = 0; i < FP_COUNT(inputs); i++) {
        struct fp_case *c = NULL;
        size_t n = 1;
        while (parse_with_failure(inputs[i], n, &c) == FP_ENOMEM) {
            assert_null(c);
            n++;
        }
        assert_true(n > 3);
        assert_int_equal(c != NULL, i == 0);
        fp_case_free(c);
    }
    free(yaml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_case_has_defaults),
        cmocka_unit_test(invariants_are_implied),
        cmocka_unit_test(checks_inherit_window_and_budget),
        cmocka_unit_test(reads_top_level),
        cmocka_unit_test(reads_server),
        cmocka_unit_test(reads_faults),
        cmocka_unit_test(reads_scope_of_inner_hop),
        cmocka_unit_test(reads_self_cases),
        cmocka_unit_test(reads_what_editors_write),
        cmocka_unit_test(survives_failing_allocations),
    };
    return cmocka_run_group_tests_name("scenario parse", tests, NULL, NULL);
}
