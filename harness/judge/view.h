/* view.h - what the facts add up to: the state that all checks share.
 * Requests with their outcome, sessions, update numbers with times, the
 * fallback episode, stalls, the client's process. Folded from facts before any
 * check sees them; checks only read it. The words are docs/architecture.md's.
 * Times are facts' nanoseconds; FP_NEVER where it has not happened.
 * Uses: base, trace, model. */
#pragma once
#include "harness/base/clock.h"
#include "harness/judge/judge.h"
#include "harness/judge/lookup.h"

#define FP_NEVER    UINT64_MAX
#define FP_NO_INDEX SIZE_MAX

enum {
    FP_STABLE_MS = 10000,     /* a WebSocket that ends sooner failed */
    FP_RETRY_MS = 10000,      /* between upgrade requests, once settled */
    FP_UNANSWERED_MS = 2000,  /* a probe this old exercises the fallback */
    FP_STALL_MS = 100,        /* shorter stalls excuse nothing */
    FP_IN_FLIGHT_MS = 500,    /* an update this young may die with a socket */
    FP_PATH_DELAY_MS = 1000,  /* a slower path declares its own window */
    FP_UPDATES_MAX = 1 << 20, /* larger numbers are not ours */
};

/* How an upgrade request went. */
enum fp_outcome {
    FP_OUT_PENDING, /* unanswered so far */
    FP_OUT_REFUSED, /* an answer that is no 101 */
    FP_OUT_DROPPED, /* its connection ended without an answer */
    FP_OUT_BAD_101, /* a 101 that breaks RFC 6455 section 4.1 */
    FP_OUT_SILENT,  /* a 101, then the end before a protocol answer */
    FP_OUT_OPENED,  /* its session is, or was for `stable`, on WebSocket */
    FP_OUT_SHORT,   /* opened, and ended within `stable` */
};

struct fp_view_request {
    uint32_t conn, req;
    enum fp_request_class cls;
    int64_t since;   /* FP_N_ABSENT */
    size_t index;    /* of its fact */
    unsigned number; /* attempts and upgrade probes count apart, from 1 */
    uint64_t t_ns;
    uint64_t head_ns, end_ns; /* of the answer */
    uint64_t over_ns;         /* upgrade requests: when the outcome was known */
    int status;               /* 0 = none yet */
    bool complete;            /* the answer's body is whole */
    bool got_101;
    bool by_client; /* its end, where dropped or silent, was the client's */
    enum fp_outcome outcome;
    unsigned updates; /* delivered in its answer */
    int64_t first_update, last_update;
    struct fp_str method, target, sid, media, body, rule;
};

struct fp_view_session {
    struct fp_str sid;
    enum fp_transport transport;
    size_t index;     /* of the fact that opened it */
    size_t request;   /* its upgrade request, or FP_NO_INDEX */
    uint32_t ws_conn; /* 0 = none */
    uint64_t open_ns, joined_ns, end_ns;
    uint64_t ws_ns; /* on WebSocket since */
    uint64_t server_end_ns;
    uint64_t left_ns;   /* the client itself was done with it */
    uint64_t eaten_ns;  /* a fault that loses data acted on it */
    uint64_t active_ns; /* last sign of life: from the client, or delivery */
    int64_t since;      /* it resumed after this number, or FP_N_ABSENT */
    size_t due;         /* on WebSocket: updates from this number on */
    int64_t newest;     /* delivered on it, or FP_N_ABSENT */
    enum fp_dir ended_by;
    bool close_seen; /* the client sent a Close frame or close packet */
    bool judged;     /* whether it is stable is known */
    bool stable;     /* lived for FP_STABLE_MS on WebSocket, usefully */
    bool abandoned;  /* a mute WebSocket: the client has begun anew */
};

struct fp_view_update {
    uint64_t published_ns, delivered_ns, said_ns, acked_ns;
    uint64_t owed_ns; /* delivered on a session that the client had not left */
    uint32_t conn, req; /* that delivered it first */
    enum fp_transport transport;
    unsigned delivered, said;
};

/* A TCP connection of the client. */
struct fp_view_conn {
    uint32_t id;
    uint64_t open_ns, close_ns;
    size_t upgrade;      /* its upgrade request, or FP_NO_INDEX */
    size_t session;      /* on WebSocket here, or FP_NO_INDEX */
    size_t last_request; /* FP_NO_INDEX */
    unsigned requests;
};

/* The first fallback. Attempts since a stable WebSocket session, or since the
 * start, count. */
