/* SPDX-License-Identifier: MIT
 * serve_case.c - a case's server and hops, for a client started by hand. */
#include "fixtures/net/net.h"
#include "harness/base/clock.h"
#include "harness/run/run.h"
#include "harness/run/stage.h"

struct serving {
    const struct fp_serve_case *conf;
    struct fp_loop *loop;
    struct fp_trace *trace;
    struct fp_stage stage;
    struct fp_stop *stop;
};

static void on_fact(void *user, const struct fp_fact *f)
{
    const struct serving *s = user;
    if (s->conf->on_fact != NULL)
        s->conf->on_fact(s->conf->user, f);
}

static void on_stop(void *user)
{
    struct serving *s = user;
    fp_loop_stop(s->loop);
}

static enum fp_status open_stage(struct serving *s, struct fp_err *err)
{
    struct fp_stage_conf stage = {
        .c = s->conf->c,
        .protocol = s->conf->protocol,
        .port = s->conf->port,
        .seed = s->conf->seed,
        .time_scale = 1,
        .trace = s->trace,
    };
    return fp_stage_open(&s->stage, s->loop, &stage, err);
}

static void tell_url(const struct serving *s)
{
    struct fp_buf url = {0}, path = {0};
    fp_buf_printf(&url, "http://127.0.0.1:%u", s->stage.port);
    fp_buf_str(&path, fp_stage_path(s->conf->c, s->conf->protocol));
    s->conf->on_url(s->conf->user, fp_buf_cstr(&url), fp_buf_cstr(&path));
    fp_buf_deinit(&url);
    fp_buf_deinit(&path);
}

static enum fp_status open_all(struct serving *s, struct fp_err *err)
{
    enum fp_status status = FP_OK;
    if (s->conf->on_fact != NULL)
        status = fp_trace_new(&s->trace, fp_clock_ns(), err);
    if (status != FP_OK)
        return status;
    if (s->trace != NULL) {
        fp_trace_keep_nothing(s->trace);
        fp_trace_listen(s->trace, on_fact, s);
    }
    status = fp_stop_open(&s->stop, s->loop, on_stop, s, err);
    return status == FP_OK ? open_stage(s, err) : status;
}

enum fp_status
fp_run_serve_case(const struct fp_serve_case *conf, struct fp_err *err)
{
    struct serving s = {.conf = conf};
    enum fp_status status = fp_loop_new(&s.loop, err);
    if (status != FP_OK)
        return status;
    status = open_all(&s, err);
    if (status == FP_OK) {
        tell_url(&s);
        fp_loop_run(s.loop);
    }
    fp_stage_close(&s.stage);
    fp_stop_close(s.stop);
    enum fp_status closed = fp_loop_free(s.loop, err);
    fp_trace_free(s.trace);
    return status != FP_OK ? status : closed;
}
