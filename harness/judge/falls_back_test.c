/* SPDX-License-Identifier: MIT
 * falls_back_test.c - falls-back, from short traces. */
#include "harness/judge/play.h"

#define ATT             "falls-back.attempts"
#define BUD             "falls-back.budget"
#define POLLING_FROM(t) "flow " t " 30000 500 tr=polling sid=P c=9 r=2\n"

/* An upgrade probe that takes its time. */
#define PROBE_THEN_UPGRADE(t, done, c, sid)                                    \
    "probe " t " " c " " sid "\n" done " ws-open c=" c                         \
    " r=1 name=valid\n" done " session-upgraded c=" c " r=1 sid=" sid "\n"

static const struct fp_fault lasts_15_s = {.kind = FP_FAULT_LIFETIME,
                                           .after_ms = 15000};

static const struct row rows[] = {
    {"three refusals, then polling",
     "start 0\nrefused 100 1\nrefused 1100 2\nrefused 3100 3\n"
     "poll 3200 9 P\npub 0 3000 500\n" POLLING_FROM("3500"),
     ATT, "pass: fell back after 3 attempts", .expect = {FALLS_BACK}},
    {"one refusal is as right",
     "start 0\nrefused 100 1\npoll 200 9 P\n" POLLING_FROM("500"), ATT,
     "pass: fell back after 1 attempt", .expect = {FALLS_BACK}},
    {"a fourth attempt fails at once",
     "start 0\nrefused 100 1\nrefused 1100 2\nrefused 3100 3\nrefused 7400 4\n"
     "poll 7500 9 P\n" POLLING_FROM("8000"),
     ATT, "fail: 4 attempts in 7.3 s, no polling request",
     .expect = {FALLS_BACK}},
    {"attempts after the start are another check's",
     "start 0\nrefused 100 1\nrefused 200 2\nrefused 300 3\npoll 400 9 P\n"
     "refused 410 4\n" POLLING_FROM("500"),
     ATT, "pass: fell back after 3 attempts", .expect = {FALLS_BACK}},
    {"never falls back: patience",
     "start 0\nhung 100 20100 1\nhung 21000 41000 2\nhung 42000 62000 3\n", ATT,
     "fail: 3 attempts, and no valid answer by polling in 90.0 s",
     .expect = {FALLS_BACK}},
    {"no request at all is not waited for in full", "start 0\n", ATT,
     "fail: 0 attempts, and no valid answer by polling in 20.0 s",
     .expect = {FALLS_BACK}},
    {"polls but never joins",
     "start 0\nrefused 100 1\npoll 200 9 P\npub 0 30000 500\n", ATT,
     "fail: 1 attempt, and no update by polling in 90.0 s",
     .expect = {FALLS_BACK}},
    {"polling first: the refused probe exercises it",
     "start 0\npoll 100 9 P\nprobe-refused 110 10 P\n" POLLING_FROM("500"), ATT,
     "pass: fell back after 0 attempts", .expect = {FALLS_BACK}},
    {"polling first: a hung probe does too, after a while",
     "start 0\npoll 100 9 P\nprobe 110 10 P\n" POLLING_FROM("500"), ATT,
     "pass: fell back after 0 attempts", .expect = {FALLS_BACK}},
    {"polling only, undeclared: not exercised",
     "start 0\npoll 100 9 P\n" POLLING_FROM("500"), ATT,
     "not-exercised: the client never tried WebSocket", .expect = {FALLS_BACK}},
    {"polling only, declared", "start 0\npoll 100 9 P\n" POLLING_FROM("500"),
     ATT, "not-exercised: the client declares that it has no WebSocket",
     .expect = {FALLS_BACK}, .polling_only = true},
    {"WebSocket works: not exercised",
     "start 0\nws 100 1 W\nflow 200 100000 500 tr=ws sid=W c=1 r=1\n", ATT,
     "not-exercised: WebSocket never failed", .expect = {FALLS_BACK}},
    {"WebSocket works, and what could fail later is waited for",
     "start 0\nws 100 1 W\nflow 200 15000 500 tr=ws sid=W c=1 r=1\n"
     "cut 15100 1 W\nrefused 15200 2\npoll 15300 9 P\n"
     "flow 15500 30000 500 tr=polling sid=P c=9 r=2\n",
     ATT, "pass: fell back after 1 attempt", .expect = {FALLS_BACK},
     .hop = {.faults = &lasts_15_s, .n_faults = 1}},
    {"the third attempt works, for good",
     "start 0\nrefused 100 1\nrefused 1100 2\nws 3100 3 W\n"
     "flow 3200 20000 500 tr=ws sid=W c=3 r=1\n",
     ATT, "pass: WebSocket worked at attempt 3 of 3", .expect = {FALLS_BACK}},
    {"flaps by attempt",
     "start 0\nws 100 1 A\ncut 1100 1 A\nws 2100 2 B\ncut 3100 2 B\n"
     "ws 4100 3 C\ncut 5100 3 C\nws 6100 4 D\ncut 7100 4 D\n",
     ATT, "fail: 4 attempts in 6.0 s, no polling request",
     .expect = {FALLS_BACK}},
    {"flaps by upgrade probe",
     "start 0\n"
     "poll 100 1 A\nupgrade 110 2 A\ncut 1100 2 A\n"
     "poll 2100 3 B\nupgrade 2110 4 B\ncut 3100 4 B\n"
     "poll 4100 5 C\nupgrade 4110 6 C\ncut 5100 6 C\n"
     "poll 6100 7 D\nupgrade 6110 8 D\ncut 7100 8 D\n",
     ATT, "fail: an upgrade request 1.0 s after 3 failed upgrades",
     .expect = {FALLS_BACK}},
    {"an upgrade that is cut, then stays on polling",
     "start 0\npoll 100 1 A\nupgrade 110 2 A\ncut 1100 2 A\npoll 2100 9 P\n"
     "pub 0 2000 500\n" POLLING_FROM("2500"),
     ATT, "pass: fell back after 0 attempts", .expect = {FALLS_BACK}},
    {"an update on the way to a WebSocket that dies too does not count",
     "start 0\npoll 100 1 A\nupgrade 110 2 A\ncut 1100 2 A\n"
     "poll 2100 3 B\n" PROBE_THEN_UPGRADE(
         "2110", "2200", "4",
         "B") "pub 2150 2150 500\n2160 delivered c=3 r=2 n=1 tr=polling sid=B\n"
              "cut 3100 4 B\npoll 4100 5 C\nupgrade 4110 6 C\ncut 5100 6 C\n"
              "poll 6100 7 D\nupgrade 6110 8 D\ncut 7100 8 D\n",
     ATT, "fail: an upgrade request 1.0 s after 3 failed upgrades",
     .expect = {FALLS_BACK}},
    {"an update while a probe is under way counts once that fails",
     "start 0\npoll 100 1 A\nupgrade 110 2 A\ncut 1100 2 A\n"
     "poll 2100 3 B\nprobe 2110 4 B\n"
     "pub 2150 2150 500\n2160 delivered c=3 r=2 n=1 tr=polling sid=B\n"
     "2300 conn-close c=4 dir=down\n",
     ATT, "pass: fell back after 0 attempts", .expect = {FALLS_BACK}},
    {"or hangs",
     "start 0\npoll 100 1 A\nupgrade 110 2 A\ncut 1100 2 A\n"
     "poll 2100 3 B\nprobe 2110 4 B\n"
     "pub 2150 2150 500\n2160 delivered c=3 r=2 n=1 tr=polling sid=B\n",
     BUD, "pass: the first update by polling after 2.1 s",
     .expect = {FALLS_BACK}},
    {"or its session ends",
     "start 0\npoll 100 1 A\nupgrade 110 2 A\ncut 1100 2 A\n"
     "poll 2100 3 B\nprobe 2110 4 B\n"
     "pub 2150 2150 500\n2160 delivered c=3 r=2 n=1 tr=polling sid=B\n"
     "2200 session-end c=3 r=3 dir=down sid=B name=close-packet\n"
     "2300 client-exit n=1 name=unasked\n",
     ATT, "pass: fell back after 0 attempts", .expect = {FALLS_BACK}},
    {"a mute socket is a failed upgrade, not a stable one",
     "start 0\nws 100 1 A\nflow 200 3000 500 tr=ws sid=A c=1 r=1\n"
     "pub 3500 45000 500\ncut 45100 1 A\npoll 45200 9 P\n"
     "flow 45500 60000 500 tr=polling sid=P c=9 r=2\n",
     ATT, "pass: fell back after 1 attempt", .expect = {FALLS_BACK}},
    {"a session that ends before it is stable is a failed attempt",
     "start 0\nrefused 100 1\nrefused 200 2\nws 300 3 A\n"
     "flow 500 10000 500 tr=ws sid=A c=3 r=1\ncut 10200 3 A\n"
     "refused 10300 4\nrefused 10400 5\npoll 10500 9 P\n"
     "flow 11000 20000 500 tr=polling sid=P c=9 r=2\n",
     ATT, "fail: 4 attempts in 10.2 s, no polling request",
     .expect = {FALLS_BACK}},
    {"a lost stable session begins a new episode",
     "start 0\nws 300 3 A\n"
     "flow 500 12000 500 tr=ws sid=A c=3 r=1\ncut 12200 3 A\n"
     "refused 12300 4\nrefused 12400 5\nrefused 12500 6\npoll 12600 9 P\n"
     "flow 13000 20000 500 tr=polling sid=P c=9 r=2\n",
     ATT, "pass: fell back after 3 attempts", .expect = {FALLS_BACK},
     .hop = {.faults = &lasts_15_s, .n_faults = 1}},
    {"plain: GET /updates",
     "start 0\nrefused 100 1\npub 0 30000 500\nget 200 9 0 1 1\n"
     "get 3200 9 1 2 7\n",
     ATT, "pass: fell back after 1 attempt", .expect = {FALLS_BACK},
     .protocol = FP_PLAIN},
    {"a login page is no polling answer",
     "start 0\nrefused 100 1\n"
     "200 request c=9 r=1 cls=poll tr=polling name=GET\n"
     "210 response c=9 r=1 n=200 name=text/html\n"
     "210 response-end c=9 r=1 n=200 name=complete\n",
     ATT, "fail: 1 attempt, and no valid answer by polling in 90.0 s",
     .expect = {FALLS_BACK}, .protocol = FP_PLAIN},
    {"a cut answer is no fallback",
     "start 0\nrefused 100 1\n"
     "200 request c=9 r=1 cls=poll tr=polling name=GET\n"
     "210 response c=9 r=1 n=200\n210 response-end c=9 r=1 n=200 name=cut\n",
     ATT, "fail: 1 attempt, and no valid answer by polling in 90.0 s",
     .expect = {FALLS_BACK}, .protocol = FP_PLAIN},
    {"an exit ends it",
     "start 0\nrefused 100 1\n300 client-exit n=1 name=unasked\n", ATT,
     "fail: 1 attempt, and no valid answer by polling in 200 ms",
     .expect = {FALLS_BACK}},

    {"budget kept",
     "start 0\nrefused 100 1\npoll 200 9 P\n" POLLING_FROM("500"), BUD,
     "pass: the first update by polling after 402 ms", .expect = {FALLS_BACK}},
    {"budget: never from the client's start",
     "start 0\nrefused 19000 1\npoll 19100 9 P\n"
     "flow 19500 30000 500 tr=polling sid=P c=9 r=2\n",
     BUD, "pass: the first update by polling after 502 ms",
     .expect = {FALLS_BACK}},
    {"budget missed",
     "start 0\nhung 100 20100 1\npoll 20200 9 P\n"
     "flow 20500 30000 500 tr=polling sid=P c=9 r=2\n",
     BUD, "fail: no update by polling after 15.0 s", .expect = {FALLS_BACK}},
    {"budget missed while this machine stood still",
     "start 0\nhung 100 20100 1\npoll 20200 9 P\n9000 stall n=150 name=loop\n"
     "flow 20500 30000 500 tr=polling sid=P c=9 r=2\n",
     BUD,
     "inconclusive: no update by polling after 15.0 s | the harness stood "
     "still for 150 ms up to 9.0 s: the client may not be to blame",
     .expect = {FALLS_BACK}},
    {"a short stall excuses nothing",
     "start 0\nhung 100 20100 1\npoll 20200 9 P\n9000 stall n=90 name=loop\n"
     "flow 20500 30000 500 tr=polling sid=P c=9 r=2\n",
     BUD, "fail: no update by polling after 15.0 s", .expect = {FALLS_BACK}},
    {"the count of attempts is never inconclusive",
     "start 0\nrefused 100 1\nrefused 1100 2\n2000 stall n=500 name=client\n"
     "refused 3100 3\nrefused 7400 4\n",
     ATT, "fail: 4 attempts in 7.3 s, no polling request",
     .expect = {FALLS_BACK}},
    {"budget: not missed while WebSocket works",
     "start 0\nws 100 1 W\nflow 200 100000 500 tr=ws sid=W c=1 r=1\n", BUD,
     "not-exercised: WebSocket never failed", .expect = {FALLS_BACK}},
    {"budget: nor while one works that follows two dead ones",
     "start 0\nws 100 1 A\ncut 600 1 A\nws 2100 2 B\ncut 2600 2 B\n"
     "ws 5700 3 C\nflow 5800 30000 500 tr=ws sid=C c=3 r=1\n",
     BUD, "pass: WebSocket worked at attempt 3 of 3", .expect = {FALLS_BACK}},
    {"budget: missed when that one dies after all",
     "start 0\nws 100 1 A\ncut 600 1 A\nws 2100 2 B\ncut 2600 2 B\n"
     "ws 5700 3 C\nflow 5800 15200 500 tr=ws sid=C c=3 r=1\ncut 15300 3 C\n",
     BUD, "fail: no update by polling after 15.2 s", .expect = {FALLS_BACK}},
    {"mute sockets that nobody closes are failed upgrades",
     "start 0\npoll 100 1 A\nupgrade 110 2 A\npub 500 2500 500\n"
     "2000 server-session-end sid=A\n"
     "poll 3000 3 B\nupgrade 3010 4 B\npub 3000 5500 500\n"
     "5000 server-session-end sid=B\n"
     "poll 6000 5 C\nupgrade 6010 6 C\npub 6000 8500 500\n"
     "8000 server-session-end sid=C\n"
     "poll 9000 7 D\nupgrade 9010 8 D\npub 9000 9500 500\n",
     ATT, "fail: an upgrade request 1.0 s after 3 failed upgrades",
     .expect = {FALLS_BACK}},
    {"polling starts while a mute WebSocket is open",
     "start 0\nws 100 1 A\npub 500 2500 500\n2000 server-session-end sid=A\n"
     "poll 3000 2 P\nflow 3010 20000 500 tr=polling sid=P c=2 r=2\n",
     ATT, "pass: fell back after 1 attempt", .expect = {FALLS_BACK}},
    {"and where only silence shows that it is mute",
     "start 0\nws 100 1 A\npub 500 20000 500\nget 5000 2 0 1 10\n"
     "get 8000 2 10 11 16\n",
     ATT, "pass: fell back after 1 attempt", .expect = {FALLS_BACK},
     .protocol = FP_PLAIN},
    {"a poll beside a WebSocket that works is no fallback",
     "start 0\nws 100 1 A\nflow 500 20000 500 tr=ws c=1 r=1\n"
     "get 5000 2 0 1 10\nget 8000 2 10 11 16\n",
     ATT, "not-exercised: WebSocket never failed", .expect = {FALLS_BACK},
     .protocol = FP_PLAIN},
    {"the late end of a socket that was left begins nothing anew",
     "start 0\nws 100 1 A\npub 500 2500 500\n2000 server-session-end sid=A\n"
     "ws 3000 2 B\nflow 3100 8000 500 tr=ws sid=B c=2 r=1\ncut 8100 2 B\n"
     "cut 11000 1 A\nrefused 11100 3\nrefused 12000 4\n",
     ATT, "fail: 4 attempts in 11.9 s, no polling request",
     .expect = {FALLS_BACK}},
    {"budget: a mute WebSocket does not count as working",
     "start 0\nws 100 1 W\nflow 200 3000 500 tr=ws sid=W c=1 r=1\n"
     "pub 3500 30000 500\n",
     BUD, "fail: no update by polling after 15.0 s", .expect = {FALLS_BACK}},
    {"scaled: bounds are the client's",
     "start 0\nhung 10 2010 1\npoll 2020 9 P\n"
     "flow 2050 3000 50 tr=polling sid=P c=9 r=2\n",
     BUD, "fail: no update by polling after 15.0 s", .expect = {FALLS_BACK},
     .scale = 10},
    {"scaled: and kept in them",
     "start 0\nhung 10 510 1\npoll 520 9 P\n"
     "flow 550 3000 50 tr=polling sid=P c=9 r=2\n",
     BUD, "pass: the first update by polling after 5.4 s",
     .expect = {FALLS_BACK}, .scale = 10},
};

ROWS_MAIN(rows, "falls-back")