struct fp_view_fallback {
    unsigned attempts;        /* up to start_ns */
    unsigned failed;          /* attempts and probes */
    unsigned failed_upgrades; /* of those: after a 101 */
    uint64_t base_ns;         /* the budget begins */
    uint64_t last_failed_upgrade_ns;
    uint64_t start_ns, complete_ns;
    size_t complete_session; /* that delivered it, or FP_NO_INDEX */
    uint64_t exercised_ns; /* WebSocket failed, or hangs, for the first time */
    uint64_t holds_ns;     /* complete and exercised: final */
    uint64_t stable_ns;    /* a stable WebSocket session, failures or not */
    uint64_t websocket_ns; /* instead: a stable WebSocket session; final */
    size_t evidence[4];    /* the facts of the last attempts */
    size_t n_evidence;
};

struct fp_view_stall {
    uint64_t from_ns, to_ns;
    uint64_t ms; /* the client's */
    bool is_client;
};

struct fp_view {
    const struct fp_case *c;
    enum fp_protocol protocol;
    double scale;
    uint64_t now_ns;
    uint64_t start_ns; /* the client's process; 0 when never seen */
    uint64_t first_request_ns;
    size_t first_request; /* its fact */
    uint64_t exit_ns;
    int64_t exit_code;
    uint64_t shutdown_ns, killed_ns;
    struct fp_str end_name, end_text;
    uint64_t connected_ns; /* first session joined, or poll answered */

    struct fp_view_request *requests;
    size_t n_requests, cap_requests;
    unsigned attempts, probes; /* all of them */
    struct fp_view_session *sessions;
    size_t n_sessions, cap_sessions;
    size_t live_websockets; /* sessions on WebSocket that have not ended */
    size_t last_websocket;  /* the latest such session, ended or not */
    struct fp_view_conn *conns;
    size_t n_conns, cap_conns;
    struct fp_view_stall *stalls;
    size_t n_stalls, cap_stalls;
    struct fp_view_update *updates; /* by number */
    size_t n_updates, cap_updates;  /* last published + 1 */
    int64_t newest;                 /* delivered; FP_N_ABSENT */
    size_t newest_index;            /* of that fact */
    uint64_t last_delivered_ns;     /* any update, old or new */
    uint64_t path_delay_ns;         /* of the last whole poll of the run */
    size_t last_probe;              /* upgrade request, or FP_NO_INDEX */
    size_t unanswered; /* oldest upgrade request that may be pending */

    struct fp_view_fallback fallback;

    size_t updates_said, updates_acked; /* which witnesses there are */
    struct fp_str unsupported;
    struct fp_str plugin_invalid;
    size_t plugin_invalid_index;

    uint64_t lost_ns; /* the last loss of a session, unasked */
    size_t losses;
    uint64_t first_refused_ns; /* a request that failed, of any kind */
    size_t bare_connects;      /* connections without a request */
    size_t polls_answered;     /* GET /updates, 200 */

    uint64_t last_ws_fault_ns; /* a fault that can keep WebSocket down acted */
    size_t last_ws_fault;
    uint64_t restart_ns;

    struct fp_lookup by_request, by_conn, by_sid;
    struct fp_arena arena; /* strings above */

    bool failed; /* out of memory: nothing here can be trusted */
    bool polling_only;
    bool ever_connected; /* a TCP connection */
    bool says_anything, says_unsupported, says_trouble;
    bool exit_asked;
    bool over;  /* shutdown or exit: only the end is watched from here */
    bool ended; /* FP_FACT_END */
};

enum fp_status
fp_view_init(struct fp_view *v, const struct fp_judge_conf *conf);
void fp_view_deinit(struct fp_view *v);
/* Time reached t without a fact. */
void fp_view_pass_time(struct fp_view *v, uint64_t t_ns);
/* The next moment at which fp_view_pass_time changes something. */
uint64_t fp_view_next_deadline(const struct fp_view *v);
/* Before time is passed to a stall's end: it excuses what it hid. */
void fp_view_note_stall(struct fp_view *v, const struct fp_fact *f);
void fp_view_fold(struct fp_view *v, const struct fp_fact *f, size_t index);

/* -- parts of the fold, one file each ----------------------------------- */

void fp_view_fold_request(struct fp_view *v, const struct fp_fact *f,
                          size_t index);
void fp_view_fold_session(struct fp_view *v, const struct fp_fact *f,
                          size_t index);
void fp_view_fold_update(struct fp_view *v, const struct fp_fact *f,
                         size_t index);
