/* SPDX-License-Identifier: MIT
 * diagnose_test.c - what is seen, and what it must be called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/probe/diagnose.h"

#define STATUS(n)                                                              \
    {                                                                          \
        .end = FP_END_ANSWERED, .status = (n), .eio_code = -1                  \
    }
#define CODE(n)                                                                \
    {                                                                          \
        .end = FP_END_ANSWERED, .status = 400, .eio_code = (n)                 \
    }
#define BODY(n, b)                                                             \
    {                                                                          \
        .end = FP_END_ANSWERED, .status = (n), .eio_code = -1, .body = b       \
    }
#define ENDED(e, t)                                                            \
    {                                                                          \
        .end = (e), .ms = (t), .eio_code = -1                                  \
    }
#define OPEN                                                                   \
    {                                                                          \
        .end = FP_END_ANSWERED, .status = 200, .eio_code = -1, .open = true    \
    }
#define POLLS .handshake = OPEN, .poll = STATUS(200)
#define FINE                                                                   \
    {                                                                          \
        .state = FP_WS_FINE                                                    \
    }
#define WORKS .upgrade = STATUS(101), .open = FINE, .pong = FINE

static struct row {
    const char *name;
    struct fp_observed seen;
    const char *causes; /* all of them */
    bool websocket, polling;
} rows[] = {
    {"both work", {POLLS, WORKS}, "fine", true, true},
    {"no name", {.reach = {.failed = FP_STAGE_DNS}}, "name", 0, 0},
    {"closed port", {.reach = {.failed = FP_STAGE_TCP}}, "no-connection", 0, 0},
    {"certificate", {.reach = {.failed = FP_STAGE_TLS}}, "tls", 0, 0},

    {"http to https",
     {.handshake = STATUS(301), .upgrade = STATUS(301)},
     "redirected",
     0,
     0},
    {"502 to all",
     {.handshake = STATUS(502), .upgrade = STATUS(502)},
     "app-down",
     0,
     0},
    {"404 with a host's sign",
     {.handshake = STATUS(404), .upgrade = STATUS(404), .down = "asleep"},
     "app-down",
     0,
     0},
    {"version",
     {.handshake = BODY(400, "Unsupported protocol version"),
      .upgrade = BODY(400, "Unsupported protocol version")},
     "protocol-version",
     0,
     0},
    {"404 to all",
     {.handshake = STATUS(404), .upgrade = STATUS(404)},
     "wrong-path",
     0,
     0},
    {"the slash",
     {.handshake = STATUS(400),
      .upgrade = ENDED(FP_END_CLOSED, 5),
      .variants = {{"other slash", STATUS(101)}},
      .n_variants = 1},
     "wrong-path",
     0,
     0},
    {"another path",
     {.handshake = STATUS(200),
      .upgrade = STATUS(200),
      .variants = {{"/ws", STATUS(101)}},
      .n_variants = 1},
     "wrong-path",
     0,
     0},
    {"a page for all",
     {.handshake = STATUS(200), .upgrade = STATUS(200)},
     "no-listener",
     0,
     0},
    {"403 to all",
     {.handshake = STATUS(403), .upgrade = STATUS(403)},
     "refused",
     0,
     0},
    {"silence",
     {.handshake = ENDED(FP_END_SILENT, 0), .upgrade = ENDED(FP_END_SILENT, 0)},
     "silent",
     0,
     0},
    {"two different faults",
     {.handshake = STATUS(403), .upgrade = ENDED(FP_END_SILENT, 0)},
     "upgrade-silent polling-refused",
     0,
     0},

    {"stripped",
     {POLLS, .upgrade = CODE(3), .bare = CODE(3)},
     "upgrade-stripped",
     false,
     true},
    {"stripped, plain",
     {.protocol = FP_PLAIN,
      .handshake = OPEN,
      .upgrade = STATUS(426),
      .bare = STATUS(426)},
     "upgrade-stripped",
     false,
     true},
    {"refused, plain",
     {.protocol = FP_PLAIN,
      .handshake = OPEN,
      .upgrade = STATUS(403),
      .bare = STATUS(426)},
     "edge-refuses",
     false,
     true},
    {"no listener for upgrades alone",
     {POLLS, .upgrade = STATUS(200), .bare = CODE(3)},
     "edge-refuses",
     false,
     true},
    {"once",
     {POLLS, .upgrade = STATUS(502), .again = STATUS(101)},
     "intermittent",
     false,
     true},
    {"origin",
     {POLLS, .upgrade = STATUS(403), .variants = {{"no Origin", STATUS(101)}},
      .n_variants = 1},
     "origin-check",
     false,
     true},
    {"extensions",
     {POLLS, .upgrade = STATUS(400),
      .variants = {{"no extensions", STATUS(101)}}, .n_variants = 1},
     "extensions",
     false,
     true},
    {"case",
     {POLLS, .upgrade = STATUS(400),
      .variants = {{"lower-case names", STATUS(101)}}, .n_variants = 1},
     "header-form",
     false,
     true},
    {"list",
     {POLLS, .upgrade = STATUS(400),
      .variants = {{"keep-alive, Upgrade", STATUS(101)}}, .n_variants = 1},
     "header-form",
     false,
     true},
    {"key lost",
     {POLLS,
      .upgrade = BODY(400, "Missing or invalid Sec-WebSocket-Key header")},
     "header-lost",
     false,
     true},
    {"websocket off", {POLLS, .upgrade = CODE(0)}, "websocket-off", 0, true},
    {"abortUpgrade",
     {POLLS, .upgrade = {.end = FP_END_ANSWERED,
                         .status = 400,
                         .eio_code = -1,
                         .aborted = true}},
     "origin-refuses",
     false,
     true},
    {"forbidden", {POLLS, .upgrade = CODE(4)}, "origin-refuses", false, true},
    {"destroyUpgrade",
     {POLLS, .upgrade = ENDED(FP_END_CLOSED, 1001)},
     "upgrade-path",
     false,
     true},
    {"cut at once",
     {POLLS, .upgrade = ENDED(FP_END_CLOSED, 3)},
     "upgrade-cut",
     false,
     true},
    {"cut late",
     {POLLS, .upgrade = ENDED(FP_END_CLOSED, 4000)},
     "upgrade-cut",
     false,
     true},
    {"reset",
     {POLLS, .upgrade = ENDED(FP_END_RESET, 1001)},
     "upgrade-cut",
     false,
     true},
    {"hangs",
     {POLLS, .upgrade = ENDED(FP_END_SILENT, 5000)},
     "upgrade-silent",
     false,
     true},
    {"wrong Accept",
     {POLLS, .upgrade = STATUS(101), .upgrade_flaw = "accept"},
     "handshake-broken",
     false,
     true},
    {"not HTTP",
     {POLLS, .upgrade = ENDED(FP_END_NOT_HTTP, 1)},
     "handshake-broken",
     false,
     true},
    {"400 behind the 101",
     {POLLS, .upgrade = STATUS(101),
      .open = {.state = FP_WS_BROKEN,
               .detail = "an HTTP answer among the frames: HTTP/1.1 400"}},
     "protocol-version",
     false,
     true},
    {"500 behind the 101",
     {POLLS, .upgrade = STATUS(101), .open = FINE,
      .pong = {.state = FP_WS_BROKEN}},
     "stream-broken",
     false,
     true},
    {"mute",
     {POLLS, .upgrade = STATUS(101), .open = {.state = FP_WS_SILENT}},
     "silent-after-101",
     false,
     true},
    {"one way",
     {POLLS, .upgrade = STATUS(101), .open = FINE,
      .pong = {.state = FP_WS_SILENT}},
     "silent-after-101",
     false,
     true},
    {"cut after",
     {POLLS, .upgrade = STATUS(101), .open = {.state = FP_WS_ENDED}},
     "cut-after-101",
     false,
     true},
    {"closed after",
     {POLLS, .upgrade = STATUS(101), .open = FINE,
      .pong = {.state = FP_WS_CLOSED, .code = 1011}},
     "cut-after-101",
     false,
     true},
    {"large frames",
     {POLLS, WORKS, .frame_16k = FINE, .frame_128k = {.state = FP_WS_ENDED}},
     "large-frames",
     true,
     true},
    {"idle",
     {POLLS, WORKS, .idle = {.state = FP_WS_ENDED}},
     "idle-cut",
     true,
     true},

    {"polling 403",
     {.handshake = STATUS(403), WORKS},
     "polling-refused",
     true,
     false},
    {"polling off", {.handshake = CODE(0), WORKS}, "polling-off", true, false},
    {"polling cut",
     {.handshake = ENDED(FP_END_CLOSED, 0), WORKS},
     "polling-dead",
     true,
     false},
    {"a session that ends",
     {.handshake = OPEN, .poll = STATUS(502), WORKS},
     "polling-refused",
     true,
     false},
    {"a poll that hangs",
     {.handshake = OPEN, .poll = ENDED(FP_END_SILENT, 5000), WORKS},
     "polling-dead",
     true,
     false},
    {"not sticky",
     {POLLS, WORKS, .sticky_asked = 8, .sticky_unknown = 4},
     "not-sticky",
     true,
     false},
    {"stripped and not sticky",
     {POLLS, .upgrade = CODE(3), .sticky_asked = 8, .sticky_unknown = 4},
     "upgrade-stripped not-sticky",
     false,
     false},
    {"cached",
     {.handshake = OPEN,
      WORKS,
      .poll = {.end = FP_END_ANSWERED, .status = 200, .cached = true}},
     "cached",
     true,
     true},
    {"no CORS",
     {POLLS, WORKS, .cors = {.checked = true}},
     "cors-missing",
     true,
     true},
    {"CORS twice",
     {POLLS, WORKS, .cors = {.checked = true, .count = 2, .matches = true}},
     "cors-twice",
     true,
     true},
    {"CORS wildcard",
     {POLLS, WORKS,
      .cors = {.checked = true,
               .count = 1,
               .matches = true,
               .wildcard = true,
               .credentials = true}},
     "cors-wildcard",
     true,
     true},
    {"CORS right",
     {POLLS, WORKS, .cors = {.checked = true, .count = 1, .matches = true}},
     "fine",
     true,
     true},
};

