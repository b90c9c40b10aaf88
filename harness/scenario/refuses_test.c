/* SPDX-License-Identifier: MIT
 * refuses_test.c - what a user reads about a case that is not one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/scenario/scenario.h"

#define HEAD   "title: a\nwhy: b\n"   /* lines 1 and 2 */
#define EXPECT "expect: [connects]\n" /* one line */
#define FAULT  HEAD EXPECT "path:\n- hop: e\n  faults:\n  - " /* line 7 */

static struct row {
    const char *name, *yaml, *want; /* want: the lines that a user reads */
} rows[] = {
    /* -- not a file of YAML -- */
    {"empty", "", "t:1:1: the file is empty"},
    {"only a comment", "# nothing\n", "t:1:1: the file is empty"},
    {"a word", "hello\n", "t:1:1: a case is a mapping, not a single value"},
    {"a list", "- a\n", "t:1:1: a case is a mapping, not a list"},
    {"not UTF-8", "title: a\xff\n", "t:1:9: not UTF-8"},
    {"overlong UTF-8", "a: \xc0\xaf\n", "t:1:4: not UTF-8"},
    {"surrogate", "a: \xed\xa0\x80\n", "t:1:4: not UTF-8"},
    {"half a character", "a: \xe2\x82", "t:1:4: not UTF-8"},
    {"UTF-16",
     "\xff\xfe"
     "a",
     "t:1:1: not UTF-8"},
    {"control character", "a: b\n\x1b[2J\n", "t:2:1: control character U+001B"},
    {"tab", "title: a\n\twhy: b\n",
     "t:2:1: not YAML: found a tab character that violates indentation while "
     "scanning a plain scalar"},
    {"unclosed", "title: [a\n",
     "t:2:1: not YAML: did not find expected ',' or ']' while parsing a flow "
     "sequence"},
    {"colon in text", "title: a: b\n",
     "t:1:9: not YAML: mapping values are not allowed in this context"},
    {"two documents", HEAD EXPECT "---\na: b\n",
     "t:4:1: more than one document: a file holds one case"},
    {"directive", "%YAML 1.1\n---\na: b\n",
     "t:1:1: directives are not allowed"},
    {"anchor and alias", "title: &x a\nwhy: *x\n" EXPECT,
     "t:1:8: anchors are not allowed: '&x' (write it out)\n"
     "t:2:6: aliases are not allowed: '*x' (write it out)\n"
     "t:2:6: 'why' is empty"},
    {"alias bomb", "a: &a [x, x]\nb: &b [*a, *a]\n",
     "t:1:4: anchors are not allowed: '&a' (write it out)\n"
     "t:2:4: anchors are not allowed: '&b' (write it out)\n"
     "t:2:8: aliases are not allowed: '*a' (write it out)\n"
     "t:2:12: aliases are not allowed: '*a' (write it out)\n"
     "t:1:1: unknown key 'a' in a case (known: title, why, spec, seen, tags, "
     "protocols, client, window, budget, patience, server, path, expect, "
     "cannot, self)\n"
     "t:2:1: unknown key 'b' in a case (known: title, why, spec, seen, tags, "
     "protocols, client, window, budget, patience, server, path, expect, "
     "cannot, self)\n"
     "t:1:1: missing key 'title' in a case\n"
     "t:1:1: missing key 'why' in a case\n"
     "t:1:1: missing key 'expect' in a case"},
    {"tag", "title: !secret a\nwhy: b\n" EXPECT,
     "t:1:8: tags are not allowed: '!secret'"},
    {"key that is a list", "[a, b]: c\n", "t:1:1: a key must be a word"},
    {"deep", "a: [[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]\n",
     "t:1:19: nested too deeply"},

    /* -- keys -- */
    {"unknown key", HEAD EXPECT "titel: c\n",
     "t:4:1: unknown key 'titel' in a case (did you mean 'title'?)"},
    {"swapped letters", HEAD EXPECT "wnidow: 3s\n",
     "t:4:1: unknown key 'wnidow' in a case (did you mean 'window'?)"},
    {"duplicate key", HEAD EXPECT "why: c\n",
     "t:4:1: duplicate key 'why' (first on line 2)"},
    {"missing keys", "tags: [a]\n",
     "t:1:1: missing key 'title' in a case\n"
     "t:1:1: missing key 'why' in a case\n"
     "t:1:1: missing key 'expect' in a case"},
    {"dotted key", HEAD EXPECT "client.attempts: 3\n",
     "t:4:1: unknown key 'client.attempts' in a case (known: title, why, spec, "
     "seen, tags, protocols, client, window, budget, patience, server, path, "
     "expect, cannot, self)"},
    {"nested unknown key", HEAD EXPECT "server: {publish: {evry: 1s}}\n",
     "t:4:20: unknown key 'evry' in 'server' (did you mean 'every'?)"},
    {"scalar for a mapping", HEAD EXPECT "server: {cors: 3}\n",
     "t:4:16: 'cors' takes a mapping, not a single value (known: origin, "
     "credentials)"},
    {"list for a mapping", HEAD EXPECT "server: [a]\n",
     "t:4:9: 'server' takes a mapping, not a list (known: path, publish, "
     "ping-interval, ping-timeout, upgrade-timeout, connect-timeout, "
     "max-payload, websocket, polling, allow-upgrades, cors, recovery, say, "
     "restart)"},
    {"escape in a key", HEAD EXPECT "\"a\\e[31m\": c\n",
     "t:4:1: unknown key 'a\\x1b[31m' in a case (known: title, why, spec, "
     "seen, tags, protocols, client, window, budget, patience, server, path, "
     "expect, cannot, self)"},

    /* -- values -- */
    {"no unit", HEAD EXPECT "window: 5\n",
     "t:4:9: a duration needs a unit: '5' (5ms, 5s)"},
    {"bad unit", HEAD EXPECT "window: 5x\n",
     "t:4:9: not a duration: '5x' (whole numbers: 250ms, 5s, 2m)"},
    {"space before the unit", HEAD EXPECT "window: 5 s\n",
     "t:4:9: not a duration: '5 s' (whole numbers: 250ms, 5s, 2m)"},
    {"fraction", HEAD EXPECT "window: 1.5s\n",
     "t:4:9: not a duration: '1.5s' (whole numbers: 250ms, 5s, 2m)"},
    {"negative duration", HEAD EXPECT "window: -5s\n",
     "t:4:9: not a duration: '-5s' (whole numbers: 250ms, 5s, 2m)"},
    {"too short", HEAD EXPECT "window: 99ms\n",
     "t:4:9: 'window' is at least 100ms, not '99ms'"},
    {"too long", HEAD EXPECT "window: 1441m\n",
     "t:4:9: 'window' is more than a day: '1441m'"},
    {"overflow", HEAD EXPECT "window: 18446744073709551615m\n",
     "t:4:9: 'window' is more than a day: '18446744073709551615m'"},
    {"duration is a list", HEAD EXPECT "window: [3s]\n",
     "t:4:9: 'window' takes a duration, not a list"},
    {"no value", HEAD EXPECT "window:\n",
     "t:4:8: 'window' has no value (a duration)"},
    {"junk after a number", HEAD EXPECT "client: {attempts: 3x}\n",
     "t:4:20: not a whole number: '3x'"},
    {"octal", HEAD EXPECT "client: {attempts: 007}\n",
     "t:4:20: not a whole number: '007'"},
    {"hex", HEAD EXPECT "client: {attempts: 0x3}\n",
     "t:4:20: not a whole number: '0x3'"},
    {"zero attempts", HEAD EXPECT "client: {attempts: 0}\n",
     "t:4:20: 'client.attempts' is 1 to 1000000, not 0"},
    {"huge number", HEAD EXPECT "client: {attempts: 99999999999999999999}\n",
     "t:4:20: not a whole number: '99999999999999999999'"},
    {"number in quotes", HEAD EXPECT "client: {attempts: \"3\"}\n",
     "t:4:20: 'client.attempts' takes a whole number: without quotes"},
    {"yes", HEAD EXPECT "server: {websocket: yes}\n",
     "t:4:21: not true or false: 'yes'"},
    {"True", HEAD EXPECT "server: {websocket: True}\n",
     "t:4:21: not true or false: 'True'"},
    {"bytes", HEAD EXPECT "server: {publish: {bytes: 4KB}}\n",
     "t:4:27: not a number of bytes: '4KB' (64, 4KiB, 1MiB)"},
    {"too many bytes", HEAD EXPECT "server: {publish: {bytes: 65MiB}}\n",
     "t:4:27: 'publish.bytes' is 0 bytes to 64MiB, not 65MiB"},
    {"a line break in a title", "title: \"a\\nb\"\nwhy: b\n" EXPECT,
     "t:1:8: 'title' is one line of text, without control characters"},
    {"a mapping for text", HEAD EXPECT "spec:\n- a: b\n",
     "t:5:3: 'spec' takes text, not a mapping (text with ': ' in it needs "
     "quotes)"},
    {"a text for a list", HEAD EXPECT "seen: RFC 9110\n",
     "t:4:7: 'seen' takes a list of texts"},
    {"an empty list", HEAD EXPECT "tags: []\n",
     "t:4:7: 'tags' is an empty list"},
    {"unknown protocol", HEAD EXPECT "protocols: [engine.io-5]\n",
     "t:4:13: 'protocols' cannot be 'engine.io-5' (did you mean "
     "'engine.io-4'?)"},
    {"protocol twice", HEAD EXPECT "protocols: [plain, plain]\n",
     "t:4:20: 'plain' is listed twice"},
    {"transport twice",
     HEAD EXPECT "client: {transports: [polling, polling]}\n",
     "t:4:32: 'polling' is listed twice"},
    {"unknown transport", HEAD EXPECT "client: {transports: [sse]}\n",
     "t:4:23: 'client.transports' cannot be 'sse' (known: websocket, "
     "polling)"},

    /* -- faults -- */
    {"unknown fault", FAULT "refuze: {status: 403}\n",
     "t:7:5: unknown fault 'refuze' (did you mean 'refuse'?)"},
    {"two faults in one item", FAULT "hang:\n    refuse: {status: 403}\n",
     "t:8:5: one name an item: 'refuse' needs a line of its own with '- ', or "
     "more indentation"},
    {"fault without a name", FAULT "[hang]\n",
     "t:7:5: an item is written `- refuse: {status: 403}`"},
    {"missing status", FAULT "refuse: {body: x}\n",
     "t:7:13: missing key 'status' in 'refuse'"},
    {"missing status of a bare fault", FAULT "refuse\n",
     "t:7:5: missing key 'status' in 'refuse'"},
    {"status out of range", FAULT "refuse: {status: 600}\n",
     "t:7:22: 'status' is 100 to 599, not 600"},
    {"101 is no refusal", FAULT "refuse: {status: 101}\n",
     "t:7:5: 'status' in 'refuse': 1xx is not a final answer (see "
     "'interim')"},
    {"interim 101", FAULT "interim: {status: 101}\n",
     "t:7:5: 'status' in 'interim': 100 to 199, but not 101"},
    {"location without 3xx", FAULT "refuse: {status: 403, location: /x}\n",
     "t:7:5: 'location' in 'refuse': only with a status 3xx"},
    {"204 with a body", FAULT "refuse: {status: 204, body: x}\n",
     "t:7:5: 'body' in 'refuse': 204 and 304 have no content"},
    {"CRLF in a location",
     FAULT "refuse: {status: 301, location: \"/\\r\\nX: "
           "y\"}\n",
     "t:7:37: 'location' is one line of text, without control characters"},
    {"unknown ending", FAULT "close: {how: fim}\n",
     "t:7:18: 'how' cannot be 'fim' (did you mean 'fin'?)"},
    {"ending of another fault", FAULT "close: {how: silence}\n",
     "t:7:18: 'how' cannot be 'silence' (known: fin, rst)"},
    {"backwards attempts", FAULT "hang: {attempts: 3..1}\n",
     "t:7:22: the range is backwards: '3..1'"},
    {"attempts from 0", FAULT "hang: {attempts: 0..2}\n",
     "t:7:22: not attempts, counted from 1: '0..2' (2, or 1..3)"},
    {"attempts without an end", FAULT "hang: {attempts: 1..}\n",
     "t:7:22: not attempts, counted from 1: '1..' (2, or 1..3)"},
    {"attempts of polling", FAULT "hang: {attempts: 1, transport: polling}\n",
     "t:7:5: 'attempts' in 'hang': attempts are upgrade requests, never "
     "polling"},
    {"cut of polling", FAULT "cut: {transport: polling}\n",
     "t:7:5: 'transport' in 'cut': it acts on upgrades and WebSockets, never "
     "on polling"},
    {"frames of polling",
     FAULT "inject: {text: x, frames: 2, transport: "
           "polling}\n",
     "t:7:5: 'transport' in 'inject': it acts on upgrades and WebSockets, "
     "never on polling"},
    {"blocked polling of WebSocket",
     FAULT "block-polling: {transport: "
           "websocket}\n",
     "t:7:5: 'transport' in 'block-polling': it acts on polling only"},
    {"until before from", FAULT "hang: {from: 2s, until: 2s}\n",
     "t:7:5: 'until' in 'hang': it is over before it begins"},
    {"until nothing", FAULT "hang: {until: 0ms}\n",
     "t:7:5: 'until' in 'hang': it is over before it begins"},
    {"every and nth", FAULT "hang: {every: 2, nth: 3}\n",
     "t:7:5: 'nth' in 'hang': give nth or every, not both"},
    {"probability 0", FAULT "hang: {probability: 0}\n",
     "t:7:5: 'probability' in 'hang': with 0 the fault never acts"},
    {"probability over 1", FAULT "hang: {probability: 1.5}\n",
     "t:7:25: not a number from 0 to 1: '1.5'"},
    {"probability as a power", FAULT "hang: {probability: 1e-3}\n",
     "t:7:25: not a number from 0 to 1: '1e-3'"},
    {"path without a slash", FAULT "hang: {path: updates}\n",
     "t:7:5: 'path' in 'hang': a path begins with /"},
    {"direction of a refusal", FAULT "refuse: {status: 403, direction: up}\n",
     "t:7:5: 'direction' in 'refuse': it has no direction"},
    {"scope of tcp.refuse", FAULT "tcp.refuse: {transport: polling}\n",
     "t:7:5: 'transport' in 'tcp.refuse': it acts before any request can be "
     "read"},
    {"status of an open WebSocket",
     FAULT "idle-timeout: {after: 1s, how: status}\n",
     "t:7:5: 'how' in 'idle-timeout': an open WebSocket cannot be answered "
     "with a status: add transport: polling"},
    {"status without how", FAULT "block-polling: {how: fin, status: 403}\n",
     "t:7:5: 'status' in 'block-polling': only with `how: status`"},
    {"code without close", FAULT "cut: {code: 1000}\n",
     "t:7:5: 'code' in 'cut': only with `how: close`"},
    {"close of polling",
     FAULT "lifetime: {after: 1s, how: close, transport: "
           "polling}\n",
     "t:7:5: 'how' in 'lifetime': polling has no Close frames"},
    {"code too large", FAULT "cut: {how: close, code: 5000}\n",
     "t:7:29: 'code' is 0 to 4999, not 5000"},
    {"two bounds of a cut", FAULT "cut: {after: 1s, frames: 3}\n",
     "t:7:5: 'cut' takes one of after, frames and bytes"},
    {"nothing stripped", FAULT "strip-headers: {}\n",
     "t:7:5: 'strip-headers' needs request or response"},
    {"strip takes names", FAULT "strip-headers: {request: {Upgrade: x}}\n",
     "t:7:30: 'request' takes a list of names [Name, …], not a mapping"},
    {"set takes values", FAULT "set-headers: {request: [Upgrade]}\n",
     "t:7:28: 'request' takes a mapping {Name: value}, not a list"},
    {"bad header name", FAULT "strip-headers: {request: [\"Up grade\"]}\n",
     "t:7:31: not a header's name: 'Up grade'"},
    {"CRLF in a header", FAULT "set-headers: {request: {A: \"b\\r\\nC: d\"}}\n",
     "t:7:32: 'A' is one line of text, without control characters"},
    {"rewrite of nothing", FAULT "rewrite-path: {}\n",
     "t:7:5: 'rewrite-path' needs slash, prefix or drop-query"},
    {"buffer of nothing", FAULT "buffer\n",
     "t:7:5: 'buffer' needs bytes or for, or transport: polling"},
    {"bytes of nothing", FAULT "raw-answer: {}\n",
     "t:7:5: 'raw-answer' takes text or hex, and needs one"},
    {"bytes twice", FAULT "inject: {text: a, hex: \"61\"}\n",
     "t:7:5: 'inject' takes text or hex, and needs one"},
    {"half a byte", FAULT "inject: {hex: \"61 6\"}\n",
     "t:7:5: 'hex' in 'inject': pairs of hexadecimal digits"},
    {"nothing added", FAULT "add-headers: {}\n",
     "t:7:5: 'add-headers' needs request or response"},
    {"frames of polling", FAULT "drop-frames: {transport: polling}\n",
     "t:7:5: 'transport' in 'drop-frames': it acts on upgrades and WebSockets, "
     "never on polling"},
    {"a bit that is none", FAULT "frame-bits: {set: rsv4}\n",
     "t:7:23: 'set' cannot be 'rsv4' (did you mean 'rsv1'?)"},
    {"no rate", FAULT "throttle\n", "t:7:5: missing key 'rate' in 'throttle'"},
    {"silence has no end", FAULT "silent-101: {after: 1s}\n",
     "t:7:5: 'after' in 'silent-101': silence has no end: say how (fin, rst, "
     "close)"},
    {"no idle time", FAULT "idle-timeout: {after: 0ms}\n",
     "t:7:27: 'after' is at least 10ms, not '0ms'"},
    {"header match", FAULT "hang: {header: {A: x, B: y}}\n",
     "t:7:20: 'header' takes one {Name: pattern}"},
    {"hop without a name", HEAD EXPECT "path:\n- faults: [hang]\n",
     "t:5:3: missing key 'hop' in a hop"},
    {"two hops of one name", HEAD EXPECT "path:\n- hop: e\n- hop: e\n",
     "t:6:3: two hops named 'e'"},
    {"path is a mapping", HEAD EXPECT "path: {hop: e}\n",
     "t:4:7: 'path' takes a list, not a mapping"},

    /* -- the server -- */
    {"no transport",
     HEAD EXPECT "server: {websocket: false, polling: "
                 "false}\n",
     "t:4:9: a server without any transport"},
    {"CORS wildcard with credentials",
     HEAD EXPECT "server: {cors: {origin: \"*\", credentials: true}}\n",
     "t:4:9: cors.credentials with origin '*': every browser refuses it; name "
     "the origin"},
    {"CORS credentials alone",
     HEAD EXPECT "server: {cors: {credentials: "
                 "true}}\n",
     "t:4:9: cors.credentials needs cors.origin"},
    {"restart without a time", HEAD EXPECT "server: {restart: {for: 1s}}\n",
     "t:4:9: restart.for needs restart.at"},
    {"heartbeats of plain",
     HEAD EXPECT "protocols: [plain]\n"
                 "server: {ping-interval: 1s}\n",
     "t:5:9: the protocol plain has no ping-interval"},
    {"publishing all the time",
     HEAD EXPECT "server: {publish: {every: "
                 "0ms}}\n",
     "t:4:27: 'publish.every' is at least 10ms, not '0ms'"},

    /* -- checks -- */
    {"unknown check", HEAD "expect: [frsh]\n",
     "t:3:10: unknown check 'frsh' (did you mean 'fresh'?)"},
    {"nothing like a check", HEAD "expect: [zzzzzz]\n",
     "t:3:10: unknown check 'zzzzzz' (known: connects, falls-back, fresh, "
     "delivers, settles, returns, recovers, heartbeat, polls-politely, "
     "backs-off, stops, stays, one-session, closes-cleanly, witnesses, "
     "valid)"},
    {"check twice", HEAD "expect: [fresh, delivers, fresh: {for: 4s}]\n",
     "t:3:27: 'fresh' is listed twice"},
    {"no checks", HEAD "expect: []\n", "t:3:9: 'expect' is an empty list"},
    {"unknown level", HEAD "expect: [delivers: {level: shall}]\n",
     "t:3:28: 'level' cannot be 'shall' (known: must, should, may)"},
    {"key of another check", HEAD "expect: [delivers: {window: 3s}]\n",
     "t:3:21: unknown key 'window' in 'delivers' (known: level)"},
    {"fallback without polling",
     HEAD "server: {polling: false}\nexpect: [falls-back]\n",
     "t:4:10: 'falls-back' needs polling, and server.polling is false\n"
     "t:4:10: nothing in this case makes WebSocket fail, so 'falls-back' "
     "proves nothing"},
    {"fallback with polling ended",
     HEAD "expect: [falls-back]\npath:\n- hop: e\n  faults: [hang]\n",
     "t:3:10: 'falls-back' needs polling, and 'hang' on line 6 ends every "
     "poll (transport: websocket?)"},
    {"fallback from nothing", HEAD "expect: [falls-back]\n",
     "t:3:10: nothing in this case makes WebSocket fail, so 'falls-back' "
     "proves nothing"},
    {"settles alone", HEAD "server: {websocket: false}\nexpect: [settles]\n",
     "t:4:10: 'settles' needs 'falls-back' beside it"},
    {"returns from nothing",
     HEAD "expect: [returns]\npath:\n- hop: e\n  faults:\n  - refuse: {status: "
          "403}\n",
     "t:3:10: 'returns' needs a fault that ends: until, attempts or nth"},
    {"recovers from nothing", HEAD "expect: [recovers]\n",
     "t:3:10: nothing in this case ends a session, so 'recovers' proves "
     "nothing"},
    {"WebSocket without WebSocket",
     HEAD "server: {websocket: false}\nexpect: [connects: {transport: "
          "websocket}]\n",
     "t:4:10: 'connects' needs WebSocket, and server.websocket is false"},
    {"window shorter than a period", HEAD "expect: [fresh: {window: 400ms}]\n",
     "t:3:10: 'fresh': the window is shorter than server.publish.every"},
    {"budget longer than patience",
     HEAD "patience: 10s\nserver: {websocket: false}\nexpect: [falls-back]\n",
     "t:5:10: 'falls-back': the budget is longer than the case's patience"},
    {"long without saying so", HEAD "expect: [fresh: {for: 16s}]\n",
     "t:3:10: 'fresh' watches for over 15 s: add `tags: [long]`"},
    {"heartbeat of plain", HEAD "expect: [heartbeat]\n",
     "t:3:10: the protocol plain has no heartbeat: leave it out of protocols, "
     "or say so in 'cannot'"},
    {"cannot of another protocol",
     HEAD EXPECT "protocols: [plain]\ncannot: {engine.io-4: {connects: x}}\n",
     "t:5:24: 'cannot' names the protocol engine.io-4, under which this case "
     "is not run"},
    {"cannot what is not expected", HEAD EXPECT "cannot: {plain: {fresh: x}}\n",
     "t:4:18: 'cannot' names 'fresh', which is not expected"},
    {"cannot without a reason", HEAD EXPECT "cannot: {plain: {connects: }}\n",
     "t:4:28: 'the reason' has no value (text)"},
    {"cannot of an unknown protocol",
     HEAD EXPECT "cannot: {plian: {connects: x}}\n",
     "t:4:10: unknown protocol 'plian' (did you mean 'plain'?)"},

    /* -- self -- */
    {"unknown verdict", HEAD "self: {verdict: passed}\n",
     "t:3:17: 'self.verdict' cannot be 'passed' (did you mean 'pass'?)"},
    {"no verdict", HEAD "self: {command: cat}\n",
     "t:1:1: self needs a verdict"},
    {"unknown check of self", HEAD "self: {verdict: fail, check: x}\n",
     "t:1:1: self.check 'x' is not a check"},
};