/* The client begins anew, or has gone on: WebSockets that are mute by now have
 * failed, whether or not the network ever tells their end. */
void fp_view_abandon_mute(struct fp_view *v, uint64_t t_ns);
/* Told by the others. */
void fp_fallback_on_request(struct fp_view *v, const struct fp_view_request *r);
void fp_fallback_on_failure(struct fp_view *v, const struct fp_view_request *r,
                            uint64_t t_ns);
void fp_fallback_on_polling(struct fp_view *v, uint64_t t_ns);
/* By polling; s is NULL where the protocol has no sessions. */
void fp_fallback_on_delivered(struct fp_view *v,
                              const struct fp_view_session *s, uint64_t t_ns);
/* Time passed, or a polling session ended: is it still open where it goes? */
void fp_fallback_settle(struct fp_view *v, uint64_t t_ns);
uint64_t fp_fallback_next_deadline(const struct fp_view *v);
void fp_fallback_on_websocket_end(struct fp_view *v, bool stable,
                                  uint64_t t_ns);
void fp_fallback_on_exercise(struct fp_view *v, uint64_t t_ns);
void fp_fallback_on_stable(struct fp_view *v, uint64_t t_ns);

/* Ends the upgrade request r as a failure, once. */
void fp_view_upgrade_failed(struct fp_view *v, struct fp_view_request *r,
                            enum fp_outcome how, uint64_t t_ns);
void fp_view_session_over(struct fp_view *v, struct fp_view_session *s,
                          enum fp_dir by, uint64_t t_ns);

/* -- questions ---------------------------------------------------------- */

/* Observed on the client's side of the first hop. */
bool fp_fact_is_wire(const struct fp_fact *f);
bool fp_view_is_upgrade(const struct fp_view_request *r);
struct fp_view_request *
fp_view_request_of(const struct fp_view *v, const struct fp_fact *f);
struct fp_view_conn *fp_view_conn_of(const struct fp_view *v, uint32_t conn);
/* By sid, else by the WebSocket's connection. */
struct fp_view_session *
fp_view_session_of(const struct fp_view *v, const struct fp_fact *f);
/* The update with this number, published; else NULL. */
struct fp_view_update *fp_view_update_of(const struct fp_view *v, int64_t n);
/* A WebSocket session that has not ended; NULL when there is none. */
const struct fp_view_session *fp_view_live_websocket(const struct fp_view *v);
/* One of the live WebSockets itself delivers what is published within the
 * window, and the client has not abandoned it. */
bool fp_view_websocket_works(const struct fp_view *v, uint64_t t_ns);
/* When the oldest update newer than every delivered one was published. */
uint64_t fp_view_oldest_missing_ns(const struct fp_view *v);
/* A stall of more than FP_STALL_MS that overlaps [from, to]; or NULL. */
const struct fp_view_stall *
fp_view_stall_in(const struct fp_view *v, uint64_t from_ns, uint64_t to_ns);
/* What was written with this update may have been lost with its socket. */
bool fp_view_died_at_once(const struct fp_view *v,
                          const struct fp_view_update *u);
/* A fault of this kind can keep WebSocket from working. */
bool fp_fault_hinders_websocket(enum fp_fault_kind k);
/* A client that has sent no request by then (real time: programs start no
 * faster in compressed time) never will. */
enum { FP_START_MS = 20000 };
/* Until when a check waits for what may never come. */
uint64_t fp_view_patience_ns(const struct fp_view *v);
/* What a bound on freshness adds for the path: delays that the case declares
 * and the transit of the last poll, at most FP_PATH_DELAY_MS; and tolerance
 * that grows with the scale. */
uint64_t fp_view_path_ns(const struct fp_view *v);

/* The client's milliseconds as nanoseconds of facts, and back. */
uint64_t fp_view_ns(const struct fp_view *v, uint64_t client_ms);
uint64_t fp_view_ms(const struct fp_view *v, uint64_t ns);
/* a + b, FP_NEVER when either is or when it does not fit. */
uint64_t fp_ns_add(uint64_t a, uint64_t b);
uint64_t fp_ns_since(uint64_t from, uint64_t to); /* 0 when to < from */
uint64_t fp_ns_min(uint64_t a, uint64_t b);
uint64_t fp_ns_max(uint64_t a, uint64_t b);
/* One more item in an array; false (and v->failed) when out of memory. */
bool fp_view_room(struct fp_view *v, void **items, size_t n, size_t *cap,
                  size_t size);
struct fp_str fp_view_keep(struct fp_view *v, struct fp_str s, size_t max);
