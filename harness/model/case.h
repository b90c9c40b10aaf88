/* case.h - a case, as data: a server, a path of hops with faults, what must
 * hold. harness/scenario fills it from YAML; the actors and the judge read it.
 * Pure data and the names of its enums; freed whole with its arena.
 * Times are the client's milliseconds (harness/run divides them by the time
 * scale). Every node keeps its place in the file.
 * Uses: base. */
#pragma once
#include "harness/base/arena.h"
#include "harness/base/terms.h"

/* -- faults ------------------------------------------------------------ */

/* How a hop ends something. */
enum fp_ending {
    FP_END_FIN,     /* close in order, without a WebSocket Close frame */
    FP_END_RST,     /* abortive close (SO_LINGER 0) */
    FP_END_SILENCE, /* stay open, pass nothing more either way */
    FP_END_CLOSE,   /* a WebSocket Close frame with .code, then FIN */
    FP_END_STATUS,  /* an HTTP answer with .status (before any response head) */
};

/* X(enum, key in the case, one line of documentation).
 * Which other keys each takes: harness/model/fault_table.c. */
#define FP_FAULTS(X)                                                           \
    X(REFUSE, "refuse", "answer an upgrade with a status instead of a 101")    \
    X(CLOSE, "close", "end the connection after the request head was read")    \
    X(HANG, "hang", "read the request and never answer")                       \
    X(INTERIM, "interim", "send 1xx answers before the real one")              \
    X(DRIBBLE, "dribble", "write the answer a few bytes at a time")            \
    X(STRIP, "strip-headers", "remove headers from requests or responses")     \
    X(SET_HEADER, "set-headers", "replace or add headers")                     \
    X(RENAME_CASE, "header-case", "rewrite the case of header names")          \
    X(HTTP10, "http-1.0", "forward the request as HTTP/1.0")                   \
    X(REWRITE_PATH, "rewrite-path", "change the path or the trailing slash")   \
    X(BAD_ACCEPT, "bad-accept",                                                \
      "a 101 with a wrong or no Sec-WebSocket-Accept")                         \
    X(IDLE_TIMEOUT, "idle-timeout", "end what carried no bytes for a while")   \
    X(FIRST_BYTE_TIMEOUT, "first-byte-timeout",                                \
      "end a request whose answer has not begun in time")                      \
    X(REQUEST_TIMEOUT, "request-timeout",                                      \
      "end a request whose answer is not complete in time")                    \
    X(LIFETIME, "lifetime", "end a connection of a given age, busy or not")    \
    X(SILENT_101, "silent-101", "pass the 101, then nothing either way")       \
    X(CUT, "cut", "end an open WebSocket after a time, frames or bytes")       \
    X(MUTE, "mute", "stop passing bytes after a time; the socket stays open")  \
    X(LOSE_AFTER_101, "lose-after-101",                                        \
      "drop the bytes that follow the 101 in the same write")                  \
    X(COALESCE_101, "coalesce-101",                                            \
      "hold the 101 until the first frame, then write both at once")           \
    X(DELAY, "delay", "hold each answer (or frame) for a time")                \
    X(BUFFER, "buffer",                                                        \
      "hold a polling answer's body until it is complete, "                    \
      "or frames until n bytes")                                               \
    X(BLOCK_POLLING, "block-polling", "answer polling requests with a status") \
    X(TCP_REFUSE, "tcp.refuse", "refuse TCP connections (RST to the SYN)")     \
    X(SLICE, "slice", "pass bytes in small separate segments")                 \
    X(INJECT, "inject", "write bytes into an open WebSocket stream")           \
    X(ADD_HEADER, "add-headers", "add headers beside those that are there")    \
    X(RAW_ANSWER, "raw-answer", "answer a request with these bytes")           \
    X(CUT_ANSWER, "cut-answer",                                                \
      "end the connection inside the server's answer")                         \
    X(CLOSE_DELIMITED, "close-delimited",                                      \
      "take Content-Length away: answers end with the connection")             \
    X(THROTTLE, "throttle", "pass so many bytes a second")                     \
    X(HALF_CLOSE, "half-close",                                                \
      "FIN to the client of a WebSocket; what it sends still passes")          \
    X(SLOW_CLOSE, "slow-close", "hold back every FIN for a time")              \
    X(DROP_FRAMES, "drop-frames", "lose WebSocket frames, and pass the rest")  \
    X(REPEAT_FRAMES, "repeat-frames", "write WebSocket frames twice")          \
    X(FRAME_BITS, "frame-bits",                                                \
      "set reserved bits, or change the mask, of WebSocket frames")            \
    X(REFRAGMENT, "refragment", "split WebSocket messages into fragments")     \
    X(CACHE, "cache", "answer polls from older answers to the same URL")       \
    X(FRAME_LIMIT, "frame-limit",                                              \
      "end a WebSocket at the first frame that is too large")

