/* SPDX-License-Identifier: MIT
 * invariants_test.c - polls-politely, one-session, closes-cleanly and
 * witnesses, from short traces. */
#include "harness/judge/play.h"

#define ROW(c, n, f, w, ...)                                                   \
    {                                                                          \
        .name = (n), .facts = (f), .check = (c), .want = (w), __VA_ARGS__      \
    }
#define ANY    .expect = {CONNECTS(FP_TRANSPORT_NONE, 5000)}
#define LISTED .expect = {ONLY(POLLS_POLITELY)}
#define PLAIN  ANY, .protocol = FP_PLAIN
#define WS     "start 0\nws 100 1 W\n"
/* Update 1 is said, 2 is delivered at the end, in REST. */
#define LEFT                                                                   \
    "start 0\npoll 100 1 P\nflow 500 500 500 tr=polling sid=P c=2 r=1\n"       \
    "510 client-says name=update n=1\npub 1500 1500 500\n"
#define REST "2100 delivered c=2 r=2 n=2 tr=polling sid=P\n" END("5000")
#define END(t)                                                                 \
    t " shutdown\n" t " client-exit n=0 name=asked\n" t " end name=decided\n"

static const struct row rows[] = {
    ROW("polls-politely", "steady",
        "start 0\npub 0 12000 500\nget 100 9 0 1 1\nget 3100 9 1 2 7\n"
        "get 6100 9 7 8 13\n",
        "pass: 3 polls", PLAIN),
    ROW("polls-politely", "too slow",
        "start 0\npub 0 12000 500\nget 100 9 0 1 1\nget 4100 9 1 2 9\n",
        "fail: two polls 4.0 s apart", PLAIN),
    ROW("polls-politely", "too slow while this machine stood still",
        "start 0\npub 0 12000 500\nget 100 9 0 1 1\n"
        "3000 stall n=800 name=client\nget 4100 9 1 2 9\n",
        "inconclusive: two polls 4.0 s apart | the client, waiting for a CPU, "
        "stood still for 800 ms up to 3.0 s: the client may not be to blame",
        PLAIN),
    ROW("polls-politely", "the answer's time is not the client's",
        "start 0\npub 0 12000 500\n"
        "100 request c=9 r=1 cls=poll tr=polling name=GET n=0\n"
        "1100 response c=9 r=1 n=200\n"
        "1100 response-end c=9 r=1 n=200 name=complete\nget 4300 9 0 1 9\n",
        "pass: 2 polls", PLAIN),
    ROW("polls-politely", "backing off after an error is right",
        "start 0\npub 0 12000 500\n"
        "100 request c=9 r=1 cls=poll tr=polling name=GET n=0\n"
        "110 response c=9 r=1 n=503\n"
        "110 response-end c=9 r=1 n=503 name=complete\nget 6300 9 0 1 13\n",
        "pass: 2 polls", PLAIN),
    ROW("polls-politely", "WebSocket in between",
        "start 0\nget 100 9 0 0 0\nws 200 1 W\ncut 7000 1 W\n"
        "get 7100 9 0 0 0\n",
        "pass: 2 polls", PLAIN),
    ROW("polls-politely", "hammers without news",
        "start 0\nget 100 9 0 0 0\nget 200 9 0 0 0\nget 300 9 0 0 0\n"
        "get 400 9 0 0 0\nget 500 9 0 0 0\nget 600 9 0 0 0\n",
        "fail: 6 polls without news in 500 ms", PLAIN),
    ROW("polls-politely", "fast, with news",
        "start 0\npub 0 12000 100\nget 100 9 0 1 1\nget 200 9 1 2 2\n"
        "get 300 9 2 3 3\nget 400 9 3 4 4\nget 500 9 4 5 5\nget 600 9 5 6 6\n",
        "pass: 6 polls", PLAIN),
    ROW("polls-politely", "two GETs at a time",
        "start 0\npoll 100 1 P\n200 invalid c=2 name=eio.two-gets text=GET\n",
        "fail: two GETs at a time on one session", ANY),
    ROW("polls-politely", "two POSTs at a time",
        "start 0\npoll 100 1 P\n200 invalid c=2 name=eio.two-posts text=POST\n",
        "fail: two POSTs at a time on one session", ANY),
    ROW("polls-politely", "not polling is polite", WS, "pass: 0 polls", ANY),
    ROW("polls-politely", "listed, it wants polls", WS,
        "not-exercised: the client never polled", LISTED),

    ROW("one-session", "one after the other",
        WS
        "cut 1000 1 W\nws 2000 2 X\nflow 2100 9000 500 tr=ws sid=X c=2 r=1\n",
        "pass: 2 sessions, one at a time", ANY),
    ROW("one-session", "two that deliver",
        WS "ws 2000 2 X\nflow 2100 9000 500 tr=ws sid=X c=2 r=1\n"
           "flow 2100 9000 500 tr=ws sid=W c=1 r=1\n",
        "fail: session W is still in use 1.1 s after session X opened", ANY),
    ROW("one-session", "the client polls the old one on",
        "start 0\npoll 100 1 P\npoll 2000 2 Q\n"
        "2500 request c=2 r=2 cls=poll sid=Q name=GET\n"
        "4000 request c=1 r=2 cls=poll sid=P name=GET\n",
        "fail: session P is still in use 2.0 s after session Q opened", ANY),
    ROW("one-session", "a moment of both is a hand-over",
        "start 0\npoll 100 1 P\npoll 2000 2 Q\n"
        "2500 request c=2 r=2 cls=poll sid=Q name=GET\n"
        "2900 request c=1 r=2 cls=post sid=P name=POST\n",
        "pass: 2 sessions, one at a time", ANY),
    ROW("one-session", "an old one that is only not seen to end",
        WS "flow 500 3000 500 tr=ws sid=W c=1 r=1\nws 7000 2 X\n"
           "flow 7100 20000 500 tr=ws sid=X c=2 r=1\n",
        "pass: 2 sessions, one at a time", ANY),

    ROW("one-session", "a new one again and again, though the old one works",
        "start 0\n"
        "poll 500 1 A\n600 request c=1 r=2 cls=poll sid=A name=GET\n"
        "poll 1000 2 B\n1100 request c=2 r=2 cls=poll sid=B name=GET\n"
        "poll 1500 3 C\n1600 request c=3 r=2 cls=poll sid=C name=GET\n"
        "poll 2000 4 D\n2100 request c=4 r=2 cls=poll sid=D name=GET\n"
        "poll 2500 5 E\n2600 request c=5 r=2 cls=poll sid=E name=GET\n"
        "poll 3000 6 F\n3100 request c=6 r=2 cls=poll sid=F name=GET\n"
        "poll 3500 7 G\n3600 request c=7 r=2 cls=poll sid=G name=GET\n",
        "fail: 6 sessions were given up while they worked", ANY),
    ROW("one-session", "a new one each time that the old one is refused",
        "start 0\n"
        "poll 500 1 A\n600 request c=1 r=2 cls=poll sid=A name=GET\n"
        "700 response c=1 r=2 n=400\n700 response-end c=1 r=2 n=400 "
        "name=complete\n"
        "poll 1000 2 B\n1100 request c=2 r=2 cls=poll sid=B name=GET\n"
        "1200 response c=2 r=2 n=400\n1200 response-end c=2 r=2 n=400 "
        "name=complete\n"
        "poll 1500 3 C\n1600 request c=3 r=2 cls=poll sid=C name=GET\n"
        "1700 response c=3 r=2 n=400\n1700 response-end c=3 r=2 n=400 "
        "name=complete\n"
        "poll 2000 4 D\n2100 request c=4 r=2 cls=poll sid=D name=GET\n"
        "2200 response c=4 r=2 n=400\n2200 response-end c=4 r=2 n=400 "
        "name=complete\n"
        "poll 2500 5 E\n2600 request c=5 r=2 cls=poll sid=E name=GET\n"
        "2700 response c=5 r=2 n=400\n2700 response-end c=5 r=2 n=400 "
        "name=complete\n"
        "poll 3000 6 F\n3100 request c=6 r=2 cls=poll sid=F name=GET\n"
        "3200 response c=6 r=2 n=400\n3200 response-end c=6 r=2 n=400 "
        "name=complete\n"
        "poll 3500 7 G\n3600 request c=7 r=2 cls=poll sid=G name=GET\n"
        "3700 response c=7 r=2 n=400\n3700 response-end c=7 r=2 n=400 "
        "name=complete\n",
        "pass: 7 sessions, one at a time", ANY),
    ROW("one-session", "a new one each time that the old one is cut",
        "start 0\n"
        "poll 500 1 A\n600 request c=1 r=2 cls=poll sid=A name=GET\n"
        "700 session-end sid=A name=poll-cut dir=down\n"
        "poll 1000 2 B\n1100 request c=2 r=2 cls=poll sid=B name=GET\n"
        "1200 session-end sid=B name=poll-cut dir=down\n"
        "poll 1500 3 C\n1600 request c=3 r=2 cls=poll sid=C name=GET\n"
        "1700 session-end sid=C name=poll-cut dir=down\n"
        "poll 2000 4 D\n2100 request c=4 r=2 cls=poll sid=D name=GET\n"
        "2200 session-end sid=D name=poll-cut dir=down\n"
        "poll 2500 5 E\n2600 request c=5 r=2 cls=poll sid=E name=GET\n"
        "2700 session-end sid=E name=poll-cut dir=down\n"
        "poll 3000 6 F\n3100 request c=6 r=2 cls=poll sid=F name=GET\n"
        "3200 session-end sid=F name=poll-cut dir=down\n"
        "poll 3500 7 G\n3600 request c=7 r=2 cls=poll sid=G name=GET\n"
        "3700 session-end sid=G name=poll-cut dir=down\n",
        "pass: 7 sessions, one at a time", ANY),
    ROW("one-session", "a new one each time that the server ends the old one",
        "start 0\n"
        "poll 500 1 A\n600 request c=1 r=2 cls=poll sid=A name=GET\n"
        "700 server-session-end sid=A text=transport close\n"
        "poll 1000 2 B\n1100 request c=2 r=2 cls=poll sid=B name=GET\n"
        "1200 server-session-end sid=B text=transport close\n"
        "poll 1500 3 C\n1600 request c=3 r=2 cls=poll sid=C name=GET\n"
        "1700 server-session-end sid=C text=transport close\n"
        "poll 2000 4 D\n2100 request c=4 r=2 cls=poll sid=D name=GET\n"
        "2200 server-session-end sid=D text=transport close\n"
        "poll 2500 5 E\n2600 request c=5 r=2 cls=poll sid=E name=GET\n"
        "2700 server-session-end sid=E text=transport close\n"
        "poll 3000 6 F\n3100 request c=6 r=2 cls=poll sid=F name=GET\n"
        "3200 server-session-end sid=F text=transport close\n"
        "poll 3500 7 G\n3600 request c=7 r=2 cls=poll sid=G name=GET\n"
        "3700 server-session-end sid=G text=transport close\n",
        "pass: 7 sessions, one at a time", ANY),
    ROW("one-session", "a new one each time that the client closes the old one",
        "start 0\n"
        "poll 500 1 A\n600 request c=1 r=2 cls=poll sid=A name=GET\n"
        "700 session-end sid=A name=close-packet dir=up\n"
        "poll 1000 2 B\n1100 request c=2 r=2 cls=poll sid=B name=GET\n"
        "1200 session-end sid=B name=close-packet dir=up\n"
        "poll 1500 3 C\n1600 request c=3 r=2 cls=poll sid=C name=GET\n"
        "1700 session-end sid=C name=close-packet dir=up\n"
        "poll 2000 4 D\n2100 request c=4 r=2 cls=poll sid=D name=GET\n"
        "2200 session-end sid=D name=close-packet dir=up\n"
        "poll 2500 5 E\n2600 request c=5 r=2 cls=poll sid=E name=GET\n"
        "2700 session-end sid=E name=close-packet dir=up\n"
        "poll 3000 6 F\n3100 request c=6 r=2 cls=poll sid=F name=GET\n"
        "3200 session-end sid=F name=close-packet dir=up\n"
        "poll 3500 7 G\n3600 request c=7 r=2 cls=poll sid=G name=GET\n"
        "3700 session-end sid=G name=close-packet dir=up\n",
        "fail: 6 sessions were given up while they worked", ANY),
    ROW("closes-cleanly", "with a Close frame",
        WS "500 shutdown\n510 ws-frame dir=up name=close n=1000 c=1 sid=W\n"
           "520 client-exit n=0 name=asked\n520 end name=decided\n",
        "pass: ended after 20 ms", ANY),
    ROW("closes-cleanly", "without one",
        WS "500 shutdown\n510 conn-close c=1 dir=up\n"
           "520 client-exit n=0 name=asked\n520 end name=decided\n",
        "fail: left its WebSocket without a Close frame", ANY),
    ROW("closes-cleanly", "polling may just end",
        "start 0\npoll 100 1 P\n" END("500"), "pass: ended after 0 ms", ANY),
    ROW("closes-cleanly", "late",
        "start 0\npoll 100 1 P\n500 shutdown\n6000 client-exit n=0 name=asked\n"
        "6000 end name=decided\n",
        "fail: ended after 5.5 s", ANY),
    ROW("closes-cleanly", "scaled: a process may take a second to end",
        "start 0\npoll 100 1 P\n500 shutdown\n"
        "1400 client-exit n=0 name=asked\n1400 end name=decided\n",
        "pass: ended after 9.0 s", ANY, .scale = 10),
    ROW("closes-cleanly", "scaled: and no longer",
        "start 0\npoll 100 1 P\n500 shutdown\n"
        "1600 client-exit n=0 name=asked\n1600 end name=decided\n",
        "fail: ended after 11.0 s", ANY, .scale = 10),
    ROW("closes-cleanly", "scaled less: 5 s of the client's",
        "start 0\npoll 100 1 P\n500 shutdown\n"
        "2900 client-exit n=0 name=asked\n2900 end name=decided\n",
        "pass: ended after 4.8 s", ANY, .scale = 2),
    ROW("closes-cleanly", "killed",
        "start 0\npoll 100 1 P\n500 shutdown\n2500 killed n=15\n"
        "2600 client-exit n=0 name=asked\n2600 end name=decided\n",
        "fail: did not end, and was killed", ANY),
    ROW("closes-cleanly", "never asked",
        "start 0\nws 100 1 W\n300 client-exit n=1 name=unasked\n",
        "not-exercised: the client was never asked to end", ANY),

    ROW("witnesses", "silent clients have none", WS,
        "not-exercised: the client prints no lines", ANY),
    ROW("witnesses", "agree",
        WS "150 client-says name=connect tr=ws\n"
           "flow 500 1000 500 tr=ws sid=W c=1 r=1\n"
           "510 client-says name=update n=1\n1010 client-says name=update "
           "n=2\n" END("3000"),
        "pass: 2 update lines, no contradiction", ANY),
    ROW("witnesses", "says connect too early",
        "start 0\nrefused 100 1\n150 client-says name=connect tr=ws\n",
        "fail: says connect; no session is open", ANY),
    ROW("witnesses", "says connect of a session just lost",
        WS "cut 1000 1 W\n1500 client-says name=connect tr=ws\n",
        "pass: 0 update lines, no contradiction", ANY),
    ROW("witnesses", "says an update that was not delivered",
        WS "pub 500 500 500\n600 client-says name=update n=1\n",
        "fail: says update 1, which was not delivered", ANY),
    ROW("witnesses", "says an update that does not exist",
        WS "600 client-says name=update n=77\n",
        "fail: says update 77, which was not delivered", ANY),
    ROW("witnesses", "says others, and not this one",
        WS "flow 500 1500 500 tr=ws sid=W c=1 r=1\n"
           "510 client-says name=update n=1\n1510 client-says name=update "
           "n=3\n" END("4000"),
        "fail: update 2 was delivered, and not said within 1.0 s", ANY),
    ROW("witnesses", "says it late",
        WS "flow 500 1000 500 tr=ws sid=W c=1 r=1\n"
           "510 client-says name=update n=1\n3010 client-says name=update "
           "n=2\n" END("4000"),
        "fail: update 2 was delivered, and only later, not said within 1.0 s",
        ANY),
    ROW("witnesses", "says it late while this machine stood still",
        WS "flow 500 1000 500 tr=ws sid=W c=1 r=1\n"
           "510 client-says name=update n=1\n1500 stall n=300 name=client\n"
           "3010 client-says name=update n=2\n" END("4000"),
        "inconclusive: update 2 was delivered, and only later, not said within "
        "1.0 s | the client, waiting for a CPU, stood still for 300 ms up to "
        "1.5 s: the client may not be to blame",
        ANY),
    ROW("witnesses", "the last second is not judged",
        WS "flow 500 1500 500 tr=ws sid=W c=1 r=1\n"
           "510 client-says name=update n=1\n1010 client-says name=update "
           "n=2\n" END("2000"),
        "pass: 2 update lines, no contradiction", ANY),
    ROW("witnesses", "what arrives after a close packet is not owed",
        LEFT "1600 packet c=3 r=1 dir=up sid=P name=close text=1\n"
             "1600 session-end c=3 r=1 dir=up sid=P name=close-packet\n" REST,
        "pass: 1 update lines, no contradiction", ANY),
    ROW("witnesses", "nor after the client left the namespace",
        LEFT "1600 packet c=3 r=1 dir=up sid=P name=message text=41\n" REST,
        "pass: 1 update lines, no contradiction", ANY),
    ROW("witnesses", "nor after it said disconnect",
        LEFT "1600 client-says name=disconnect\n" REST,
        "pass: 1 update lines, no contradiction", ANY),
    ROW("witnesses", "what arrives after the server's end is owed",
        LEFT "1600 session-end c=3 r=1 dir=down sid=P name=close-packet\n" REST,
        "fail: update 2 was delivered, and not said within 1.0 s", ANY),
    ROW("witnesses", "what the next session brings is owed again",
        LEFT "1600 client-says name=disconnect\npoll 1700 4 Q\n"
             "1750 client-says name=connect tr=polling\n"
             "2000 delivered c=4 r=2 n=2 tr=polling sid=Q\n" REST,
        "fail: update 2 was delivered, and not said within 1.0 s", ANY),
    ROW("witnesses", "a line that breaks the contract",
        WS "150 plugin-invalid text=update without n\n",
        "error: a line breaks the plug-in contract (docs/plugin.md): update "
        "without n",
        ANY),
};

ROWS_MAIN(rows, "polls-politely, one-session, closes-cleanly, witnesses")
