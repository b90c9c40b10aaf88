/* SPDX-License-Identifier: MIT
 * one_session.c - one-session: never two live sessions of one client.
 * A session that merely has no end on the wire is not live: a client may have
 * left a silent network behind. Two are live when the older one still carries
 * something a second after the newer one opened. And one that works is kept:
 * each handshake costs the server a session (socketio/socket.io#4881). */
#include "harness/judge/check.h"

enum {
    GRACE_MS = 1000,
    LOOK_BACK = 8,
    GIVEN_UP_MAX = 5,   /* a client may be mistaken now and then */
    REQUESTS_BACK = 64, /* where a refusal of the old session is looked for */
};

struct state {
    unsigned given_up; /* sessions that worked */
};

static void init(struct fp_check_run *run)
{
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(run, "one live session at a time");
}

static bool is_life(const struct fp_fact *f)
{
    if (f->kind == FP_FACT_DELIVERED || f->kind == FP_FACT_REQUEST)
        return true;
    return (f->kind == FP_FACT_PACKET || f->kind == FP_FACT_WS_FRAME) &&
           f->dir == FP_UP && !fp_str_eqz(f->name, "close");
}

/* A newer session that is in use, opened over a second ago. */
static const struct fp_view_session *
newer(const struct fp_view *v, size_t old, uint64_t t_ns)
{
    size_t first = v->n_sessions > LOOK_BACK ? v->n_sessions - LOOK_BACK : 0;
    for (size_t i = fp_ns_max(first, old + 1); i < v->n_sessions; i++) {
        const struct fp_view_session *s = &v->sessions[i];
        if (s->end_ns == FP_NEVER && s->active_ns > s->open_ns &&
            fp_ns_since(s->open_ns, t_ns) > fp_view_ns(v, GRACE_MS))
            return s;
    }
    return NULL;
}

static bool
was_refused(const struct fp_view *v, const struct fp_view_session *s)
{
    size_t n = v->n_requests;
    for (size_t i = n > REQUESTS_BACK ? n - REQUESTS_BACK : 0; i < n; i++)
        if (v->requests[i].status >= 400 && s->sid.n > 0 &&
            fp_str_eq(v->requests[i].sid, s->sid))
            return true;
    return false;
}

/* It had just been in use, and nobody but the client ended it. */
static bool
worked(const struct fp_view *v, const struct fp_view_session *s, uint64_t t_ns)
{
    bool was_ended = (s->end_ns != FP_NEVER && s->ended_by == FP_DOWN) ||
                     s->server_end_ns < s->end_ns;
    return !was_ended && s->eaten_ns == FP_NEVER && !was_refused(v, s) &&
           s->active_ns > s->open_ns &&
           fp_ns_since(s->active_ns, t_ns) <= fp_view_ns(v, GRACE_MS);
}

static void
on_opened(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    const struct fp_view_session *opened = fp_view_session_of(v, f);
    if (opened == NULL || opened->index != index || opened == v->sessions ||
        !worked(v, opened - 1, f->t_ns) || ++s->given_up <= GIVEN_UP_MAX ||
        !fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    fp_part_evidence(part, opened[-1].index);
    fp_part_evidence(part, index);
    part->actual = fp_check_text(
        run, "%u sessions were given up while they worked", s->given_up);
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    if (f->kind == FP_FACT_SESSION_OPEN && fp_fact_is_wire(f))
        on_opened(run, f, index);
    if (part->decided || !fp_fact_is_wire(f) || !is_life(f))
        return;
    const struct fp_view_session *old = fp_view_session_of(v, f);
    if (old == NULL || old->end_ns != FP_NEVER)
        return;
    const struct fp_view_session *s =
        newer(v, (size_t)(old - v->sessions), f->t_ns);
    if (s == NULL || !fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    fp_part_evidence(part, old->index);
    fp_part_evidence(part, s->index);
    fp_part_evidence(part, index);
    part->actual = fp_check_text(
        run, "session %.*s is still in use %s after session %.*s opened",
        FP_STR_ARG(old->sid),
        fp_check_span(run, fp_ns_since(s->open_ns, f->t_ns), span),
        FP_STR_ARG(s->sid));
}

static void finish(struct fp_check_run *run)
{
    if (fp_part_decide(&run->parts[0], FP_PASS, run->view->now_ns))
        run->parts[0].actual = fp_check_text(run, "%zu sessions, one at a time",
                                             run->view->n_sessions);
}

const struct fp_check_ops fp_check_one_session = {
    .kind = FP_CHECK_ONE_SESSION,
    .state_bytes = sizeof(struct state),
    .is_invariant = true,
    .init = init,
    .on_fact = on_fact,
    .finish = finish,
};
