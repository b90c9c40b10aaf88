/* diagnose.h - from what a probe saw to what is wrong and how to put it right.
 * A pure function: no socket, no clock; tested from tables.
 * Sources: RFC 6455 section 4; engine.io lib/server.ts for its error bodies.
 * Uses: probe.h. */
#pragma once
#include "harness/probe/probe.h"

enum fp_cause {
    FP_CAUSE_FINE,
    /* no connection: nothing else could be probed */
    FP_CAUSE_NAME,
    FP_CAUSE_TCP,
    FP_CAUSE_TLS,
    /* neither transport */
    FP_CAUSE_REDIRECT,
    FP_CAUSE_APP_DOWN,
    FP_CAUSE_VERSION,
    FP_CAUSE_PATH,
    FP_CAUSE_NO_LISTENER,
    FP_CAUSE_ALL_REFUSED,
    FP_CAUSE_ALL_SILENT,
    /* the WebSocket */
    FP_CAUSE_INTERMITTENT,
    FP_CAUSE_EXTENSIONS,
    FP_CAUSE_ORIGIN,
    FP_CAUSE_HEADER_FORM,
    FP_CAUSE_STRIPPED,
    FP_CAUSE_WEBSOCKET_OFF,
    FP_CAUSE_HEADER_LOST,
    FP_CAUSE_ORIGIN_REFUSES,
    FP_CAUSE_UPGRADE_PATH,
    FP_CAUSE_UPGRADE_SILENT,
    FP_CAUSE_UPGRADE_CUT,
    FP_CAUSE_EDGE_REFUSES,
    FP_CAUSE_HANDSHAKE_BROKEN,
    FP_CAUSE_STREAM_BROKEN,
    FP_CAUSE_SILENT_AFTER,
    FP_CAUSE_CUT_AFTER,
    FP_CAUSE_LARGE_FRAMES,
    /* polling */
    FP_CAUSE_POLLING_OFF,
    FP_CAUSE_POLLING_REFUSED,
    FP_CAUSE_POLLING_SILENT,
    FP_CAUSE_NOT_STICKY,
    FP_CAUSE_CACHED,
    /* both work, yet */
    FP_CAUSE_CORS_MISSING,
    FP_CAUSE_CORS_TWICE,
    FP_CAUSE_CORS_WILDCARD,
    FP_CAUSE_IDLE_CUT,
};

enum { FP_DIAGNOSIS_CAUSES = 8 };

struct fp_diagnosis {
    bool connected, websocket, polling;        /* which work */
    enum fp_cause causes[FP_DIAGNOSIS_CAUSES]; /* the first is the main one */
    size_t n;
};

void fp_diagnose(struct fp_diagnosis *d, const struct fp_observed *o);

const char *fp_cause_name(enum fp_cause c); /* "upgrade-stripped" */
const char *fp_cause_says(enum fp_cause c);
const char *fp_cause_fix(enum fp_cause c);