enum fp_fault_kind {
#define FP_X(id, key, doc) FP_FAULT_##id,
    FP_FAULTS(FP_X)
#undef FP_X
        FP_FAULT_KIND_COUNT
};

struct fp_header_edit {
    struct fp_str name, value; /* value absent: remove */
};

/* When, and to what, a fault applies: the modifiers every fault shares. A
 * fault acts on what fits all of them. */
struct fp_fault_scope {
    /* Attempts and upgrade probes are counted together per hop, from 1;
     * 0..0 = any. A fault with attempts leaves polling alone. */
    unsigned first_attempt, last_attempt;
    enum fp_transport transport;  /* NONE = both */
    struct fp_str path_glob;      /* of the target's path; absent = any */
    struct fp_header_edit header; /* request header name (+ glob); absent=any */
    unsigned every;               /* each n-th that fits the above; 0 = all */
    unsigned nth;                 /* only the n-th that fits; 0 = all */
    double probability;           /* 1 = always; drawn from the seed */
    uint64_t from_ms;             /* since the path began; 0 */
    uint64_t until_ms;            /* since the path began; 0 = for ever */
    bool up, down;                /* which bytes; both true by default */
};

struct fp_fault {
    enum fp_fault_kind kind;
    struct fp_loc loc;
    struct fp_fault_scope scope;
    /* Its own keys; which are used: fault_table.c. */
    enum fp_ending how;
    int status;           /* HTTP */
    int code;             /* WebSocket close code; 0 = none in the frame */
    struct fp_str reason; /* phrase, or Close reason; absent = standard */
    struct fp_str body, content_type, location;
    uint64_t after_ms; /* age, idle time, delay: see the table */
    uint64_t bytes;
    unsigned frames;
    unsigned count;
    struct fp_str text; /* inject, rewrite-path, header-case, bad-accept, … */
    struct fp_str hex;  /* inject, raw-answer: bytes, for those text cannot */
    const struct fp_header_edit *request, *response;
    size_t n_request, n_response;
};

struct fp_hop {
    struct fp_str name;
    struct fp_loc loc;
    const struct fp_fault *faults;
    size_t n_faults;
};

/* A host profile that a path names, as it was read: a trace holds it. */
struct fp_host_text {
    struct fp_str name; /* as the case writes it */
    struct fp_str file, text;
};

/* -- the server -------------------------------------------------------- */

struct fp_server_conf {
    struct fp_loc loc;
    struct fp_str path;          /* absent = the protocol's */
    uint64_t publish_every_ms;   /* 500 */
    uint64_t publish_from_ms;    /* first update after the server began; 0 */
    unsigned publish_limit;      /* 0 = no limit */
    size_t update_bytes;         /* pad each update's JSON to this size; 0 */
    uint64_t ping_interval_ms;   /* 25000 */
    uint64_t ping_timeout_ms;    /* 20000 */
    uint64_t upgrade_timeout_ms; /* 10000 */
    uint64_t connect_timeout_ms; /* 45000 */
    size_t max_payload_bytes;    /* 1000000 */
    bool websocket, polling;     /* transports on; both true */
    bool allow_upgrades;         /* true */
    struct fp_str cors_origin;   /* absent = no CORS headers */
    bool cors_credentials;
    uint64_t recovery_ms;  /* connection-state recovery; 0 = off */
    uint64_t say_every_ms; /* 0 = never emit `say` */
    size_t say_bytes;
    uint64_t restart_at_ms;  /* 0 = never; all sessions are lost */
    uint64_t restart_for_ms; /* how long it refuses connections */
};

/* -- checks ------------------------------------------------------------ */

enum fp_level { FP_MUST, FP_SHOULD, FP_MAY };

/* X(enum, key, one line). What each takes: check_table.c; how each is judged:
 * docs/verdicts.md. */
