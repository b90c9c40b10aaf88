/* SPDX-License-Identifier: MIT
 * connects_test.c - connects, stays and valid, from short traces. */
#include "harness/judge/play.h"

#define ROW(c, n, f, w, ...)                                                   \
    {                                                                          \
        .name = (n), .facts = (f), .check = (c), .want = (w), __VA_ARGS__      \
    }
#define ANY   .expect = {CONNECTS(FP_TRANSPORT_NONE, 5000)}
#define BY_WS .expect = {CONNECTS(FP_WEBSOCKET, 5000)}

static const struct row rows[] = {
    ROW("connects", "by WebSocket", "start 0\nws 100 1 W\n",
        "pass: connected after 4 ms", BY_WS),
    ROW("connects", "by upgrade", "start 0\npoll 100 1 P\nupgrade 200 2 P\n",
        "pass: connected after 102 ms", BY_WS),
    ROW("connects", "polling is any transport", "start 0\npoll 100 1 P\n",
        "pass: connected after 3 ms", ANY),
    ROW("connects", "plain polling is any transport",
        "start 0\nget 100 1 0 0 0\n", "pass: connected after 2 ms", ANY,
        .protocol = FP_PLAIN),
    ROW("connects", "polling is not WebSocket", "start 0\npoll 100 1 P\n",
        "fail: connected by polling; WebSocket was not tried", BY_WS),
    ROW("connects", "a probe that fails is not WebSocket",
        "start 0\npoll 100 1 P\nprobe-refused 200 2 P\n",
        "fail: connected, but not by websocket", BY_WS),
    ROW("connects", "refused", "start 0\nrefused 100 1\n",
        "fail: 1 attempts, 1 requests, no session", ANY),
    ROW("connects", "too late", "start 0\nrefused 100 1\nws 5200 2 W\n",
        "fail: 1 attempts, 1 requests, no session", ANY),
    ROW("connects", "no request", "start 0\n", "fail: no request at all", ANY),
    ROW("connects", "a session that is not joined",
        "start 0\n100 request c=1 r=1 cls=attempt tr=ws name=GET\n"
        "101 ws-open c=1 r=1 name=valid\n"
        "102 session-open c=1 r=1 sid=W tr=ws\n",
        "fail: 1 attempts, 1 requests, no session", ANY),
    ROW("connects", "a stall",
        "start 0\nrefused 100 1\n1000 stall n=300 name=loop\nws 5200 2 W\n",
        "inconclusive: 1 attempts, 1 requests, no session | the harness stood "
        "still for 300 ms up to 1.0 s: the client may not be to blame",
        ANY),
    ROW("connects", "declared polling only", "start 0\npoll 100 1 P\n",
        "unsupported: the client declares that it has no WebSocket", BY_WS,
        .polling_only = true),
    ROW("connects", "says that it cannot",
        "start 0\n50 client-says name=unsupported text=no engine.io-3\n",
        "unsupported: no engine.io-3", BY_WS),
    ROW("valid", "unsupported is said of every check",
        "start 0\n50 client-says name=unsupported text=no engine.io-3\n",
        "unsupported: no engine.io-3", BY_WS),
    ROW("connects", "exits before it ever connected",
        "start 0\n50 client-exit n=127 name=unasked\n",
        "error: the run itself broke", ANY),
    ROW("connects", "wall limit",
        "start 0\n50 client-says name=update n=1\n60 end name=wall\n",
        "error: the run itself broke", ANY),
    ROW("connects", "interrupted", "start 0\n60 end name=interrupted\n",
        "error: the run itself broke", ANY),

    ROW("stays", "ran until asked", "start 0\nws 100 1 W\n",
        "pass: ran until asked", ANY),
    ROW("stays", "exits unasked",
        "start 0\nws 100 1 W\n300 client-exit n=3 name=unasked\n",
        "fail: exited with code 3 after 300 ms", ANY),
    ROW("stays", "crashes",
        "start 0\nws 100 1 W\n300 client-exit code=11 name=unasked\n",
        "fail: killed by signal 11 after 300 ms", ANY),
    ROW("stays", "a client that raises has connected by TCP",
        "start 0\nrefused 100 1\n300 client-exit n=1 name=unasked\n",
        "fail: exited with code 1 after 300 ms", ANY),
    ROW("stays", "ending is giving up where the case wants that",
        "start 0\nrefused 100 1\n300 client-exit n=1 name=unasked\n",
        "pass: exited with code 1 after 300 ms",
        .expect = {{.kind = FP_CHECK_STOPS,
                    .within_ms = 15000,
                    .for_ms = 5000,
                    .max_requests = 2}}),

    ROW("valid", "all valid", "start 0\nws 100 1 W\n",
        "pass: 1 requests, all valid", ANY),
    ROW("valid", "a rule broken",
        "start 0\nws 100 1 W\n"
        "200 invalid c=1 r=1 name=ws.unmasked text=frame 1 has no mask\n",
        "fail: ws.unmasked: frame 1 has no mask", ANY),
    ROW("valid", "two rules broken",
        "start 0\nws 100 1 W\n"
        "200 invalid c=1 name=ws.unmasked text=frame 1\n"
        "210 invalid c=1 name=ws.rsv text=frame 2\n",
        "fail: ws.unmasked: frame 1 (and 1 more)", ANY),
    ROW("valid", "broken while it is shut down",
        "start 0\nws 100 1 W\n200 shutdown\n"
        "210 invalid c=1 name=ws.unmasked text=frame 1\n220 end name=decided\n",
        "fail: ws.unmasked: frame 1", ANY),
    ROW("valid", "closing a rejected session is noted apart",
        "start 0\nws 100 1 W\n"
        "200 invalid c=1 name=eio.dead-sid-close text=POST 1\n",
        "pass: 1 requests, all valid", ANY),
    ROW("valid.dead-sid-close", "and only when it happened",
        "start 0\nws 100 1 W\n", "absent", ANY),
    ROW("valid.dead-sid-close", "as a note",
        "start 0\nws 100 1 W\n"
        "200 invalid c=1 name=eio.dead-sid-close text=POST 1\n",
        "fail: eio.dead-sid-close: POST 1", ANY),
    ROW("valid", "two GETs are another check's",
        "start 0\nws 100 1 W\n200 invalid c=1 name=eio.two-gets text=GET\n",
        "pass: 1 requests, all valid", ANY),
    ROW("valid", "nothing was sent", "start 0\n",
        "not-exercised: the client never connected", ANY),
};

ROWS_MAIN(rows, "connects, stays, valid")
