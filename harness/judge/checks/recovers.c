/* SPDX-License-Identifier: MIT
 * recovers.c - recovers: updates flow again after a lost session. */
#include "harness/judge/check.h"

struct state {
    size_t losses;    /* seen so far */
    uint64_t lost_ns; /* the loss that is not made good yet */
    uint64_t worst_ns;
    unsigned recovered;
};

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    struct state *s = run->state;
    s->lost_ns = FP_NEVER;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected =
        fp_check_text(run, "an update within %s of the loss of a session",
                      fp_check_span_ms(run->conf->within_ms, span));
}

/* While the server is down nobody can recover. */
static uint64_t recoverable_from(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    uint64_t up = 0;
    if (v->restart_ns != FP_NEVER)
        up = fp_ns_add(v->restart_ns,
                       fp_view_ns(v, v->c->server.restart_for_ms));
    uint64_t from = fp_ns_max(s->lost_ns, up);
    /* Nothing to deliver is nothing owed. */
    return fp_ns_max(from, fp_view_oldest_missing_ns(v));
}

/* By something that the loss did not take: what was under way when the server
 * went is the last of the old, not the first of the new. */
static bool makes_good(const struct fp_check_run *run, const struct fp_fact *f)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    const struct fp_view_session *of = fp_view_session_of(v, f);
    const struct fp_view_request *r = fp_view_request_of(v, f);
    bool restarted = v->restart_ns != FP_NEVER && v->restart_ns >= s->lost_ns;
    if (of != NULL && !restarted)
        return of->end_ns == FP_NEVER;
    uint64_t begun = of != NULL ? of->open_ns : r != NULL ? r->t_ns : f->t_ns;
    return begun > s->lost_ns;
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    (void)index;
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    if (f->kind == FP_FACT_DELIVERED && fp_fact_is_wire(f) &&
        s->lost_ns != FP_NEVER && makes_good(run, f)) {
        uint64_t took = fp_ns_since(s->lost_ns, f->t_ns);
        s->worst_ns = fp_ns_max(s->worst_ns, took);
        s->lost_ns = FP_NEVER;
        s->recovered++;
        run->parts[0].enough = true;
    }
    if (v->losses > s->losses && s->lost_ns == FP_NEVER && !v->over)
        s->lost_ns = v->lost_ns;
    s->losses = v->losses;
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_part *part = &run->parts[0];
    if (part->decided)
        return FP_NEVER;
    uint64_t patience =
        part->enough ? FP_NEVER : fp_view_patience_ns(run->view);
    if (s->lost_ns == FP_NEVER)
        return patience;
    return fp_ns_min(patience,
                     fp_ns_add(recoverable_from(run),
                               fp_view_ns(run->view, run->conf->within_ms)));
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    uint64_t within = fp_view_ns(run->view, run->conf->within_ms);
    if (s->lost_ns == FP_NEVER ||
        fp_ns_add(recoverable_from(run), within) > t_ns) {
        part->enough = true;
        return;
    }
    part->actual =
        fp_check_text(run, "no update for %s after the loss of the session",
                      fp_check_span(run, fp_ns_since(s->lost_ns, t_ns), span));
    fp_part_miss(run, part, s->lost_ns, t_ns);
}

static bool is_waiting(const struct fp_check_run *run)
{
    return run->view->connected_ns == FP_NEVER;
}

static void finish(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    uint64_t now = run->view->now_ns;
    if (s->recovered == 0)
        fp_part_not_exercised(run, part, now,
                              s->lost_ns == FP_NEVER
                                  ? "no session was lost"
                                  : "the run ended before `within` had passed");
    else if (fp_part_decide(part, FP_PASS, now))
        part->actual =
            fp_check_text(run, "%u times, after %s at most", s->recovered,
                          fp_check_span(run, s->worst_ns, span));
}

const struct fp_check_ops fp_check_recovers = {
    .kind = FP_CHECK_RECOVERS,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .is_waiting = is_waiting,
    .finish = finish,
};
