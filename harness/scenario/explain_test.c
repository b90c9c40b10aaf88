/* SPDX-License-Identifier: MIT
 * explain_test.c - what `fallproof explain` says, whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "harness/scenario/scenario.h"

static const char yaml[] =
    "title: A hop that lies\n"
    "why: It does, and words go on for a while so that a line is full and the "
    "rest must be put below, in the same column.\n"
    "spec: [RFC 6455 section 4.1]\n"
    "seen: [a/b#1]\n"
    "client: {transports: [websocket, polling]}\n"
    "server: {publish: {every: 250ms}, restart: {at: 2s}}\n"
    "path:\n"
    "- hop: edge\n"
    "  faults:\n"
    "  - refuse: {status: 403, body: \"a\\r\\nb\", attempts: 1..2, until: 4s}\n"
    "  - mute: {direction: down, every: 3, transport: polling}\n"
    "- hop: inner\n"
    "expect:\n"
    "- falls-back\n"
    "- fresh: {for: 4s}\n"
    "- settles\n"
    "cannot: {plain: {fresh: it is too slow}}\n";

static const char want[] =
    "area/lies\n"
    "A hop that lies\n"
    "\n"
    "why         It does, and words go on for a while so that a line is full "
    "and the rest must be put\n"
    "            below, in the same column.\n"
    "path        client → [edge: refuse, mute] → [inner] → server\n"
    "protocols   engine.io-4, plain\n"
    "server      publish.every 250ms, restart.at 2s\n"
    "client      told: at most 3 attempts, window 3s, budget 15s, transports "
    "websocket then polling\n"
    "\n"
    "Faults\n"
    "            edge: refuse: answer an upgrade with a status instead of a "
    "101 (status 403, body\n"
    "            \"a\\r\\nb\"); upgrade requests 1 to 2\n"
    "            edge: mute: stop passing bytes after a time; the socket stays "
    "open; polling only;\n"
    "            one in 3; bytes down only\n"
    "\n"
    "Timeline\n"
    "0s          edge: refuse is armed\n"
    "0s          edge: mute is armed\n"
    "0s          server: an update every 250ms\n"
    "0s          the client is started\n"
    "2s          server: restarts, and loses its sessions\n"
    "3s          server: accepts connections again\n"
    "4s          edge: refuse ends\n"
    "15s         after the first attempt, at the latest: an update by polling\n"
    "90s         the fallback is no longer waited for\n"
    "then        watched for 4s: fresh\n"
    "then        watched for 6s: settles\n"
    "\n"
    "What is judged\n"
    "            must falls-back: at most three attempts, then polling "
    "(attempts 3, budget 15s,\n"
    "            budget-level must)\n"
    "            must fresh: the newest update is never older than the window "
    "(window 3s, for 4s)\n"
    "            must settles: no attempts after the fallback, then few (for "
    "6s)\n"
    "(always)    must stays: the client does not exit unasked\n"
    "(always)    must one-session: never two live sessions of one client\n"
    "(always)    must valid: all that the client sends follows the protocol\n"
    "(always)    must polls-politely: one GET and one POST at a time, at a "
    "steady cadence\n"
    "(always)    may closes-cleanly: it ends when asked, in order\n"
    "(always)    must witnesses: what the client says is what the wire shows\n"
    "            plain cannot satisfy fresh: it is too slow\n"
    "\n"
    "spec        RFC 6455 section 4.1\n"
    "seen        a/b#1\n"
    "file        t.yaml\n";

static void explains(void **state)
{
    (void)state;
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    struct fp_buf out = {0};
    assert_int_equal(
        fp_case_parse(&c, "t.yaml", "area/lies", fp_str_of(yaml), &diags),
        FP_OK);
    fp_case_explain(&out, c);
    assert_string_equal(fp_buf_cstr(&out), want);
    fp_buf_deinit(&out);
    fp_case_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(explains)};
    return cmocka_run_group_tests_name("scenario explain", tests, NULL, NULL);
}
