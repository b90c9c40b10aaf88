/* SPDX-License-Identifier: MIT
 * cause.c - likely causes: a table of what the facts look like, and what to do.
 * The first rule that fits wins, so special ones stand first. Every text names
 * a remedy; the issues named are where users met the same. */
#include "harness/judge/cause.h"

typedef bool cause_fn(const struct fp_view *v, const struct fp_part *part);

enum { DEFAULT_TIMEOUT_MS = 18000 }; /* engine.io-client waits for 20 s */

/* -- what the requests look like ---------------------------------------- */

static bool asked_for_polling(const struct fp_view *v)
{
    for (size_t i = 0; i < v->n_requests; i++)
        if (v->requests[i].cls == FP_REQ_HANDSHAKE ||
            v->requests[i].cls == FP_REQ_POLL)
            return true;
    return false;
}

static size_t upgrades_with(const struct fp_view *v, enum fp_outcome outcome)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_requests; i++)
        n += fp_view_is_upgrade(&v->requests[i]) &&
             v->requests[i].outcome == outcome;
    return n;
}

static bool any_body_has(const struct fp_view *v, const char *text)
{
    struct fp_str needle = fp_str_of(text);
    for (size_t i = 0; i < v->n_requests; i++)
        if (fp_str_find(v->requests[i].body, needle) < v->requests[i].body.n)
            return true;
    return false;
}

static bool any_upgrade_got(const struct fp_view *v, int from, int to)
{
    for (size_t i = 0; i < v->n_requests; i++)
        if (fp_view_is_upgrade(&v->requests[i]) &&
            v->requests[i].status >= from && v->requests[i].status <= to)
            return true;
    return false;
}

/* -- predicates ---------------------------------------------------------- */

static bool
never_polls_engine_io(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return v->attempts > 0 && v->protocol != FP_PLAIN && !asked_for_polling(v);
}

static bool never_polls(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return v->attempts > 0 && !asked_for_polling(v);
}

static bool
waits_for_time_outs(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    for (size_t i = 0; i < v->n_requests; i++) {
        const struct fp_view_request *r = &v->requests[i];
        bool gone = r->outcome == FP_OUT_DROPPED || r->outcome == FP_OUT_SILENT;
        if (r->cls == FP_REQ_ATTEMPT && gone && r->by_client &&
            fp_ns_since(r->t_ns, r->over_ns) >=
                fp_view_ns(v, DEFAULT_TIMEOUT_MS))
            return true;
    }
    return false;
}

static bool one_too_many(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return v->attempts == v->c->attempts + 1 && asked_for_polling(v);
}

static bool silent_101(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return upgrades_with(v, FP_OUT_SILENT) > 0;
}

static bool short_lived(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return upgrades_with(v, FP_OUT_SHORT) > 1;
}

static bool unknown_sid(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return any_body_has(v, "Session ID unknown");
}

static bool
headers_stripped(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return any_upgrade_got(v, 400, 400) && any_body_has(v, "Bad request");
}

static bool wants_upgrade(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return any_upgrade_got(v, 426, 426);
}

static bool not_found(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return any_upgrade_got(v, 404, 404) || any_upgrade_got(v, 300, 399);
}

static bool bad_gateway(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return any_upgrade_got(v, 500, 599);
}

static bool never_joins(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return v->protocol != FP_PLAIN && v->n_sessions > 0 &&
           v->connected_ns == FP_NEVER;
}

static bool probe_hangs(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    for (size_t i = 0; i < v->n_requests; i++)
        if (v->requests[i].cls == FP_REQ_UPGRADE_PROBE &&
            v->requests[i].outcome == FP_OUT_PENDING)
            return true;
    return false;
}

static bool mute_websocket(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return fp_view_live_websocket(v) != NULL;
}

static bool lost_for_good(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    for (size_t i = 0; i < v->n_sessions; i++)
        if (v->sessions[i].end_ns == FP_NEVER)
            return false;
    return v->n_sessions > 0;
}

static bool raised(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return v->exit_code > 0 && v->first_refused_ns != FP_NEVER;
}

static bool crashed(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return v->exit_code < 0;
}

static bool
has_two_sessions(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return v->n_sessions > 1;
}

static bool skips_by_since(const struct fp_view *v, const struct fp_part *part)
{
    (void)v;
    return fp_str_find(part->actual, FP_STR("own since")) < part->actual.n;
}

static bool not_consumed(const struct fp_view *v, const struct fp_part *part)
{
    (void)v;
    return fp_str_find(part->actual, FP_STR("not consumed")) < part->actual.n;
}

static bool
only_tries_polling(const struct fp_view *v, const struct fp_part *part)
{
    (void)part;
    return v->attempts + v->probes == 0 && v->n_sessions == 0 &&
           asked_for_polling(v) && v->protocol != FP_PLAIN;
}

static bool always(const struct fp_view *v, const struct fp_part *part)
{
    (void)v;
    (void)part;
    return true;
}

/* -- the table ------------------------------------------------------------ */

