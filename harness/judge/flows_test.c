/* SPDX-License-Identifier: MIT
 * flows_test.c - returns, recovers, heartbeat, backs-off and stops, from short
 * traces. */
#include "harness/judge/play.h"

#define ROW(c, n, f, w, ...)                                                   \
    {                                                                          \
        .name = (n), .facts = (f), .check = (c), .want = (w), __VA_ARGS__      \
    }
#define RETURNS                                                                \
    .expect = {                                                                \
        {.kind = FP_CHECK_RETURNS, .level = FP_SHOULD, .within_ms = 20000}}
#define RECOVERS  .expect = {{.kind = FP_CHECK_RECOVERS, .within_ms = 5000}}
#define HEARTBEAT .expect = {{.kind = FP_CHECK_HEARTBEAT}}
#define BACKS_OFF                                                              \
    .expect = {{.kind = FP_CHECK_BACKS_OFF, .for_ms = 8000, .max_requests = 3}}
#define JITTER                                                                 \
    .expect = {{.kind = FP_CHECK_BACKS_OFF, .for_ms = 8000, .max_requests = 20}}
#define STOPS                                                                  \
    .expect = {{.kind = FP_CHECK_STOPS,                                        \
                .within_ms = 15000,                                            \
                .for_ms = 5000,                                                \
                .max_requests = 2}}

static const struct fp_fault until_8 = {.kind = FP_FAULT_REFUSE,
                                        .scope = {.until_ms = 8000}};
static const struct fp_fault twice = {
    .kind = FP_FAULT_REFUSE, .scope = {.first_attempt = 1, .last_attempt = 2}};
static const struct fp_fault for_ever = {.kind = FP_FAULT_REFUSE};
static const struct fp_header_edit soon = {.name = {"Retry-After", 11},
                                           .value = {"1", 1}};
static const struct fp_fault tells = {
    .kind = FP_FAULT_REFUSE, .response = &soon, .n_response = 1};
#define TELLS .hop = {.faults = &tells, .n_faults = 1}
#define HEALS .hop = {.faults = &until_8, .n_faults = 1}
#define TWICE .hop = {.faults = &twice, .n_faults = 1}
#define NEVER .hop = {.faults = &for_ever, .n_faults = 1}

#define REFUSED_ONCE                                                           \
    "start 0\nrefused 100 1\n101 fault name=refuse c=1\npoll 200 9 P\n"        \
    "flow 500 9500 500 tr=polling sid=P c=9 r=2\n"
#define WS "start 0\nws 100 1 W\n"

