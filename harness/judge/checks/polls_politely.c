/* SPDX-License-Identifier: MIT
 * polls_politely.c - polls-politely: one GET and one POST at a time per
 * session; short polling at a steady cadence. */
#include "harness/judge/check.h"

enum { LEAST_RUN = 5 }; /* polls without news before a rate is judged */

struct state {
    size_t last;           /* the last GET /updates, or FP_NO_INDEX */
    uint64_t idle_from_ns; /* the first of a run of polls without news */
    unsigned idle;
    unsigned polls, overlaps;
    size_t overlap_fact;
};

static void init(struct fp_check_run *run)
{
    struct state *s = run->state;
    char span[FP_SPAN_CHARS];
    s->last = FP_NO_INDEX;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(
        run,
        "one GET and one POST at a time; short polls at most %s (+10 %%) "
        "apart",
        fp_check_span_ms(run->view->c->window_ms, span));
}

/* Nothing but polling happened between the two, and the first one worked. */
static bool
is_polling_between(const struct fp_view *v, const struct fp_view_request *a,
                   const struct fp_view_request *b)
{
    if (a->status != 200 || !a->complete)
        return false; /* backing off after an error is right */
    for (const struct fp_view_request *r = a + 1; r < b; r++)
        if (fp_view_is_upgrade(r) || r->cls == FP_REQ_HANDSHAKE)
            return false;
    if (v->last_websocket == FP_NO_INDEX)
        return true;
    const struct fp_view_session *ws = &v->sessions[v->last_websocket];
    return ws->end_ns != FP_NEVER && ws->end_ns <= a->t_ns;
}

static void judge_gap(struct fp_check_run *run, const struct fp_view_request *a,
                      const struct fp_view_request *b)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    uint64_t window = v->c->window_ms;
    uint64_t trip = fp_ns_since(a->t_ns, fp_ns_min(a->end_ns, b->t_ns));
    uint64_t most = fp_ns_add(fp_view_ns(v, window + window / 10),
                              fp_ns_add(trip, fp_view_path_ns(v)));
    if (part->decided || b->t_ns - a->t_ns <= most)
        return;
    fp_part_evidence(part, a->index);
    fp_part_evidence(part, b->index);
    part->actual = fp_check_text(run, "two polls %s apart",
                                 fp_check_span(run, b->t_ns - a->t_ns, span));
    fp_part_miss(run, part, a->t_ns, b->t_ns);
}

/* A quarter of the window on average is often enough where nothing is new. */
static void
judge_rate(struct fp_check_run *run, const struct fp_view_request *a,
           const struct fp_view_request *b)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    if (a->updates > 0) {
        s->idle = 0;
        return;
    }
    if (s->idle++ == 0)
        s->idle_from_ns = a->t_ns;
    uint64_t took = fp_ns_since(s->idle_from_ns, b->t_ns);
    uint64_t least = fp_view_ns(v, v->c->window_ms / 4);
    if (s->idle < LEAST_RUN || took / s->idle >= least ||
        !fp_part_decide(part, FP_FAIL, b->t_ns))
        return;
    fp_part_evidence(part, b->index);
    part->actual = fp_check_text(run, "%u polls without news in %s",
                                 s->idle + 1, fp_check_span(run, took, span));
}

static void on_poll(struct fp_check_run *run, const struct fp_fact *f)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    const struct fp_view_request *r = fp_view_request_of(v, f);
    if (r == NULL)
        return;
    s->polls++;
    if (r->sid.n > 0)
        return; /* long polling: its rate is the server's */
    const struct fp_view_request *a =
        s->last == FP_NO_INDEX ? NULL : &v->requests[s->last];
    s->last = (size_t)(r - v->requests);
    if (a == NULL || !is_polling_between(v, a, r)) {
        s->idle = 0;
        return;
    }
    judge_gap(run, a, r);
    judge_rate(run, a, r);
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct state *s = run->state;
    if (f->kind == FP_FACT_REQUEST && f->cls == FP_REQ_POLL &&
        fp_fact_is_wire(f))
        on_poll(run, f);
    if (f->kind != FP_FACT_INVALID || (!fp_str_eqz(f->name, "eio.two-gets") &&
                                       !fp_str_eqz(f->name, "eio.two-posts")))
        return;
    s->overlaps++;
    struct fp_part *part = &run->parts[0];
    if (!fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    fp_part_evidence(part, index);
    part->actual =
        fp_check_text(run, "two %s at a time on one session",
                      fp_str_eqz(f->name, "eio.two-gets") ? "GETs" : "POSTs");
}

static void finish(struct fp_check_run *run)
{
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    uint64_t now = run->view->now_ns;
    /* Unlisted, it is an invariant: not polling is polite. */
    if (s->polls == 0 && !run->conf->implied)
        fp_part_not_exercised(run, part, now, "the client never polled");
    else if (fp_part_decide(part, FP_PASS, now))
        part->actual = fp_check_text(run, "%u polls", s->polls);
}

const struct fp_check_ops fp_check_polls_politely = {
    .kind = FP_CHECK_POLLS_POLITELY,
    .state_bytes = sizeof(struct state),
    .is_invariant = true,
    .init = init,
    .on_fact = on_fact,
    .finish = finish,
};
