/* SPDX-License-Identifier: MIT
 * connects.c - connects: a session on the wanted transport, in time.
 * In a clean network a client that offers WebSocket really uses it. */
#include "harness/judge/check.h"

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    const char *name = fp_transport_name(run->conf->transport);
    part->expected =
        fp_check_text(run, "connected%s%s within %s of the first request",
                      run->conf->transport == FP_TRANSPORT_NONE ? "" : " by ",
                      name, fp_check_span_ms(run->conf->within_ms, span));
    if (run->view->polling_only && run->conf->transport == FP_WEBSOCKET &&
        fp_part_decide(part, FP_UNSUPPORTED, 0))
        part->why =
            fp_check_text(run, "the client declares that it has no WebSocket");
}

/* A joined session on the transport; or a plain client's answered poll. */
static bool
is_connected(const struct fp_check_run *run, const struct fp_fact *f)
{
    const struct fp_view *v = run->view;
    enum fp_transport want = run->conf->transport;
    const struct fp_view_session *s = fp_view_session_of(v, f);
    if (s != NULL && s->joined_ns != FP_NEVER && s->end_ns == FP_NEVER)
        return want == FP_TRANSPORT_NONE || s->transport == want;
    return v->polls_answered > 0 && s == NULL && want != FP_WEBSOCKET;
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct fp_part *part = &run->parts[0];
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    if (part->decided || !fp_fact_is_wire(f) || !is_connected(run, f) ||
        !fp_part_decide(part, FP_PASS, f->t_ns))
        return;
    fp_part_evidence(part, index);
    part->actual = fp_check_text(
        run, "connected after %s",
        fp_check_span(run, fp_ns_since(v->first_request_ns, f->t_ns), span));
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct fp_view *v = run->view;
    if (run->parts[0].decided)
        return FP_NEVER;
    if (v->first_request_ns != FP_NEVER)
        return fp_ns_add(v->first_request_ns,
                         fp_view_ns(v, run->conf->within_ms));
    return fp_view_patience_ns(v);
}

static void describe(struct fp_check_run *run, struct fp_part *part)
{
    const struct fp_view *v = run->view;
    if (v->first_request_ns == FP_NEVER)
        part->actual = fp_check_text(run, "no request at all");
    else if (v->connected_ns == FP_NEVER)
        part->actual =
            fp_check_text(run, "%u attempts, %zu requests, no session",
                          v->attempts, v->n_requests);
    else if (v->attempts + v->probes == 0)
        part->actual =
            fp_check_text(run, "connected by polling; WebSocket was not tried");
    else
        part->actual = fp_check_text(run, "connected, but not by %s",
                                     fp_transport_name(run->conf->transport));
    if (v->first_request_ns != FP_NEVER)
        fp_part_evidence(part, v->first_request);
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    struct fp_part *part = &run->parts[0];
    const struct fp_view *v = run->view;
    describe(run, part);
    uint64_t from =
        v->first_request_ns == FP_NEVER ? v->start_ns : v->first_request_ns;
    fp_part_miss(run, part, from, t_ns);
}

static void finish(struct fp_check_run *run)
{
    struct fp_part *part = &run->parts[0];
    if (part->decided)
        return;
    describe(run, part);
    (void)fp_part_decide(part, FP_FAIL, run->view->now_ns);
}

const struct fp_check_ops fp_check_connects = {
    .kind = FP_CHECK_CONNECTS,
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .finish = finish,
};