static const struct row rows[] = {
    ROW("returns", "by WebSocket again",
        REFUSED_ONCE "ws 10000 2 W\nflow 10500 20000 500 tr=ws sid=W c=2 r=1\n",
        "pass: an update by WebSocket 2.5 s after it worked again", RETURNS,
        HEALS),
    ROW("returns", "stays on polling",
        REFUSED_ONCE "flow 10000 50000 500 tr=polling sid=P c=9 r=2\n",
        "fail: no update by WebSocket for 20.0 s after it worked again",
        RETURNS, HEALS),
    ROW("returns", "a socket without updates is no return",
        REFUSED_ONCE "ws 10000 2 W\n"
                     "flow 10000 50000 500 tr=polling sid=P c=9 r=2\n",
        "fail: no update by WebSocket for 20.0 s after it worked again",
        RETURNS, HEALS),
    ROW("returns", "counted from the last attempt that was hit",
        REFUSED_ONCE "refused 10000 2\n10001 fault name=refuse c=2\n"
                     "flow 10000 29000 500 tr=polling sid=P c=9 r=2\n"
                     "ws 29500 3 W\nflow 29600 40000 500 tr=ws sid=W c=3 r=1\n",
        "pass: an update by WebSocket 19.6 s after it worked again", RETURNS,
        TWICE),
    ROW("returns", "while this machine stood still",
        REFUSED_ONCE "15000 stall n=400 name=client\n"
                     "flow 10000 50000 500 tr=polling sid=P c=9 r=2\n",
        "inconclusive: no update by WebSocket for 20.0 s after it worked again "
        "| the client, waiting for a CPU, stood still for 400 ms up to 15.0 s: "
        "the client may not be to blame",
        RETURNS, HEALS),
    ROW("returns", "no fault acted",
        "start 0\nws 100 1 W\nflow 500 200000 5000 tr=ws sid=W c=1 r=1\n",
        "not-exercised: WebSocket never failed", RETURNS, HEALS),
    ROW("returns", "a fault without an end", REFUSED_ONCE,
        "not-exercised: a fault of the case never ends", RETURNS, NEVER),
    ROW("returns", "no WebSocket to return to", REFUSED_ONCE,
        "unsupported: the client declares that it has no WebSocket", RETURNS,
        HEALS, .polling_only = true),

    ROW("recovers", "soon",
        WS "flow 500 5000 500 tr=ws sid=W c=1 r=1\ncut 5100 1 W\nws 6000 2 X\n"
           "flow 6500 20000 500 tr=ws sid=X c=2 r=1\n",
        "pass: 1 times, after 1.4 s at most", RECOVERS),
    ROW("recovers", "never",
        WS "flow 500 5000 500 tr=ws sid=W c=1 r=1\ncut 5100 1 W\n"
           "pub 5500 30000 500\n",
        "fail: no update for 5.4 s after the loss of the session", RECOVERS),
    ROW("recovers", "the second loss counts too",
        WS "flow 500 5000 500 tr=ws sid=W c=1 r=1\ncut 5100 1 W\nws 6000 2 X\n"
           "flow 6500 7000 500 tr=ws sid=X c=2 r=1\ncut 7100 2 X\n"
           "pub 7500 30000 500\n",
        "fail: no update for 5.4 s after the loss of the session", RECOVERS),
    ROW("recovers", "not while the server is down",
        WS "flow 500 5000 500 tr=ws sid=W c=1 r=1\n"
           "5100 server-lifecycle name=restart\ncut 5100 1 W\n"
           "pub 5200 5200 1\nws 11000 2 X\n"
           "flow 11050 20000 500 tr=ws sid=X c=2 r=1\n",
        "pass: 1 times, after 6.0 s at most", RECOVERS),
    ROW("recovers", "what was under way when the server went is no recovery",
        WS "flow 500 5000 500 tr=ws sid=W c=1 r=1\npub 5590 5590 1\n"
           "5600 server-lifecycle name=restart\n"
           "5601 delivered n=11 tr=ws sid=W c=1 r=1\ncut 5602 1 W\n"
           "pub 6000 30000 500\n",
        "fail: no update for 6.0 s after the loss of the session", RECOVERS),
    ROW("recovers", "nor is what a poll brought that had begun before",
        "start 0\nflow 500 500 500 tr=polling c=9 r=1\n"
        "get 1000 9 0 1 1\n2000 request c=9 r=7 cls=poll tr=polling name=GET "
        "n=1\npub 2400 2400 1\n2500 server-lifecycle name=restart\n"
        "2501 delivered n=2 tr=polling c=9 r=7\npub 3000 30000 500\n",
        "fail: no update for 6.0 s after the loss of the session", RECOVERS,
        .protocol = FP_PLAIN),
    ROW("recovers", "by a session that lived on",
        WS "ws 200 2 X\nflow 500 5000 500 tr=ws sid=W c=1 r=1\n"
           "cut 5100 1 W\nflow 5500 20000 500 tr=ws sid=X c=2 r=1\n",
        "pass: 1 times, after 402 ms at most", RECOVERS),
    ROW("recovers", "nothing lost",
        WS "flow 500 100000 5000 tr=ws sid=W c=1 r=1\n",
        "not-exercised: no session was lost", RECOVERS),
    ROW("recovers", "the end is not a loss",
        WS "flow 500 1000 500 tr=ws sid=W c=1 r=1\n2000 shutdown\n"
           "cut 2001 1 W\n2010 end name=decided\n",
        "not-exercised: no session was lost", RECOVERS),
    ROW("recovers", "a stall",
        WS "flow 500 5000 500 tr=ws sid=W c=1 r=1\ncut 5100 1 W\n"
           "6000 stall n=101 name=loop\npub 5500 30000 500\n",
        "inconclusive: no update for 5.4 s after the loss of the session | the "
        "harness stood still for 101 ms up to 6.0 s: the client may not be to "
        "blame",
        RECOVERS),

    ROW("heartbeat", "answered",
        WS "25000 packet dir=down name=ping tr=ws sid=W c=1\n"
           "25010 packet dir=up name=pong tr=ws sid=W c=1\n",
        "pass: 1 heartbeats", HEARTBEAT),
    ROW("heartbeat", "not answered",
        WS "25000 packet dir=down name=ping tr=ws sid=W c=1\n",
        "fail: no pong for 20.0 s", HEARTBEAT),
    ROW("heartbeat", "answered on the other transport",
        "start 0\npoll 100 1 P\nupgrade 200 2 P\n"
        "25000 packet dir=down name=ping tr=ws sid=P c=2\n"
        "25010 packet dir=up name=pong tr=polling sid=P c=1\n",
        "fail: a ping by websocket was answered by polling", HEARTBEAT),
    ROW("heartbeat", "asked by polling, upgraded, answered by WebSocket",
        "start 0\npoll 100 1 P\n"
        "24000 packet dir=down name=ping tr=polling sid=P c=1\n"
        "upgrade 24005 2 P\n"
        "24010 packet dir=up name=pong tr=ws sid=P c=2\n",
        "pass: 1 heartbeats", HEARTBEAT),
    ROW("heartbeat", "the end of the session excuses",
        WS "25000 packet dir=down name=ping tr=ws sid=W c=1\ncut 26000 1 W\n",
        "not-exercised: no heartbeat was due", HEARTBEAT),
    ROW("heartbeat", "the server's own time-out excuses nothing",
        WS "25000 packet dir=down name=ping tr=ws sid=W c=1\n"
           "44998 server-session-end sid=W text=ping timeout\n"
           "cut 44999 1 W\n",
        "fail: no pong for 20.0 s", HEARTBEAT),
    ROW("heartbeat", "a time-out whose ping was never delivered",
        WS "44998 server-session-end sid=W text=ping timeout\n"
           "cut 44999 1 W\n",
        "not-exercised: no heartbeat was due", HEARTBEAT),
    ROW("heartbeat", "a pong that was lost on its way",
        WS "25000 packet dir=down name=ping tr=ws sid=W c=1\n"
           "25010 packet dir=up name=pong tr=ws sid=W c=1\n"
           "44998 server-session-end sid=W text=ping timeout\n"
           "cut 44999 1 W\n",
        "pass: 1 heartbeats", HEARTBEAT),
    ROW("heartbeat", "revision 3: the server lost patience first",
        WS "45099 server-session-end sid=W text=ping timeout\n"
           "cut 45100 1 W\n",
        "fail: no ping for 45.0 s", HEARTBEAT, .protocol = FP_ENGINE_IO_3),
    ROW("heartbeat", "revision 3: pings that were lost on their way",
        WS "40000 packet dir=up name=ping tr=ws sid=W c=1\n"
           "45099 server-session-end sid=W text=ping timeout\n"
           "cut 45100 1 W\n",
        "pass: 1 heartbeats", HEARTBEAT, .protocol = FP_ENGINE_IO_3),
    ROW("heartbeat", "a ping on a session that is over asks for nothing",
        WS "1000 session-end sid=W c=1 name=close-packet dir=up\n"
           "1001 packet dir=down name=ping tr=ws sid=W c=1\n",
        "not-exercised: no heartbeat was due", HEARTBEAT),
    ROW("heartbeat", "revision 3: the client asks",
        WS "25000 packet dir=up name=ping tr=ws sid=W c=1\n"
           "25010 packet dir=down name=pong tr=ws sid=W c=1\n",
        "pass: 1 heartbeats", HEARTBEAT, .protocol = FP_ENGINE_IO_3),
    ROW("heartbeat", "revision 3: the client does not ask", WS,
        "fail: no ping for 45.0 s", HEARTBEAT, .protocol = FP_ENGINE_IO_3),
    ROW("heartbeat", "plain has none", WS,
        "n/a: plain has no heartbeat of its own", HEARTBEAT,
        .protocol = FP_PLAIN),
    ROW("heartbeat", "a stall",
        WS "25000 packet dir=down name=ping tr=ws sid=W c=1\n"
           "30000 stall n=300 name=client\n",
        "inconclusive: no pong for 20.0 s | the client, waiting for a CPU, "
        "stood still for 300 ms up to 30.0 s: the client may not be to blame",
        HEARTBEAT),

    ROW("backs-off", "rarer and rarer",
        "start 0\nrefused 100 1\nrefused 1100 2\nrefused 3100 3\n"
        "refused 7100 4\nrefused 12100 5\n",
        "pass: 3 requests in 8.0 s", BACKS_OFF),
    ROW("backs-off", "a storm",
        "start 0\nrefused 100 1\nrefused 200 2\nrefused 300 3\nrefused 400 4\n"
        "refused 500 5\n",
        "fail: 4 requests in 398 ms", BACKS_OFF),
    ROW("backs-off", "connections without a request count",
        "start 0\nrefused 100 1\n"
        "200 conn-open c=2\n210 conn-close c=2 dir=down\n"
        "300 conn-open c=3\n310 conn-close c=3 dir=down\n"
        "400 conn-open c=4\n410 conn-close c=4 dir=down\n"
        "500 conn-open c=5\n510 conn-close c=5 dir=down\n",
        "fail: 4 requests in 408 ms", BACKS_OFF),
    ROW("backs-off", "it connected", "start 0\nrefused 100 1\nws 300 2 W\n",
        "not-exercised: the client connected", BACKS_OFF),
    ROW("backs-off", "nothing was refused", "start 0\n",
        "not-exercised: nothing was refused", BACKS_OFF),
    ROW("backs-off", "it ended",
        "start 0\nrefused 100 1\nrefused 200 2\n"
        "300 client-exit n=1 name=unasked\n",
        "pass: 1 requests, then it ended", BACKS_OFF),

    ROW("backs-off.jitter", "as long before every retry",
        "start 0\nrefused 100 1\nrefused 802 2\nrefused 1506 3\n"
        "refused 2209 4\nrefused 2911 5\nrefused 3613 6\n",
        "fail: 5 waits, 700 ms to 702 ms: all alike, to within 0.3 %", JITTER),
    ROW("backs-off.jitter", "each half as long again",
        "start 0\nrefused 100 1\nrefused 502 2\nrefused 1105 3\n"
        "refused 2006 4\nrefused 3359 5\nrefused 5386 6\n",
        "fail: 5 waits, 400 ms to 2.0 s: all 1.5 times the last, to within "
        "0.3 %",
        JITTER),
    ROW("backs-off.jitter", "doubled up to a limit",
        "start 0\nrefused 100 1\nrefused 602 2\nrefused 1604 3\n"
        "refused 3606 4\nrefused 5608 5\nrefused 7610 6\n",
        "fail: 5 waits, 500 ms to 2.0 s: all 2 times the last, up to a limit, "
        "to within 0.0 %",
        JITTER),
    ROW("backs-off.jitter", "a switch of transports is no wait",
        "start 0\nrefused 100 1\nrefused 110 9\nrefused 812 2\n"
        "refused 820 10\nrefused 1522 3\nrefused 1530 11\nrefused 2232 4\n"
        "refused 2934 5\nrefused 3636 6\n",
        "fail: 5 waits, 700 ms to 700 ms: all alike, to within 0.0 %", JITTER),
    ROW("backs-off.jitter", "one of five is not as the rule says",
        "start 0\nrefused 100 1\nrefused 802 2\nrefused 1506 3\n"
        "refused 2189 4\nrefused 2891 5\nrefused 3593 6\n",
        "pass: 5 waits, 681 ms to 702 ms", JITTER),
    ROW("backs-off.jitter", "late now and then, on a busy machine",
        "start 0\nrefused 100 1\nrefused 802 2\nrefused 1506 3\n"
        "refused 2234 4\nrefused 2936 5\nrefused 3638 6\nrefused 4340 7\n"
        "refused 5042 8\nrefused 5744 9\n",
        "fail: 8 waits, 700 ms to 726 ms: 7 of them alike, to within 0.3 %",
        JITTER),
    ROW("backs-off.jitter", "drawn at random",
        "start 0\nrefused 100 1\nrefused 702 2\nrefused 1606 3\n"
        "refused 2109 4\nrefused 3511 5\nrefused 4213 6\n",
        "pass: 5 waits, 501 ms to 1.4 s", JITTER),
    ROW("backs-off.jitter", "four say nothing",
        "start 0\nrefused 100 1\nrefused 802 2\nrefused 1506 3\n"
        "refused 2209 4\nrefused 2911 5\n",
        "absent", JITTER),
    ROW("backs-off.jitter", "a request under way is no wait",
        "start 0\nhung 50 9000 20\nrefused 100 1\nrefused 802 2\n"
        "refused 1506 3\nrefused 2209 4\nrefused 2911 5\nrefused 3613 6\n",
        "absent", JITTER),
    ROW("backs-off.jitter", "as the answer told it",
        "start 0\nrefused 100 1\nrefused 802 2\nrefused 1506 3\n"
        "refused 2209 4\nrefused 2911 5\nrefused 3613 6\n",
        "absent", JITTER, TELLS),
    ROW("backs-off.jitter", "of a client that ended",
        "start 0\nrefused 100 1\nrefused 802 2\nrefused 1506 3\n"
        "refused 2209 4\nrefused 2911 5\nrefused 3613 6\n"
        "3700 client-exit n=1 name=unasked\n",
        "fail: 5 waits, 700 ms to 702 ms: all alike, to within 0.3 %", JITTER),

    ROW("stops", "stops",
        "start 0\nrefused 100 1\nrefused 1100 2\nrefused 3100 3\n",
        "pass: 0 requests in the last 5.0 s", STOPS),
    ROW("stops", "goes on",
        "start 0\nrefused 100 1\nrefused 16000 2\nrefused 17000 3\n"
        "refused 18000 4\n",
        "fail: still asking 17.9 s after the first refusal", STOPS),
    ROW("stops", "ends",
        "start 0\nrefused 100 1\n300 client-exit n=1 name=unasked\n",
        "pass: the client ended", STOPS),
    ROW("stops", "nothing was refused", "start 0\nws 100 1 W\n",
        "not-exercised: the client connected", STOPS),
    ROW("stops.says", "says nothing to nobody", "start 0\nrefused 100 1\n",
        "absent", STOPS),
    ROW("stops.says", "says so",
        "start 0\nrefused 100 1\n"
        "200 client-says name=error text=gave up after three attempts\n",
        "pass: an error, disconnect or unsupported line", STOPS),
    ROW("stops.says", "prints lines, and not that one",
        "start 0\nrefused 100 1\n200 client-says name=connect tr=polling\n",
        "fail: no line tells of an error", STOPS),
};

ROWS_MAIN(rows, "returns, recovers, heartbeat, backs-off, stops")