/* An exact-size copy on the heap, so that ASan sees a read past the end. */
static enum fp_status
parse(struct fp_case **c, const char *yaml, size_t n, struct fp_diags *diags)
{
    char *exact = malloc(n == 0 ? 1 : n);
    assert_non_null(exact);
    memcpy(exact, yaml, n);
    enum fp_status status =
        fp_case_parse(c, "t", "n", (struct fp_str){exact, n}, diags);
    free(exact);
    return status;
}

static void problems(struct fp_buf *out, const struct fp_diags *diags)
{
    char line[600];
    for (size_t i = 0; i < diags->n; i++)
        fp_buf_printf(out, "%s%s", i == 0 ? "" : "\n",
                      fp_err_text(&diags->items[i], line, sizeof line));
}

static void refuses(void **state)
{
    const struct row *row = *state;
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    struct fp_buf text = {0};
    assert_int_equal(FP_EPARSE,
                     parse(&c, row->yaml, strlen(row->yaml), &diags));
    assert_null(c);
    problems(&text, &diags);
    assert_string_equal(fp_buf_cstr(&text), row->want);
    fp_buf_deinit(&text);
}

static void refuses_nul(void **state)
{
    (void)state;
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    static const char yaml[] = "title: a\nwhy: \0b\n";
    assert_int_equal(FP_EPARSE, parse(&c, yaml, sizeof yaml - 1, &diags));
    assert_string_equal(diags.items[0].msg, "a NUL byte: this is not text");
    assert_int_equal(diags.items[0].loc.line, 2);
    assert_int_equal(diags.items[0].loc.col, 6);
}

