/* request.h - the probe's requests, byte by byte.
 * Spec: RFC 6455 section 4.1; socketio/engine.io-protocol. Uses: base. */
#pragma once
#include "harness/probe/probe.h"

/* What one upgrade request does differently, as bits. */
enum fp_vary {
    FP_VARY_BARE = 1, /* without Upgrade and Connection */
    FP_VARY_NO_EXTENSIONS = 2,
    FP_VARY_KEEP_ALIVE = 4, /* Connection: keep-alive, Upgrade */
    FP_VARY_LOWER_CASE = 8,
    FP_VARY_NO_ORIGIN = 16,
    FP_VARY_SLASH = 32, /* the trailing slash on or off */
};

/* Two copies: what is sent, and what may be shown. */
struct fp_request {
    struct fp_buf sent, shown;
};

/* path: NULL for the target's. */
void fp_request_upgrade(struct fp_request *r, const struct fp_probe *p,
                        unsigned vary, const char *path, const char *key);

struct fp_poll_request {
    const char *method;
    struct fp_str sid; /* absent: a handshake */
    const char *body;  /* NULL = none */
    const char *extra; /* whole header lines, or NULL */
    const char *path;  /* NULL for the target's */
};
void fp_request_poll(struct fp_request *r, const struct fp_probe *p,
                     const struct fp_poll_request *poll);
void fp_request_deinit(struct fp_request *r);
