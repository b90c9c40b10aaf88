/* SPDX-License-Identifier: MIT
 * heartbeat.c - heartbeat: heartbeats are answered, in the right direction.
 * Engine.IO 4: the server sends `2`, the client answers `3` on the transport in
 * use within pingTimeout. Engine.IO 3: the client sends `2` by itself, within
 * pingInterval + pingTimeout, or the server closes the session. */
#include "harness/judge/check.h"

struct state {
    uint64_t due_from_ns; /* a ping delivered, or (3) the last one sent */
    enum fp_transport transport;
    size_t session; /* whose */
    size_t fact;
    unsigned answered;
};

static bool is_revision_3(const struct fp_check_run *run)
{
    return run->view->protocol == FP_ENGINE_IO_3;
}

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    struct state *s = run->state;
    const struct fp_server_conf *server = &run->view->c->server;
    s->due_from_ns = FP_NEVER;
    s->session = FP_NO_INDEX;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    uint64_t within = server->ping_timeout_ms;
    if (is_revision_3(run))
        within += server->ping_interval_ms;
    part->expected = fp_check_text(
        run,
        is_revision_3(run) ? "the client sends a ping at least every %s"
                           : "each ping is answered on its transport within %s",
        fp_check_span_ms(within, span));
    if (run->view->protocol == FP_PLAIN &&
        fp_part_decide(part, FP_NOT_APPLICABLE, 0))
        part->why = fp_check_text(run, "plain has no heartbeat of its own");
}

static void
start(struct state *s, const struct fp_view *v,
      const struct fp_view_session *of, const struct fp_fact *f, size_t index)
{
    s->due_from_ns = f->t_ns;
    s->transport = f->transport;
    s->session = (size_t)(of - v->sessions);
    s->fact = index;
}

static void
wrong_transport(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    if (!fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    fp_part_evidence(part, s->fact);
    fp_part_evidence(part, index);
    part->actual = fp_check_text(run, "a ping by %s was answered by %s",
                                 fp_transport_name(s->transport),
                                 fp_transport_name(f->transport));
}

/* Revision 4: down ping starts, up pong ends. */
static void on_packet_4(struct fp_check_run *run, const struct fp_fact *f,
                        const struct fp_view_session *of, size_t index)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    if (f->dir == FP_DOWN && fp_str_eqz(f->name, "ping")) {
        if (s->due_from_ns == FP_NEVER)
            start(s, v, of, f, index);
        return;
    }
    if (f->dir != FP_UP || !fp_str_eqz(f->name, "pong") ||
        s->session != (size_t)(of - v->sessions) || s->due_from_ns == FP_NEVER)
        return;
    bool moved = of->ws_ns != FP_NEVER && of->ws_ns >= s->due_from_ns;
    if (f->transport != s->transport && !moved) {
        wrong_transport(run, f, index);
        return;
    }
    s->due_from_ns = FP_NEVER;
    s->answered++;
    run->parts[0].enough = true;
}

static void on_packet_3(struct fp_check_run *run, const struct fp_fact *f,
                        const struct fp_view_session *of, size_t index)
{
    struct state *s = run->state;
    if (f->dir != FP_UP || !fp_str_eqz(f->name, "ping"))
        return;
    start(s, run->view, of, f, index);
    s->answered++;
    run->parts[0].enough = true;
}

static uint64_t due_ns(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_server_conf *server = &run->view->c->server;
    uint64_t within = server->ping_timeout_ms;
    if (is_revision_3(run))
        within += server->ping_interval_ms;
    return fp_ns_add(s->due_from_ns, fp_view_ns(run->view, within));
}

static void missed(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    fp_part_evidence(part, s->fact);
    part->actual = fp_check_text(
        run, is_revision_3(run) ? "no ping for %s" : "no pong for %s",
        fp_check_span(run, fp_ns_since(s->due_from_ns, t_ns), span));
    fp_part_miss(run, part, s->due_from_ns, t_ns);
}

/* The server ends a session whose pong does not come, at the very moment when
 * it is due; its clock runs ahead by the path's delay. Where pings of the
 * client were lost on their way, it does so long before. */
static bool
is_server_time_out(const struct fp_check_run *run, const struct fp_fact *f)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    const struct fp_view_session *of = fp_view_session_of(v, f);
    if (f->kind != FP_FACT_SERVER_SESSION_END || of == NULL ||
        s->due_from_ns == FP_NEVER || s->session != (size_t)(of - v->sessions))
        return false;
    uint64_t late = fp_ns_since(s->due_from_ns, due_ns(run)) / 10;
    return fp_str_eqz(f->text, "ping timeout") &&
           fp_ns_add(f->t_ns, late) >= due_ns(run);
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    if (v->protocol == FP_PLAIN || run->parts[0].decided)
        return;
    if (is_server_time_out(run, f)) {
        missed(run, f->t_ns);
        return;
    }
    if (s->session != FP_NO_INDEX &&
        v->sessions[s->session].end_ns != FP_NEVER) {
        s->session = FP_NO_INDEX; /* its end excuses the rest */
        s->due_from_ns = FP_NEVER;
    }
    const struct fp_view_session *of = fp_view_session_of(v, f);
    if (of == NULL || of->end_ns != FP_NEVER || !fp_fact_is_wire(f))
        return;
    if (f->kind == FP_FACT_SESSION_OPEN && is_revision_3(run))
        start(s, v, of, f, index);
    else if (f->kind == FP_FACT_PACKET && is_revision_3(run))
        on_packet_3(run, f, of, index);
    else if (f->kind == FP_FACT_PACKET)
        on_packet_4(run, f, of, index);
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct fp_part *part = &run->parts[0];
    if (part->decided)
        return FP_NEVER;
    return fp_ns_min(due_ns(run),
                     part->enough ? FP_NEVER : fp_view_patience_ns(run->view));
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    if (due_ns(run) <= t_ns)
        missed(run, t_ns);
    else
        run->parts[0].enough = true;
}

static bool is_waiting(const struct fp_check_run *run)
{
    return run->view->connected_ns == FP_NEVER;
}

static void finish(struct fp_check_run *run)
{
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    uint64_t now = run->view->now_ns;
    if (s->answered == 0)
        fp_part_not_exercised(run, part, now, "no heartbeat was due");
    else if (fp_part_decide(part, FP_PASS, now))
        part->actual = fp_check_text(run, "%u heartbeats", s->answered);
}

const struct fp_check_ops fp_check_heartbeat = {
    .kind = FP_CHECK_HEARTBEAT,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .is_waiting = is_waiting,
    .finish = finish,
};
