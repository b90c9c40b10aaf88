/* stage.h - what stands around a client: the reference server and the hops.
 * Uses: base, model, trace, net, server, hop. */
#pragma once
#include "fixtures/hop/hop.h"
#include "fixtures/server/server.h"

struct fp_stage_conf {
    const struct fp_case *c;
    enum fp_protocol protocol;
    uint16_t port; /* of the first hop; 0 = the kernel's choice */
    uint64_t seed;
    double time_scale;
    struct fp_trace *trace; /* NULL: untraced */
};

struct fp_stage {
    struct fp_server *server;
    struct fp_hop_proxy **hops;
    size_t n_hops;
    uint16_t port; /* of the first hop */
};

/* The server, then the last hop, …, the first. On failure nothing is left
 * open. FP_EIO, FP_ENOMEM, FP_EINVAL. */
FP_MUST_USE enum fp_status
fp_stage_open(struct fp_stage *out, struct fp_loop *loop,
              const struct fp_stage_conf *conf, struct fp_err *err);
/* Resets every connection; the handles close on later turns of the loop. */
void fp_stage_close(struct fp_stage *s);
/* The path that a client is told: the case's, or the protocol's. */
struct fp_str fp_stage_path(const struct fp_case *c, enum fp_protocol protocol);