static void names_the_cause(void **state)
{
    const struct row *row = *state;
    struct fp_diagnosis d;
    char got[256] = "";
    fp_diagnose(&d, &row->seen);
    for (size_t i = 0; i < d.n; i++) {
        size_t used = strlen(got);
        (void)snprintf(got + used, sizeof got - used, "%s%s", i > 0 ? " " : "",
                       fp_cause_name(d.causes[i]));
    }
    assert_string_equal(row->causes, got);
    assert_int_equal(row->websocket, d.websocket);
    assert_int_equal(row->polling, d.polling);
}

static void every_cause_has_words(void **state)
{
    (void)state;
    for (int c = FP_CAUSE_FINE; c <= FP_CAUSE_IDLE_CUT; c++) {
        assert_non_null(fp_cause_name((enum fp_cause)c));
        assert_true(strlen(fp_cause_says((enum fp_cause)c)) > 10);
        assert_true(strlen(fp_cause_fix((enum fp_cause)c)) > 10);
    }
}

int main(void)
{
    static struct CMUnitTest tests[FP_COUNT(rows) + 1];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].name, names_the_cause, 0, 0, &rows[i]};
    tests[FP_COUNT(rows)] =
        (struct CMUnitTest)cmocka_unit_test(every_cause_has_words);
    return cmocka_run_group_tests_name("diagnose", tests, NULL, NULL);
}