static void stops_at_twenty_problems(void **state)
{
    (void)state;
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    struct fp_buf yaml = {0};
    fp_buf_z(&yaml, HEAD EXPECT);
    for (int i = 0; i < 30; i++)
        fp_buf_printf(&yaml, "zzzzzzzzz%d: x\n", i);
    assert_int_equal(FP_EPARSE, parse(&c, yaml.p, yaml.n, &diags));
    assert_int_equal(diags.n, FP_DIAGS);
    assert_int_equal(diags.total, 30);
    fp_buf_deinit(&yaml);
}

/* Many keys, many items, a long key: an answer at once, in little memory. */
static void refuses_masses(void **state)
{
    (void)state;
    static const char *const units[] = {"k%d: 1\n",  "- %d\n", "- [a%d]\n",
                                        "? [a%d]\n", "{ ",     "a%d: &x [*x, "};
    for (size_t u = 0; u < FP_COUNT(units); u++) {
        struct fp_diags diags = {0};
        struct fp_case *c = NULL;
        struct fp_buf yaml = {0};
        for (int i = 0; yaml.n < FP_CASE_FILE_BYTES; i++)
            fp_buf_printf(&yaml, units[u], i);
        assert_int_equal(FP_EPARSE, parse(&c, yaml.p, yaml.n, &diags));
        assert_true(diags.n > 0);
        fp_buf_deinit(&yaml);
    }
}

int main(void)
{
    static struct CMUnitTest tests[FP_COUNT(rows) + 3];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].name, refuses, NULL, NULL, &rows[i]};
    tests[FP_COUNT(rows)] = (struct CMUnitTest)cmocka_unit_test(refuses_nul);
    tests[FP_COUNT(rows) + 1] =
        (struct CMUnitTest)cmocka_unit_test(stops_at_twenty_problems);
    tests[FP_COUNT(rows) + 2] =
        (struct CMUnitTest)cmocka_unit_test(refuses_masses);
    return cmocka_run_group_tests_name("scenario refuses", tests, NULL, NULL);
}
