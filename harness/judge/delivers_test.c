/* SPDX-License-Identifier: MIT
 * delivers_test.c - delivers, from short traces. */
#include "harness/judge/play.h"

#define ROW(c, n, f, w, ...)                                                   \
    {                                                                          \
        .name = (n), .facts = (f), .check = "delivers." c, .want = (w),        \
        __VA_ARGS__                                                            \
    }
#define ALONE .expect = {DELIVERS}
#define END                                                                    \
    "\n20000 shutdown\n20010 client-exit n=0 name=asked\n"                     \
    "20010 end name=decided\n"
#define WS    "start 0\nws 100 1 W\n"
#define ON_WS "tr=ws sid=W c=1 r=1\n"

static const struct fp_fault cut = {.kind = FP_FAULT_CUT};
static const struct fp_fault repeat = {.kind = FP_FAULT_REPEAT_FRAMES};
#define REPEATS .hop = {.faults = &repeat, .n_faults = 1}
#define CUTS    .hop = {.faults = &cut, .n_faults = 1}

static const struct row rows[] = {
    ROW("loss", "none", WS "flow 500 20000 500 " ON_WS END,
        "pass: all 37 updates due (witness: wire only)", ALONE),
    ROW("loss", "one of a session's",
        WS "flow 500 5000 500 " ON_WS "pub 5500 5500 500\n"
           "flow 6000 20000 500 " ON_WS END,
        "fail: 1 of 37 lost: 11 (witness: wire only)", ALONE),
    ROW("loss", "more than fit a line",
        WS "flow 500 5000 500 " ON_WS "pub 5500 8500 500\n"
           "flow 9000 20000 500 " ON_WS END,
        "fail: 7 of 37 lost: 11, 12, 13, 14, 15, … (witness: wire only)",
        ALONE),
    ROW("loss", "none owed between sessions",
        WS "flow 500 5000 500 " ON_WS "cut 5400 1 W\npub 5500 8500 500\n"
           "ws 8800 2 X\nflow 9000 20000 500 tr=ws sid=X c=2 r=1\n" END,
        "pass: all 29 updates due (witness: wire only)", ALONE),
    ROW("loss", "owed when the client resumes",
        WS "flow 500 5000 500 " ON_WS "cut 5400 1 W\npub 5500 8500 500\n"
           "ws 8800 2 X\n8801 consumed name=auth-since n=10 sid=X c=2\n"
           "8802 consumed name=auth-since n=10 sid=X c=2\n"
           "flow 9000 20000 500 tr=ws sid=X c=2 r=1\n" END,
        "fail: 7 of 36 lost: 11, 12, 13, 14, 15, … (witness: wire only)",
        ALONE),
    ROW("loss", "given back when the client resumes",
        WS "flow 500 5000 500 " ON_WS "cut 5400 1 W\npub 5500 6500 500\n"
           "ws 8800 2 X\n8803 consumed name=auth-since n=10 sid=X c=2\n"
           "8804 delivered n=11 tr=ws sid=X c=2 r=1\n"
           "8804 delivered n=12 tr=ws sid=X c=2 r=1\n"
           "8804 delivered n=13 tr=ws sid=X c=2 r=1\n"
           "flow 9000 20000 500 tr=ws sid=X c=2 r=1\n" END,
        "pass: all 32 updates due (witness: wire only)", ALONE),
    ROW("loss", "what a fault ate is not lost by the client",
        WS "flow 500 5000 500 " ON_WS "pub 5500 5500 500\n"
           "5500 fault name=cut c=1 tr=ws\ncut 5600 1 W\n"
           "ws 8800 2 X\nflow 9000 20000 500 tr=ws sid=X c=2 r=1\n" END,
        "pass: all 30 updates due (witness: wire only)", ALONE, CUTS),
    ROW("loss", "a fault on the probe eats nothing of the session",
        "start 0\npoll 100 9 P\nprobe 150 10 P\n"
        "200 fault name=silent-101 c=10\n"
        "flow 500 5000 500 tr=polling sid=P c=9 r=2\npub 5500 5500 500\n"
        "flow 6000 20000 500 tr=polling sid=P c=9 r=2\n" END,
        "fail: 1 of 37 lost: 11 (witness: wire only)", ALONE),
    ROW("loss", "a delay eats nothing",
        WS "flow 500 5000 500 " ON_WS "pub 5500 5500 500\n"
           "500 fault name=delay c=1\nflow 6000 20000 500 " ON_WS END,
        "fail: 1 of 37 lost: 11 (witness: wire only)", ALONE),
    ROW("loss", "what is under way at the end is not lost",
        WS "flow 500 17500 500 " ON_WS "pub 18000 20000 500\n" END,
        "pass: all 35 updates due (witness: wire only)", ALONE),
    ROW("loss", "a poll that ends after the run shortens no path",
        "start 0\npoll 100 9 P\nflow 500 15500 500 tr=polling sid=P c=9 r=2\n"
        "15000 request c=8 r=1 cls=poll tr=polling name=GET sid=P\n"
        "15100 response c=8 r=1 n=200\n"
        "15900 response-end c=8 r=1 n=200 name=complete\n"
        "16000 request c=8 r=2 cls=poll tr=polling name=GET sid=P\n"
        "20005 response c=8 r=2 n=200\n"
        "20005 response-end c=8 r=2 n=200 name=complete\n"
        "pub 16000 20000 500\n" END,
        "pass: all 31 updates due (witness: wire only)", ALONE),
    ROW("loss", "what a later one overtook is not under way",
        WS "flow 500 17500 500 " ON_WS
           "pub 18000 18000 500\nflow 18500 20000 500 " ON_WS END,
        "fail: 1 of 37 lost: 36 (witness: wire only)", ALONE),
    ROW("loss", "overtaken just before the end",
        WS "flow 500 18500 500 " ON_WS
           "pub 19000 19000 500\nflow 19500 20000 500 " ON_WS END,
        "pass: all 37 updates due (witness: wire only)", ALONE),
    ROW("loss", "said later ones, and not this one",
        WS "flow 500 20000 500 " ON_WS "18100 client-says name=update n=36\n"
           "18600 client-says name=update n=37\n" END,
        "fail: 35 of 37 lost: 1, 2, 3, 4, 5, …; 35 delivered, but not consumed "
        "(witness: the client's update lines)",
        ALONE),
    ROW("loss", "skipped by its own since",
        "start 0\npub 0 20000 500\nget 100 9 0 1 1\nget 3100 9 1 2 7\n"
        "get 6100 9 9 10 13\nget 9100 9 13 14 19\n" END,
        "fail: 2 skipped by the client's own since, the first is 8", ALONE,
        .protocol = FP_PLAIN),
    ROW("loss", "the first since only says where it begins",
        "start 0\npub 0 20000 500\nget 5100 9 8 9 11\nget 8100 9 11 12 "
        "17\n" END,
        "pass: none skipped (witness: wire only)", ALONE, .protocol = FP_PLAIN),
    ROW("loss", "delivered, and not said: the stronger witness",
        WS "flow 500 20000 500 " ON_WS "600 client-says name=update n=1\n"
           "16900 client-says name=update n=3\n" END,
        "fail: 31 of 33 lost: 2, 4, 5, 6, 7, …; 31 delivered, but not consumed "
        "(witness: the client's update lines)",
        ALONE),
    ROW("loss", "saying what was not delivered hides no loss",
        WS "pub 500 500 500\n600 client-says name=update n=1\n" END,
        "fail: 1 of 1 lost: 1 (witness: the client's update lines)", ALONE),
    ROW("loss", "acknowledgements",
        WS "flow 500 1000 500 " ON_WS
           "510 consumed name=ack n=1 sid=W c=1\n" END,
        "fail: 1 of 2 lost: 2; 1 delivered, but not consumed (witness: "
        "acknowledgements)",
        ALONE),
    ROW("loss", "nothing was due", WS END, "not-exercised: no update was due",
        ALONE),
    ROW("loss", "never connected", "start 0\n" END,
        "not-exercised: the client never connected", ALONE),

    ROW("duplicates", "none", WS "flow 500 20000 500 " ON_WS END,
        "pass: none (witness: wire only)", ALONE),
    ROW("duplicates", "by two sessions",
        WS "ws 300 2 X\nflow 500 1500 500 " ON_WS
           "510 delivered n=1 tr=ws sid=X c=2 r=1\n"
           "1010 delivered n=2 tr=ws sid=X c=2 r=1\n" END,
        "fail: 2 repeated, the first is update 1 (witness: wire only)", ALONE),
    ROW("duplicates", "the path repeats",
        WS "flow 500 1000 500 " ON_WS
           "511 delivered n=1 tr=ws sid=W c=1 r=1\n" END,
        "pass: none (witness: wire only)", ALONE, REPEATS),
    ROW("duplicates", "the path repeats, and the client says it",
        WS "flow 500 1000 500 " ON_WS "510 client-says name=update n=1\n"
           "520 client-says name=update n=1\n1010 client-says name=update "
           "n=2\n" END,
        "fail: 1 repeated, the first is update 1 (witness: the client's update "
        "lines)",
        ALONE, REPEATS),
    ROW("duplicates", "asked for once more, knowingly",
        "start 0\npub 0 20000 500\nget 100 9 0 1 1\nget 3100 9 1 2 7\n"
        "get 6100 9 1 2 13\n" END,
        "fail: 6 repeated, the first is update 2 (witness: wire only)", ALONE,
        .protocol = FP_PLAIN),
    ROW("duplicates", "asked for again after a cut answer",
        "start 0\npub 0 20000 500\n"
        "100 request c=1 r=1 cls=poll tr=polling name=GET n=0\n"
        "102 delivered n=1 tr=polling c=1 r=1\n102 response c=1 r=1 n=200\n"
        "103 response-end c=1 r=1 n=200 name=cut\nget 3100 9 0 1 7\n" END,
        "pass: none (witness: wire only)", ALONE, .protocol = FP_PLAIN),
    ROW("duplicates", "a poll that crossed with the socket",
        "start 0\npub 0 0 500\n0 request c=7 r=1 cls=poll tr=polling name=GET "
        "n=0\nws 1 1 W\n20 delivered n=1 tr=ws sid=W c=1 r=1\n"
        "30 delivered n=1 tr=polling c=7 r=1\n30 response c=7 r=1 n=200\n"
        "30 response-end c=7 r=1 n=200 name=complete\n" END,
        "pass: none (witness: wire only)", ALONE, .protocol = FP_PLAIN),
    ROW("duplicates", "replayed after the socket died under it",
        WS "flow 500 1000 500 " ON_WS "cut 1100 1 W\nws 2000 2 X\n"
           "2003 consumed name=auth-since n=1 sid=X c=2\n"
           "2004 delivered n=2 tr=ws sid=X c=2 r=1\n" END,
        "pass: none (witness: wire only)", ALONE),
    ROW("duplicates", "replayed long after it was there",
        WS "flow 500 1000 500 " ON_WS "cut 4100 1 W\nws 5000 2 X\n"
           "5003 consumed name=auth-since n=1 sid=X c=2\n"
           "5004 delivered n=2 tr=ws sid=X c=2 r=1\n" END,
        "fail: 1 repeated, the first is update 2 (witness: wire only)", ALONE),
    ROW("duplicates", "said twice",
        WS "flow 500 1000 500 " ON_WS "510 client-says name=update n=1\n"
           "520 client-says name=update n=1\n1010 client-says name=update "
           "n=2\n" END,
        "fail: 1 repeated, the first is update 1 (witness: the client's update "
        "lines)",
        ALONE),

    ROW("order", "kept", WS "flow 500 20000 500 " ON_WS END,
        "pass: none (witness: wire only)", ALONE),
    ROW("order", "broken",
        WS "pub 500 1500 500\n1510 delivered n=1 tr=ws sid=W c=1 r=1\n"
           "1511 delivered n=3 tr=ws sid=W c=1 r=1\n"
           "1512 delivered n=2 tr=ws sid=W c=1 r=1\n" END,
        "fail: 1 out of order, the first is update 2 (witness: wire only)",
        ALONE),
    ROW("order", "an older one that was asked for",
        WS "flow 500 500 500 " ON_WS "pub 1000 1000 500\n"
           "flow 1500 1500 500 " ON_WS "get 1600 9 1 2 2\n" END,
        "pass: none (witness: wire only)", ALONE),
    ROW("order", "never inconclusive",
        WS "pub 500 1500 500\n1510 delivered n=3 tr=ws sid=W c=1 r=1\n"
           "1511 stall n=500 name=loop\n"
           "1512 delivered n=2 tr=ws sid=W c=1 r=1\n" END,
        "fail: 1 out of order, the first is update 2 (witness: wire only)",
        ALONE),
    ROW("order", "nothing delivered", WS END,
        "not-exercised: nothing was delivered", ALONE),
};

ROWS_MAIN(rows, "delivers")
