/* SPDX-License-Identifier: MIT
 * fresh_test.c - fresh, from short traces. */
#include "harness/judge/play.h"

#define ROW(n, f, w, ...)                                                      \
    {                                                                          \
        .name = (n), .facts = (f), .check = "fresh", .want = (w), __VA_ARGS__  \
    }
#define ALONE     .expect = {FRESH}
#define AFTER     .expect = {FALLS_BACK, FRESH}
#define WS        "start 0\nws 100 1 W\n"
#define FELL_BACK "start 0\nrefused 100 1\npoll 200 9 P\n"

static const struct row rows[] = {
    ROW("steady by WebSocket", WS "flow 500 30000 500 tr=ws sid=W c=1 r=1\n",
        "pass: at most 2 ms behind, over 29.9 s", ALONE),
    ROW("silence from the start of the connection", WS "pub 500 30000 500\n",
        "fail: nothing was delivered for 3.3 s", ALONE),
    ROW("falls silent at once after the fallback",
        FELL_BACK "flow 500 500 500 tr=polling sid=P c=9 r=2\n"
                  "pub 1000 30000 500\n",
        "fail: nothing newer than update 1, delivered at 502 ms, for 3.3 s",
        AFTER),
    ROW("a gap between deliveries",
        FELL_BACK "flow 500 2000 500 tr=polling sid=P c=9 r=2\n"
                  "pub 2500 6500 500\n"
                  "flow 7000 30000 500 tr=polling sid=P c=9 r=2\n",
        "fail: nothing newer than update 4, delivered at 2.0 s, for 3.3 s",
        AFTER),
    ROW("short polling at the window",
        "start 0\nrefused 100 1\npub 0 12000 500\nget 200 9 0 1 1\n"
        "get 3200 9 1 2 7\nget 6200 9 7 8 13\nget 9200 9 13 14 19\n"
        "get 12200 9 19 20 25\n12300 shutdown\n12300 end name=decided\n",
        "pass: at most 2.7 s behind, over 12.1 s", AFTER, .protocol = FP_PLAIN),
    ROW("short polling that is too slow",
        "start 0\nrefused 100 1\npub 0 30000 500\nget 200 9 0 1 1\n"
        "get 4200 9 1 2 9\nget 8200 9 9 10 17\n",
        "fail: nothing newer than update 1, delivered at 202 ms, for 3.3 s",
        AFTER, .protocol = FP_PLAIN),
    ROW("ten percent more than the window is a timer",
        "start 0\nrefused 100 1\npub 0 12000 500\nget 400 9 0 1 1\n"
        "get 3700 9 1 2 8\nget 6900 9 8 9 14\nget 10100 9 14 15 21\n"
        "12300 shutdown\n12300 end name=decided\n",
        "pass: at most 3.2 s behind, over 11.9 s", AFTER, .protocol = FP_PLAIN),
    ROW("no session is no excuse",
        FELL_BACK "flow 500 5000 500 tr=polling sid=P c=9 r=2\n"
                  "5100 session-end sid=P c=9 name=poll-cut dir=down\n"
                  "pub 5500 30000 500\n",
        "fail: nothing newer than update 10, delivered at 5.0 s, for 3.3 s",
        AFTER),
    ROW("a hung probe holds up freshness",
        "start 0\npoll 100 9 P\n"
        "flow 500 500 500 tr=polling sid=P c=9 r=2\nprobe 600 10 P\n"
        "pub 1000 30000 500\n",
        "fail: nothing newer than update 1, delivered at 502 ms, for 3.3 s",
        AFTER),
    ROW("a server that publishes no more is not stale",
        FELL_BACK "flow 500 2000 500 tr=polling sid=P c=9 r=2\n",
        "pass: at most 2 ms behind, over 3.8 s", AFTER),
    ROW("before the fallback nothing is promised",
        "start 0\npub 0 9500 500\nhung 100 10100 1\npoll 10200 9 P\n"
        "flow 10500 30000 500 tr=polling sid=P c=9 r=2\n",
        "pass: at most 2 ms behind, over 19.5 s", AFTER),
    ROW("blocked by a fallback that never was",
        "start 0\nrefused 100 1\nrefused 200 2\nrefused 300 3\nrefused 400 4\n",
        "not-exercised: blocked by falls-back.attempts: 4 attempts in 300 ms, "
        "no polling request",
        AFTER),
    ROW("a late fallback is judged all the same",
        "start 0\nrefused 100 1\nrefused 200 2\nrefused 300 3\nrefused 400 4\n"
        "poll 500 9 P\nflow 1000 20000 500 tr=polling sid=P c=9 r=2\n",
        "pass: at most 2 ms behind, over 19.0 s", AFTER),
    ROW("polling only: from its first update",
        "start 0\npoll 100 9 P\nflow 500 20000 500 tr=polling sid=P c=9 r=2\n",
        "pass: at most 2 ms behind, over 19.5 s", AFTER, .polling_only = true),
    ROW("never connected", "start 0\n",
        "not-exercised: the client never connected", ALONE),
    ROW("a stall inside the gap",
        WS "flow 500 2000 500 tr=ws sid=W c=1 r=1\n"
           "4000 stall n=200 name=client\npub 2500 30000 500\n",
        "inconclusive: nothing newer than update 4, delivered at 2.0 s, for "
        "3.3 s | the client, waiting for a CPU, stood still for 200 ms up to "
        "4.0 s: the client may not be to blame",
        ALONE),
    ROW("a stall that is told only after the miss",
        WS "flow 500 2000 500 tr=ws sid=W c=1 r=1\n"
           "5900 stall n=200 name=loop\npub 2500 30000 500\n",
        "inconclusive: nothing newer than update 4, delivered at 2.0 s, for "
        "3.3 s | the harness stood still for 200 ms up to 5.9 s: the client "
        "may not be to blame",
        ALONE),
    ROW("a stall that is told too late",
        WS "flow 500 2000 500 tr=ws sid=W c=1 r=1\n"
           "6200 stall n=900 name=loop\npub 2500 30000 500\n",
        "fail: nothing newer than update 4, delivered at 2.0 s, for 3.3 s",
        ALONE),
    ROW("a stall beside the gap",
        WS "flow 500 2000 500 tr=ws sid=W c=1 r=1\n"
           "1500 stall n=200 name=client\npub 2500 30000 500\n",
        "fail: nothing newer than update 4, delivered at 2.0 s, for 3.3 s",
        ALONE),
    ROW("a pass stays a pass",
        WS "flow 500 30000 500 tr=ws sid=W c=1 r=1\n"
           "4000 stall n=200 name=client\n",
        "pass: at most 2 ms behind, over 29.9 s", ALONE),
    ROW("a slow path is borne, up to a second",
        "start 0\nrefused 100 1\npub 0 9000 500\nget 200 9 0 1 1\n"
        "3600 request c=9 r=77 cls=poll tr=polling name=GET n=1\n"
        "4400 delivered n=7 tr=polling c=9 r=77\n"
        "4400 response c=9 r=77 n=200\n"
        "4400 response-end c=9 r=77 n=200 name=complete\n"
        "5500 shutdown\n5500 end name=decided\n",
        "pass: at most 3.9 s behind, over 5.3 s", AFTER, .protocol = FP_PLAIN,
        .hop = {.faults = &(const struct fp_fault){.kind = FP_FAULT_DELAY,
                                                   .after_ms = 5000},
                .n_faults = 1}),
    ROW("ended before enough was watched",
        WS "flow 500 1000 500 tr=ws sid=W c=1 r=1\n"
           "1200 client-exit n=1 name=unasked\n",
        "not-exercised: watched for 1.1 s of 3.8 s", ALONE),
    ROW("scaled",
        "start 0\nws 10 1 W\nflow 50 200 50 tr=ws sid=W c=1 r=1\n"
        "pub 250 3000 50\n",
        "fail: nothing newer than update 4, delivered at 2.0 s, for 3.5 s",
        ALONE, .scale = 10),
};

ROWS_MAIN(rows, "fresh")