#define STICKY                                                                 \
    "Requests of one session reached different replicas (\"Session ID "        \
    "unknown\"): turn on sticky sessions at the load balancer, or keep to "    \
    "WebSocket alone; on this answer a client has to drop the sid and shake "  \
    "hands again (socketio/socket.io#4881). A Redis adapter does not help: "   \
    "it carries messages, not sessions."

#define STRIPPED                                                               \
    "The server answered as to a plain GET: a proxy removed the Upgrade and "  \
    "Connection headers, which nginx, Apache, Varnish, Squid and lighttpd do " \
    "unless told otherwise. nginx needs proxy_http_version 1.1; "              \
    "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "     \
    "$connection_upgrade; (socketio/socket.io#1942)."

#define DEAD_SOCKETS                                                           \
    "The sockets open and die within seconds, and the client counts each as "  \
    "a success: remember recent deaths, and after three stay on polling "      \
    "(phoenixframework/phoenix#6768)."

#define TRUSTS_101                                                             \
    "A 101 was followed by nothing: trust a WebSocket only once a protocol "   \
    "answer (the open packet, 3probe, a first message) came within a few "     \
    "seconds; proxies and antivirus buffer frames (socketio/engine.io#123)."

static const struct {
    enum fp_check_kind kind;
    const char *suffix; /* NULL: every part */
    cause_fn *fits;
    const char *text;
} rules[] = {
    {FP_CHECK_FALLS_BACK, NULL, waits_for_time_outs,
     "The attempts hang until the client's time-out, 20 s by default: three "
     "of them take a minute. Give each attempt its own deadline of a few "
     "seconds (Manager option `timeout`; socketio/socket.io#1277)."},
    {FP_CHECK_FALLS_BACK, NULL, short_lived, DEAD_SOCKETS},
    {FP_CHECK_FALLS_BACK, NULL, silent_101, TRUSTS_101},
    {FP_CHECK_FALLS_BACK, NULL, never_polls_engine_io,
     "The client sent upgrade requests and never a polling request: "
     "engine.io-client tries the next transport only with "
     "`tryAllTransports: true` (since 4.8; socketio/socket.io#5122), most "
     "other libraries never. Set it, or list polling first and let the "
     "session upgrade."},
    {FP_CHECK_FALLS_BACK, NULL, never_polls,
     "The client sent upgrade requests and never GET /updates: nothing in it "
     "starts polling. Count failed attempts, and start the poll timer at the "
     "third at the latest."},
    {FP_CHECK_FALLS_BACK, "attempts", one_too_many,
     "`reconnectionAttempts: N` counts reconnections, so N + 1 attempts are "
     "made: use one less than the attempts allowed."},
    {FP_CHECK_FALLS_BACK, NULL, unknown_sid, STICKY},
    {FP_CHECK_FALLS_BACK, NULL, never_joins,
     "A polling session was opened, and its namespace never joined: send "
     "CONNECT (`40`) after the open packet on every transport."},
    {FP_CHECK_FALLS_BACK, NULL, always,
     "The client fell back late, or to a transport that brought nothing: "
     "look at the ladder for what its polling requests were answered."},

    {FP_CHECK_CONNECTS, NULL, unknown_sid, STICKY},
    {FP_CHECK_CONNECTS, NULL, only_tries_polling,
     "Only polling was tried, and it is refused: engine.io-client takes the "
     "next transport of its list only with `tryAllTransports: true` (since "
     "4.8; socketio/socket.io#3965), most other libraries never. Where the "
     "server has no polling, list WebSocket alone."},
    {FP_CHECK_CONNECTS, NULL, headers_stripped, STRIPPED},
    {FP_CHECK_CONNECTS, NULL, wants_upgrade,
     "The server asks for an upgrade (426): the request reached it without "
     "its Upgrade header. A proxy that speaks HTTP/1.0 or HTTP/2 upstream "
     "does that; let it use HTTP/1.1 and pass Upgrade and Connection."},
    {FP_CHECK_CONNECTS, NULL, not_found,
     "The upgrade was answered 404 or redirected: compare the path with the "
     "server's, trailing slash included (`/socket.io/`, not `/socket.io`), "
     "and let no framework's rewrite touch it (vercel/next.js#23147)."},
    {FP_CHECK_CONNECTS, NULL, bad_gateway,
     "A gateway answered for the server: it cannot carry WebSocket, or the "
     "server does not listen where the gateway looks (0.0.0.0, PORT)."},
    {FP_CHECK_CONNECTS, NULL, never_joins,
     "A session was opened, and its namespace never joined: send CONNECT "
     "(`40`) after the open packet."},

    {FP_CHECK_FRESH, NULL, probe_hangs,
     "An upgrade probe hangs and the updates stopped: go on polling until "
     "3probe has come, and give the probe a deadline (engine.io-client has "
     "none)."},
    {FP_CHECK_FRESH, NULL, mute_websocket,
     "The WebSocket is open, and nothing comes. The heartbeat notices that "
     "only after pingInterval + pingTimeout (45 s by default): watch for "
     "updates, and poll when the window has passed without one."},
    {FP_CHECK_FRESH, NULL, unknown_sid, STICKY},
    {FP_CHECK_FRESH, NULL, lost_for_good,
     "The last session ended and no new one was opened in time: reconnect at "
     "once after a clean cut; a back-off of 1 to 5 s is longer than the "
     "window allows."},
    {FP_CHECK_FRESH, NULL, always,
     "The polls are further apart than the window, or do not bring what was "
     "published: count the interval from one poll's start to the next one's."},

    {FP_CHECK_DELIVERS, "loss", skips_by_since,
     "The client moves `since` past updates that it never got: set it from "
     "the numbers received, not from `last` of an answer that was cut or of "
     "another channel."},
    {FP_CHECK_DELIVERS, "loss", not_consumed,
     "The bytes reached the client, and its application did not see them: "
     "look for a listener that is added after the first messages, or removed "
     "at a change of transport."},
    {FP_CHECK_DELIVERS, "duplicates", has_two_sessions,
     "Two sessions brought the same update: close the old one before the new "
     "one joins, or drop numbers already seen."},
    {FP_CHECK_DELIVERS, "duplicates", always,
     "The client asks again for what it has: move `since` forward with every "
     "answer, or drop numbers already seen."},
    {FP_CHECK_DELIVERS, "order", always,
     "Answers of two channels are taken in as they come: finish the old "
     "transport before the new one starts, or sort by number."},

    {FP_CHECK_SETTLES, NULL, short_lived, DEAD_SOCKETS},
    {FP_CHECK_SETTLES, NULL, always,
     "A timer still tries WebSocket while polling works: stop it when the "
     "first polling answer came, and try again no more often than every 10 s."},
    {FP_CHECK_RETURNS, NULL, always,
     "The client never tries WebSocket again: an Engine.IO session that fell "
     "back stays on polling. Probe now and then (every 60 s), and with every "
     "new session."},
    {FP_CHECK_RECOVERS, NULL, unknown_sid, STICKY},
    {FP_CHECK_RECOVERS, NULL, always,
     "After the loss no session brought updates in time: reconnect within a "
     "second or two, join again, and resume (`since`) where that is possible."},
    {FP_CHECK_HEARTBEAT, NULL, always,
     "Engine.IO 4 turned the heartbeat round: the server sends `2`, the "
     "client answers `3` at once, on the transport in use. In revision 3 the "
     "client sends `2`."},
    {FP_CHECK_POLLS_POLITELY, NULL, always,
     "Start a request only when the one before it is answered; a second GET "
     "makes an Engine.IO server close the session. Short polls keep to the "
     "window, neither slower nor four times as fast."},
    {FP_CHECK_BACKS_OFF, "jitter", always,
     "Every wait is as long as a fixed rule says, so clients that were cut off "
     "together come back together: draw each wait at random around its step "
     "(RFC 6455 section 7.2.3; `randomizationFactor` of socket.io-client)."},
    {FP_CHECK_BACKS_OFF, NULL, always,
     "Retries come without a growing pause: double the delay up to a limit, "
     "and add jitter."},
    {FP_CHECK_STOPS, "says", always,
     "The client gave up without a word: tell the application (an `error` "
     "line), or its user waits for ever."},
    {FP_CHECK_STOPS, NULL, always,
     "Neither transport can work here, and the client goes on: limit the "
     "retries, and tell the application."},
    {FP_CHECK_STAYS, NULL, crashed,
     "The client was ended by a signal: look at its output."},
    {FP_CHECK_STAYS, NULL, raised,
     "connect() failed, raised, and the program ended with it: a library that "
     "does not retry its first connection leaves that to the application "
     "(python-socketio: `retry=True`)."},
    {FP_CHECK_ONE_SESSION, NULL, always,
     "A new session was opened while the old one went on: close it, or wait "
     "for the pending attempt before the next (socketio/socket.io#3542)."},
    {FP_CHECK_WITNESSES, NULL, always,
     "The client tells what the wire does not show: its lines have to come "
     "from the library's own events, as they happen, each line flushed."},
    {FP_CHECK_CLOSES_CLEANLY, NULL, always,
     "End when standard input closes: disconnect, send a Close frame, exit."},
    {FP_CHECK_VALID, NULL, always,
     "docs/validity.md says what the rule is and where it comes from."},
};

static bool is_about(const char *suffix, const struct fp_part *part)
{
    return suffix == NULL || (part->suffix != NULL &&
                              fp_str_eqz(fp_str_of(part->suffix), suffix));
}

const char *fp_cause_of(const struct fp_view *v, enum fp_check_kind kind,
                        const struct fp_part *part)
{
    for (size_t i = 0; i < FP_COUNT(rules); i++)
        if (rules[i].kind == kind && is_about(rules[i].suffix, part) &&
            rules[i].fits(v, part))
            return rules[i].text;
    return NULL;
}
