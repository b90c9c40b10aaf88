/* SPDX-License-Identifier: MIT
 * terms.c - the field's words, shared by every part. */
#include "harness/base/terms.h"

static const char *const protocols[FP_PROTOCOLS] = {"engine.io-4",
                                                    "engine.io-3", "plain"};
static const char *const transports[] = {"", "websocket", "polling"};

const char *fp_protocol_name(enum fp_protocol p) { return protocols[p]; }

bool fp_protocol_parse(struct fp_str name, enum fp_protocol *out)
{
    for (size_t i = 0; i < FP_PROTOCOLS; i++) {
        if (fp_str_eqz(name, protocols[i])) {
            *out = (enum fp_protocol)i;
            return true;
        }
    }
    return false;
}

const char *fp_protocol_path(enum fp_protocol p)
{
    return p == FP_PLAIN ? "/updates" : "/socket.io/";
}

bool fp_protocol_is_engine_io(enum fp_protocol p) { return p != FP_PLAIN; }

const char *fp_transport_name(enum fp_transport t) { return transports[t]; }

bool fp_transport_parse(struct fp_str name, enum fp_transport *out)
{
    for (size_t i = 1; i < FP_COUNT(transports); i++) {
        if (fp_str_eqz(name, transports[i])) {
            *out = (enum fp_transport)i;
            return true;
        }
    }
    return false;
}

const char *fp_dir_name(enum fp_dir d) { return d == FP_UP ? "up" : "down"; }