#define FP_CHECKS(X)                                                           \
    X(CONNECTS, "connects", "the client is connected in time")                 \
    X(FALLS_BACK, "falls-back", "at most three attempts, then polling")        \
    X(FRESH, "fresh", "the newest update is never older than the window")      \
    X(DELIVERS, "delivers", "no update is lost, repeated or out of order")     \
    X(SETTLES, "settles", "no attempts after the fallback, then few")          \
    X(RETURNS, "returns", "WebSocket is used again once it works again")       \
    X(RECOVERS, "recovers", "updates flow again after a lost session")         \
    X(HEARTBEAT, "heartbeat",                                                  \
      "heartbeats are answered, in the right direction")                       \
    X(POLLS_POLITELY, "polls-politely",                                        \
      "one GET and one POST at a time, at a steady cadence")                   \
    X(BACKS_OFF, "backs-off", "requests become rarer where nothing works")     \
    X(STOPS, "stops", "the client gives up where nothing can work")            \
    X(STAYS, "stays", "the client does not exit unasked")                      \
    X(ONE_SESSION, "one-session", "never two live sessions of one client")     \
    X(CLOSES_CLEANLY, "closes-cleanly", "it ends when asked, in order")        \
    X(WITNESSES, "witnesses", "what the client says is what the wire shows")   \
    X(VALID, "valid", "all that the client sends follows the protocol")

enum fp_check_kind {
#define FP_X(id, key, doc) FP_CHECK_##id,
    FP_CHECKS(FP_X)
#undef FP_X
        FP_CHECK_KIND_COUNT
};

/* One expectation. A case that does not list stays, one-session, valid,
 * polls-politely, closes-cleanly and witnesses has them all the same
 * (`implied`, at the loc of `expect`); listing one sets its level or options.*/
struct fp_check {
    enum fp_check_kind kind;
    struct fp_loc loc;
    enum fp_level level;
    bool implied;
    enum fp_transport transport; /* connects, returns; NONE = any */
    unsigned attempts;           /* falls-back: 3 */
    uint64_t budget_ms;          /* falls-back: 15000 */
    enum fp_level budget_level;  /* falls-back */
    uint64_t within_ms;          /* connects, returns, recovers, stops */
    uint64_t window_ms;          /* fresh: 3000 */
    uint64_t for_ms;             /* settles: two windows; backs-off, fresh */
    unsigned max_requests;       /* backs-off, stops: in for_ms */
};

/* A check that a protocol cannot satisfy, with the reason. */
struct fp_cannot {
    enum fp_protocol protocol;
    enum fp_check_kind check;
    struct fp_str reason;
    struct fp_loc loc;
};

/* What a self case expects of the harness. */
struct fp_self {
    struct fp_str command; /* the client to run: a script for sh; absent=none */
    struct fp_str verdict; /* of the case as a whole */
    struct fp_str check;   /* of which check; absent = the case */
    struct fp_str error;   /* text that must be in the error */
};

struct fp_case {
    struct fp_str name; /* path under cases/, without .yaml: "stripped/both" */
    struct fp_str file; /* as opened */
    struct fp_str text; /* the file, whole */
    struct fp_str title, why;
    const struct fp_str *spec, *seen; /* seen: who does this, with source */
    size_t n_spec, n_seen;
    const struct fp_str *tags;
    size_t n_tags;
    unsigned protocols; /* bit 1u << enum fp_protocol */
    struct fp_server_conf server;
    const struct fp_hop *path; /* at least one; an empty path has one without
                                  faults, named "direct" */
    size_t n_path;
    const struct fp_check *expect;
    size_t n_expect;
    const struct fp_cannot *cannot;
    size_t n_cannot;
    enum fp_transport transports[2];  /* preferred order; NONE = not stated */
    unsigned attempts;                /* told to the client: 3 */
    uint64_t window_ms;               /* 3000 */
    uint64_t budget_ms;               /* 15000 */
    uint64_t patience_ms;             /* 90000 */
    bool is_long;                     /* tagged long: may take over 15 s */
    struct fp_self self;              /* cases/self only */
    const struct fp_host_text *hosts; /* that the path names */
    size_t n_hosts;
    struct fp_str host;      /* the profile put behind the path; or absent */
    struct fp_str host_file; /* as opened */
    struct fp_str host_text; /* the file, whole */
    struct fp_arena arena;   /* everything above lives here */
};

const char *fp_fault_key(enum fp_fault_kind k);
const char *fp_fault_doc(enum fp_fault_kind k);
const char *fp_check_key(enum fp_check_kind k);
const char *fp_check_doc(enum fp_check_kind k);
const char *fp_level_name(enum fp_level l);   /* "must" */
const char *fp_ending_name(enum fp_ending e); /* "fin" */
/* The reason why this protocol cannot satisfy that check, or absent. */
struct fp_str fp_case_cannot(const struct fp_case *c, enum fp_protocol p,
                             enum fp_check_kind k);
void fp_case_free(struct fp_case *c); /* NULL is fine */
