/* fact.h - one thing that was observed.
 * Everything that is judged, drawn or exported is read from facts; nothing
 * else leaves a run. docs/trace.md describes the JSON form, one fact a line.
 * Uses: base. */
#pragma once
#include "harness/base/terms.h"

/* Who saw it. */
enum fp_vantage {
    FP_AT_RUN,    /* the harness: processes, deadlines, stalls, client lines */
    FP_AT_HOP,    /* a hop; .hop is its index, 0 = nearest the client */
    FP_AT_SERVER, /* the reference server */
};

/* What a request is for. Decided from method, path, query and Upgrade alone
 * (fixtures/wire/classify.h), as it left the client. */
enum fp_request_class {
    FP_REQ_OTHER,         /* nothing of the protocol's */
    FP_REQ_ATTEMPT,       /* WebSocket upgrade that would open a new session */
    FP_REQ_UPGRADE_PROBE, /* WebSocket upgrade with a polling session's sid */
    FP_REQ_HANDSHAKE,     /* Engine.IO polling GET without sid */
    FP_REQ_POLL,          /* polling GET with sid, or GET /updates?since=N */
    FP_REQ_POST,          /* polling POST */
    FP_REQ_PREFLIGHT,     /* CORS OPTIONS */
};

/* X(enum name, JSON name, which number `n` is or "", what happened).
 *
 * Facts at FP_AT_HOP with .hop = 0 and .side = FP_SIDE_CLIENT are what crossed
 * the client's own sockets: "delivered" and every attempt are read there. They
 * come from fixtures/wire/observer.h, which sees the bytes after all faults of
 * the first hop (down) and before them (up). */
#define FP_FACT_KINDS(X)                                                       \
    /* -- the harness (FP_AT_RUN) -- */                                        \
    X(CLIENT_START, "client-start", "pid",                                     \
      "the client's process was started; text: command line; transport: the "  \
      "only one that it declares to have")                                     \
    X(CLIENT_EXIT, "client-exit", "code",                                      \
      "it ended; code, or -signal; name: asked | unasked")                     \
    X(CLIENT_OUTPUT, "client-output", "",                                      \
      "a line of output; name: stdout | stderr; text: the line")               \
    X(CLIENT_SAYS, "client-says", "update",                                    \
      "a plug-in line; name: connect | update | disconnect | error | "         \
      "unsupported; transport; text: reason or message")                       \
    X(PLUGIN_INVALID, "plugin-invalid", "",                                    \
      "a JSON line that breaks the plug-in contract; text: why")               \
    X(STALL, "stall", "ms",                                                    \
      "this machine stood still for n ms ending now; name: loop (the "         \
      "harness) | client (its threads waited for a CPU)")                      \
    X(CLOCK, "clock", "milli",                                                 \
      "a scaled client's clock ran n / 1000 times as fast as the real one; "   \
      "0: none of its processes could be measured")                            \
    X(DEADLINE, "deadline", "", "a deadline of the judge's passed")            \
    X(SHUTDOWN, "shutdown", "", "the client was asked to end (stdin closed)")  \
    X(KILLED, "killed", "signal",                                              \
      "the client did not end when asked and was sent a signal")               \
    X(TRUNCATED, "truncated", "bytes",                                         \
      "a limit of n bytes was reached; name: connection | case (raw bytes "    \
      "are no longer kept) | facts (facts are missing)")                       \
    X(END, "end", "",                                                          \
      "the run is over; name: decided | patience | wall | interrupted | "      \
      "client-exit | harness; text: detail")                                   \
    /* -- the server (FP_AT_SERVER) -- */                                      \
    X(PUBLISHED, "published", "update",                                        \
      "update n was published (once, whatever the number of sessions)")        \
    X(SERVER_SESSION, "server-session", "",                                    \
      "a session was made; sid, transport")                                    \
    X(SERVER_JOINED, "server-joined", "since",                                 \
      "the client joined `/` (or opened /updates); n: its `since`")            \
    X(SERVER_UPGRADED, "server-upgraded", "",                                  \
      "session sid moved from polling to WebSocket")                           \
    X(SERVER_SESSION_END, "server-session-end", "",                            \
      "session sid ended; text: reason, in socket.io's words")                 \
    X(SERVER_LIFECYCLE, "server-lifecycle", "",                                \
      "name: restart | sleep | wake")                                          \
    X(SAID, "said", "update", "a `said` event arrived; bytes")                 \
    /* -- any hop (FP_AT_HOP) -- */                                            \
    X(CONN_OPEN, "conn-open", "port", "a TCP connection; n: peer's port")      \
    X(CONN_CLOSE, "conn-close", "",                                            \
      "one direction ended; dir: whose bytes end (up = the client closed); "   \
      "name: fin | rst")                                                       \
    X(FAULT, "fault", "",                                                      \
      "a fault acted; name: its key in the case; text: what it did")           \
    X(BYTES, "bytes", "", "bytes as read (up) or written (down); text")        \
    /* -- the client's side of the first hop -- */                             \
    X(REQUEST, "request", "since",                                             \
      "a request head; name: method; text: target; class; transport; sid")     \
    X(REQUEST_END, "request-end", "", "its body is complete; bytes")           \
    X(RESPONSE, "response", "status",                                          \
      "a response head reached the client; name: media type")                  \
    X(RESPONSE_END, "response-end", "status",                                  \
      "its body is complete, or ended early; name: complete | cut (without a " \
      "status: no answer came); bytes; "                                       \
      "text: the first 256 bytes of a body that is not a 2xx")                 \
    X(WS_OPEN, "ws-open", "status",                                            \
      "a 101 reached the client; name: valid, or the rule it breaks, or "      \
      "unasked")                                                               \
    X(WS_FRAME, "ws-frame", "code",                                            \
      "a whole frame; dir; name: text | binary | continuation | ping | pong "  \
      "| close | reserved; "                                                   \
      "n: of a close frame its code, 1005 when it has none; bytes")            \
    X(PACKET, "packet", "",                                                    \
      "an Engine.IO packet; dir; name: open | close | ping | pong | message "  \
      "| upgrade | noop | probe-ping | probe-pong; text: first 200 bytes")     \
    X(SESSION_OPEN, "session-open", "",                                        \
      "an Engine.IO open packet, or a plain WebSocket's first valid message "  \
      "or 101, reached the client; sid (plain: ws:CONN); transport")           \
    X(SESSION_UPGRADED, "session-upgraded", "",                                \
      "the client sent `5`: session sid is on WebSocket")                      \
    X(SESSION_REJECTED, "session-rejected", "code",                            \
      "a 400 to a polling request with sid reached the client; n: Engine.IO "  \
      "error code")                                                            \
    X(SESSION_END, "session-end", "",                                          \
      "session sid is over as far as the wire shows; name: close-packet (or "  \
      "Socket.IO DISCONNECT) | "                                               \
      "ws-closed | rejected | poll-cut (or refused); dir: who began it")       \
    X(JOINED, "joined", "",                                                    \
      "the server's CONNECT for `/` reached the client; "                      \
      "sid")                                                                   \
    X(DELIVERED, "delivered", "update",                                        \
      "all bytes of update n were written to the client; transport; sid")      \
    X(CONSUMED, "consumed", "update",                                          \
      "the client proved it has update n; name: since | ack | auth-since")     \
    X(SAY_DELIVERED, "say-delivered", "update", "a `say` event; bytes")        \
    X(INVALID, "invalid", "",                                                  \
      "the client broke a rule of the wire; name: rule id "                    \
      "(docs/validity.md); "                                                   \
      "text: detail")

