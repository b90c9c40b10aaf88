/* SPDX-License-Identifier: MIT
 * server_table.c - the keys of a case's server. Nested keys are written with
 * a dot: `publish.every` is {publish: {every: …}}. */
#include "harness/model/tables.h"

#define KEY(k, t, m, def, text)                                                \
    {                                                                          \
        .key = (k), .type = (t), .offset = offsetof(struct fp_server_conf, m), \
        .fallback = (def), .doc = (text)                                       \
    }

/* Shorter periods than these would only measure this machine. */
#define PERIOD(least, k, m, def, text)                                         \
    {                                                                          \
        .key = (k), .type = FP_V_DURATION, .min = (least),                     \
        .offset = offsetof(struct fp_server_conf, m), .fallback = (def),       \
        .doc = (text)                                                          \
    }

static const struct fp_key server[] = {
    KEY("path", FP_V_LINE, path, NULL, "/socket.io/ (plain: /updates)"),
    PERIOD(10, "publish.every", publish_every_ms, "500ms", "between updates"),
    KEY("publish.from", FP_V_DURATION, publish_from_ms, "0ms",
        "the first update, since the server began"),
    KEY("publish.limit", FP_V_COUNT, publish_limit, NULL, "then no more"),
    KEY("publish.bytes", FP_V_SIZE, update_bytes, NULL,
        "pad each update to this size"),
    PERIOD(50, "ping-interval", ping_interval_ms, "25s", "heartbeat"),
    PERIOD(50, "ping-timeout", ping_timeout_ms, "20s",
           "for the answer to a heartbeat"),
    PERIOD(50, "upgrade-timeout", upgrade_timeout_ms, "10s",
           "for an upgrade to complete"),
    PERIOD(50, "connect-timeout", connect_timeout_ms, "45s",
           "for a namespace to be joined"),
    KEY("max-payload", FP_V_SIZE, max_payload_bytes, "1000000",
        "largest polling body"),
    KEY("websocket", FP_V_BOOL, websocket, "true", "transport offered"),
    KEY("polling", FP_V_BOOL, polling, "true", "transport offered"),
    KEY("allow-upgrades", FP_V_BOOL, allow_upgrades, "true",
        "from polling to WebSocket"),
    KEY("cors.origin", FP_V_LINE, cors_origin, NULL,
        "Access-Control-Allow-Origin; no CORS headers unless said"),
    KEY("cors.credentials", FP_V_BOOL, cors_credentials, "false",
        "Access-Control-Allow-Credentials"),
    KEY("recovery.for", FP_V_DURATION, recovery_ms, NULL,
        "connection-state recovery: how long a session can be resumed"),
    PERIOD(10, "say.every", say_every_ms, NULL,
           "emit `say`, which a client answers with `said`"),
    KEY("say.bytes", FP_V_SIZE, say_bytes, "16", "how much to say back"),
    KEY("restart.at", FP_V_DURATION, restart_at_ms, NULL,
        "lose all sessions, since the server began"),
    KEY("restart.for", FP_V_DURATION, restart_for_ms, "1s",
        "refuse connections meanwhile"),
};

struct fp_key_table fp_server_keys(void)
{
    return (struct fp_key_table){server, FP_COUNT(server)};
}
