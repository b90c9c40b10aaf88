/* probe.h - where does the upgrade die? What one probe is told, does and sees.
 * Settings and target go in, an fp_observed comes out: plain data that
 * diagnose.h turns into causes, and the reports into text and JSON.
 * Uses: base, wire. */
#pragma once
#include "harness/base/terms.h"

enum {
    FP_PROBE_HEADERS = 16,
    FP_PROBE_TEXT = 256,
    FP_PROBE_STEPS = 64,
    FP_PROBE_VARIANTS = 12,
    FP_PROBE_HOPS = 8,
    FP_PROBE_STICKY = 8,    /* requests of one session, on fresh connections */
    FP_PROBE_REQUESTS = 36, /* never more than these */
};

struct fp_probe_settings {
    const char *url;
    enum fp_protocol protocol;
    const char *origin;                    /* NULL: the URL's own */
    const char *headers[FP_PROBE_HEADERS]; /* "Name: value" */
    size_t n_headers;
    const char *cacert; /* PEM file; NULL = the system's */
    uint64_t timeout_ms, idle_ms;
    bool usual_paths, json, verbose;
};

struct fp_probe_target {
    bool tls;
    char base[320];      /* scheme, host, port: what libcurl connects to */
    char authority[300]; /* for Host */
    char origin[320];
    char path[512];
    char query[512]; /* the user's own, without '?' */
};

enum fp_stage { FP_STAGE_OK, FP_STAGE_DNS, FP_STAGE_TCP, FP_STAGE_TLS };

struct fp_reach {
    enum fp_stage failed;
    char error[FP_PROBE_TEXT];
    char address[64];
    unsigned dns_us, tcp_us, tls_us;
    char tls[FP_PROBE_TEXT]; /* version, cipher, ALPN, as libcurl says it */
};

enum fp_end {
    FP_END_NOT_MADE,
    FP_END_ANSWERED,
    FP_END_CLOSED, /* FIN before a whole answer */
    FP_END_RESET,
    FP_END_SILENT, /* nothing, or not enough, in time */
    FP_END_NOT_HTTP,
    FP_END_UNREACHED, /* this connection could not be opened */
};

/* One answer, as far as a diagnosis needs it. */
struct fp_answer {
    enum fp_end end;
    int status;
    unsigned ms;  /* until the head, or the end */
    int eio_code; /* of {"code":N,…}; -1 = none */
    bool html;
    bool aborted; /* the shape of engine.io's abortUpgrade() */
    bool open;    /* polling: what a right server answers */
    bool cached;  /* Age above 0 */
    char body[160];
    char location[FP_PROBE_TEXT];
};

enum fp_ws_state {
    FP_WS_NOT_TRIED,
    FP_WS_FINE,
    FP_WS_SILENT,
    FP_WS_ENDED, /* FIN without a Close frame */
    FP_WS_RESET,
    FP_WS_CLOSED, /* a Close frame */
    FP_WS_BROKEN, /* bytes that are no frames, or not this protocol's */
};

struct fp_ws_seen {
    enum fp_ws_state state;
    unsigned ms;
    uint16_t code;
    char detail[96];
};

struct fp_variant {
    const char *name;
    struct fp_answer answer;
};

struct fp_cors_seen {
    bool checked;
    size_t count; /* of Access-Control-Allow-Origin */
    bool matches, wildcard, credentials;
    bool preflight_ok;
};

enum fp_verdict { FP_STEP_OK, FP_STEP_BAD, FP_STEP_NOTE };

struct fp_step {
    enum fp_verdict verdict;
    const char *name;
    char evidence[FP_PROBE_TEXT];
};

struct fp_hop_seen {
    const char *name;
    char evidence[96];
};

/* All that one probe saw. */
struct fp_observed {
    enum fp_protocol protocol;
    struct fp_reach reach;
    struct fp_answer handshake; /* polling, without a session */
    bool offers_websocket;
    uint64_t ping_interval_ms, ping_timeout_ms, max_payload_bytes;
    struct fp_answer poll; /* of a session, with data ready */
    struct fp_answer upgrade;
    const char *upgrade_flaw; /* of a 101 (fp_ws_response_flaw) */
    struct fp_answer bare;    /* the same without Upgrade and Connection */
    struct fp_answer again;   /* the first upgrade request once more */
    struct fp_variant variants[FP_PROBE_VARIANTS];
    size_t n_variants;
    struct fp_ws_seen open, pong, frame_16k, frame_128k, idle;
    uint64_t idle_asked_ms;
    unsigned sticky_asked, sticky_unknown;
    struct fp_cors_seen cors;
    struct fp_hop_seen hops[FP_PROBE_HOPS];
    size_t n_hops;
    const char *down; /* a host's own page says: no application (a hint) */
    unsigned requests;
    struct fp_step steps[FP_PROBE_STEPS];
    size_t n_steps;
};

struct fp_probe {
    struct fp_probe_settings settings;
    struct fp_probe_target target;
    struct fp_observed seen;
    void (*on_step)(const struct fp_step *step); /* NULL: nobody looks */
};

/* From words "name=value" (settings.c has the names). FP_EINVAL. */
FP_MUST_USE enum fp_status
fp_probe_settings_read(struct fp_probe_settings *s, char *const *words,
                       size_t n, struct fp_err *err);
/* http, https, ws, wss; without a path the protocol's own. FP_EINVAL. */
FP_MUST_USE enum fp_status
fp_probe_target_parse(struct fp_probe_target *t,
                      const struct fp_probe_settings *s, struct fp_err *err);

/* Everything, one request after the other. */
void fp_probe_run(struct fp_probe *p);

/* Add a step; the values of the user's own headers become asterisks. */
void fp_probe_say(struct fp_probe *p, enum fp_verdict verdict, const char *name,
                  const char *fmt, ...) FP_PRINTF(4, 5);
