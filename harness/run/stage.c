/* SPDX-License-Identifier: MIT
 * stage.c - what stands around a client: the reference server and the hops. */
#include "harness/run/stage.h"

#include "harness/base/alloc.h"

static const char loopback[] = "127.0.0.1";

struct fp_str fp_stage_path(const struct fp_case *c, enum fp_protocol protocol)
{
    return c->server.path.p != NULL ? c->server.path
                                    : fp_str_of(fp_protocol_path(protocol));
}

static enum fp_status
open_server(struct fp_stage *s, struct fp_loop *loop,
            const struct fp_stage_conf *conf, struct fp_err *err)
{
    struct fp_server_open open = {
        .conf = &conf->c->server,
        .protocol = conf->protocol,
        .app = FP_APP_PUBLISH,
        .address = loopback,
        .time_scale = conf->time_scale,
        .trace = conf->trace,
    };
    enum fp_status status = fp_server_open(&s->server, loop, &open, err);
    if (status == FP_OK)
        s->port = fp_server_port(s->server);
    return status;
}

/* In front of whatever listens on s->port. */
static enum fp_status
open_hop(struct fp_stage *s, struct fp_loop *loop,
         const struct fp_stage_conf *conf, size_t i, struct fp_err *err)
{
    struct fp_hop_open open = {
        .hop = &conf->c->path[i],
        .index = (unsigned)i,
        .address = loopback,
        .port = i == 0 ? conf->port : 0,
        .upstream_port = s->port,
        .protocol = conf->protocol,
        .path = fp_stage_path(conf->c, conf->protocol),
        /* Hops draw from streams of their own. */
        .seed = conf->seed + i * 0x9e3779b97f4a7c15u,
        .time_scale = conf->time_scale,
        .trace = conf->trace,
    };
    enum fp_status status = fp_hop_open(&s->hops[i], loop, &open, err);
    if (status == FP_OK)
        s->port = fp_hop_port(s->hops[i]);
    return status;
}

enum fp_status
fp_stage_open(struct fp_stage *out, struct fp_loop *loop,
              const struct fp_stage_conf *conf, struct fp_err *err)
{
    struct fp_stage s = {.n_hops = conf->c->n_path};
    s.hops = fp_calloc(s.n_hops + 1, sizeof(struct fp_hop_proxy *));
    if (s.hops == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    enum fp_status status = open_server(&s, loop, conf, err);
    for (size_t i = s.n_hops; status == FP_OK && i-- > 0;)
        status = open_hop(&s, loop, conf, i, err);
    if (status != FP_OK) {
        fp_stage_close(&s);
        return status;
    }
    *out = s;
    return FP_OK;
}

void fp_stage_close(struct fp_stage *s)
{
    for (size_t i = 0; i < s->n_hops; i++)
        if (s->hops[i] != NULL)
            fp_hop_close(s->hops[i]);
    if (s->server != NULL)
        fp_server_close(s->server);
    fp_free(s->hops);
    *s = (struct fp_stage){0};
}
