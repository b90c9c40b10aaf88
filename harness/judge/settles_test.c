/* SPDX-License-Identifier: MIT
 * settles_test.c - settles, from short traces. */
#include "harness/judge/play.h"

#define ROW(n, f, w, ...)                                                      \
    {                                                                          \
        .name = (n), .facts = (f), .check = "settles", .want = (w),            \
        __VA_ARGS__                                                            \
    }
#define BOTH .expect = {FALLS_BACK, SETTLES}
#define FELL_BACK                                                              \
    "start 0\nrefused 100 1\npoll 200 9 P\n"                                   \
    "flow 500 40000 500 tr=polling sid=P c=9 r=2\n"

static const struct row rows[] = {
    ROW("quiet", FELL_BACK,
        "pass: no attempt for 6.0 s, 0 upgrade probes; 0 upgrade requests "
        "later",
        BOTH),
    ROW("one probe of the new session is right",
        FELL_BACK "probe-refused 700 10 P\n",
        "pass: no attempt for 6.0 s, 1 upgrade probes; 0 upgrade requests "
        "later",
        BOTH),
    ROW("an attempt after the fallback", FELL_BACK "refused 3000 2\n",
        "fail: attempt #2 2.5 s after the fallback", BOTH),
    ROW("an attempt between start and completion",
        "start 0\nrefused 100 1\npoll 200 9 P\nrefused 300 2\n"
        "flow 500 40000 500 tr=polling sid=P c=9 r=2\n",
        "fail: attempt #2 99 ms after the fallback's start", BOTH),
    ROW("retries at the interval",
        FELL_BACK "refused 8000 2\nrefused 18000 3\nrefused 28000 4\n",
        "pass: no attempt for 6.0 s, 0 upgrade probes; 3 upgrade requests "
        "later",
        BOTH),
    ROW("retries too often later",
        FELL_BACK "refused 8000 2\nrefused 13000 3\n",
        "fail: two upgrade requests 5.0 s apart", BOTH),
    ROW("a second probe of the same session",
        FELL_BACK "probe-refused 700 10 P\nprobe-refused 1700 11 P\n",
        "fail: upgrade probe #2 1.0 s after another on the same session", BOTH),
    ROW("two probes at once", FELL_BACK "probe 7000 10 P\nprobe 30000 11 P\n",
        "fail: upgrade probe #2 23.0 s after another on the same session that "
        "is still open",
        BOTH),
    ROW("flaps after the fallback",
        "start 0\npoll 100 1 A\nflow 200 200 500 tr=polling sid=A c=1 r=2\n"
        "probe-refused 250 2 A\n"
        "400 session-end sid=A c=1 name=close-packet dir=up\n"
        "poll 500 3 B\nupgrade 510 4 B\ncut 1500 4 B\n"
        "poll 2100 5 C\nupgrade 2110 6 C\ncut 3100 6 C\n"
        "poll 4100 7 D\nupgrade 4110 8 D\ncut 5100 8 D\n"
        "poll 6100 9 E\nupgrade 6110 10 E\ncut 7100 10 E\n",
        "fail: upgrade probe #5 1.0 s after three failed upgrades", BOTH),
    ROW("plain, polling first: its first attempt is its probe",
        "start 0\npub 0 40000 500\nget 100 9 0 1 1\nrefused 150 1\n"
        "get 3100 9 1 2 7\n",
        "pass: no attempt for 6.0 s, 0 upgrade probes; 0 upgrade requests "
        "later",
        BOTH, .protocol = FP_PLAIN),
    ROW("no fallback",
        "start 0\nrefused 100 1\nrefused 200 2\nrefused 300 3\nrefused 400 4\n",
        "not-exercised: blocked by falls-back.attempts: 4 attempts in 300 ms, "
        "no polling request",
        BOTH),
    ROW("WebSocket worked",
        "start 0\nrefused 100 1\nws 300 3 A\n"
        "flow 500 20000 500 tr=ws sid=A c=3 r=1\n",
        "not-exercised: WebSocket worked", BOTH),
    ROW("declared polling only", "start 0\npoll 100 9 P\n",
        "not-exercised: the client declares that it has no WebSocket", BOTH,
        .polling_only = true),
    ROW("cut short", FELL_BACK "3000 client-exit n=0 name=unasked\n",
        "not-exercised: the run ended before `for` had passed", BOTH),
};

ROWS_MAIN(rows, "settles")
