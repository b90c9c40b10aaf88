/* SPDX-License-Identifier: MIT
 * one_session.c - one-session: never two live sessions of one client.
 * A session that merely has no end on the wire is not live: a client may have
 * left a silent network behind. Two are live when the older one still carries
 * something a second after the newer one opened. */
#include "harness/judge/check.h"

enum { GRACE_MS = 1000, LOOK_BACK = 8 };

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

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
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
    .is_invariant = true,
    .init = init,
    .on_fact = on_fact,
    .finish = finish,
};