enum fp_fact_kind {
#define FP_X(id, json, n, doc) FP_FACT_##id,
    FP_FACT_KINDS(FP_X)
#undef FP_X
        FP_FACT_KIND_COUNT
};

/* Which of a hop's two sockets. */
enum fp_side { FP_SIDE_CLIENT, FP_SIDE_SERVER };

/* `n` where its kind has one but this fact does not (a poll without since). */
#define FP_N_ABSENT INT64_MIN

struct fp_fact {
    uint64_t t_ns; /* real time since the trace began, monotonic */
    enum fp_fact_kind kind;
    enum fp_vantage at;
    unsigned hop;
    enum fp_side side;
    uint32_t conn; /* TCP connection, from 1, per hop and side pair; 0 = none */
    uint32_t req;  /* request on conn, from 1; 0 = none */
    enum fp_dir dir;
    enum fp_transport transport;
    enum fp_request_class cls;
    int64_t n;
    uint64_t bytes;
    struct fp_str sid, name, text; /* absent when not about this kind */
};

const char *fp_fact_kind_name(enum fp_fact_kind k);
const char *fp_fact_kind_n(enum fp_fact_kind k); /* "" = has none */
const char *fp_fact_kind_doc(enum fp_fact_kind k);
bool fp_fact_kind_parse(struct fp_str name, enum fp_fact_kind *out);
const char *fp_request_class_name(enum fp_request_class c); /* "attempt" */
bool fp_request_class_parse(struct fp_str name, enum fp_request_class *out);
const char *fp_vantage_name(enum fp_vantage v); /* "hop" */
bool fp_vantage_parse(struct fp_str name, enum fp_vantage *out);
const char *fp_side_name(enum fp_side s); /* "client" */

/* Clear what the JSON form has no place for: hop and side away from a hop, n
 * of a kind that has none, bytes of a kind whose n is called so. The trace does
 * this to each fact, so that a live run sees what a stored one gives. */
void fp_fact_normalise(struct fp_fact *f);

/* One JSON object without a newline, appended to out. Members, in this order,
 * those that say nothing left out: t (nanoseconds), kind, at, hop, side, conn,
 * req, dir, transport, class, the kind's name for n, bytes, sid, name, text.
 * The last three are bytes: one that is not valid UTF-8 is written in base64,
 * as sid64, name64 or text64, so that loading gives the same bytes. dir `up`
 * is written for kinds that have a direction, `down` always. */
void fp_fact_write(struct fp_buf *out, const struct fp_fact *f);
