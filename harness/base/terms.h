/* terms.h - the field's words, shared by every part.
 * Protocols: Engine.IO revisions 3 and 4 (socketio/engine.io-protocol), and
 * "plain", what applications write by hand: a WebSocket beside GET polling.
 * Uses: base/str. */
#pragma once
#include "harness/base/str.h"

enum fp_protocol {
    FP_ENGINE_IO_4, /* Socket.IO 3 and 4 */
    FP_ENGINE_IO_3, /* Socket.IO 2 */
    FP_PLAIN,
};
enum { FP_PROTOCOLS = 3 };

enum fp_transport {
    FP_TRANSPORT_NONE, /* not known, or neither */
    FP_WEBSOCKET,
    FP_POLLING,
};

/* FP_UP: from the client towards the server. */
enum fp_dir { FP_UP, FP_DOWN };

const char *fp_protocol_name(enum fp_protocol p); /* "engine.io-4" */
bool fp_protocol_parse(struct fp_str name, enum fp_protocol *out);
/* Where its server listens: "/socket.io/" or "/updates". */
const char *fp_protocol_path(enum fp_protocol p);
bool fp_protocol_is_engine_io(enum fp_protocol p);
const char *fp_transport_name(enum fp_transport t); /* "websocket", "" */
bool fp_transport_parse(struct fp_str name, enum fp_transport *out);
const char *fp_dir_name(enum fp_dir d); /* "up", "down" */
