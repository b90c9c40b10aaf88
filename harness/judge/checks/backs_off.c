/* SPDX-License-Identifier: MIT
 * backs_off.c - backs-off: requests become rarer where nothing works. */
#include "harness/judge/check.h"

struct state {
    uint64_t from_ns;
    size_t requests, bare; /* known when the watch began */
};

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    struct state *s = run->state;
    s->from_ns = FP_NEVER;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(
        run, "at most %u requests in %s from the first refusal",
        run->conf->max_requests, fp_check_span_ms(run->conf->for_ms, span));
}

static size_t made(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    return v->n_requests - s->requests + v->bare_connects - s->bare;
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    char span[FP_SPAN_CHARS];
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    if (v->connected_ns != FP_NEVER)
        fp_part_not_exercised(run, part, f->t_ns, "the client connected");
    if (s->from_ns == FP_NEVER && v->first_refused_ns != FP_NEVER) {
        s->from_ns = f->t_ns;
        s->requests = v->n_requests;
        s->bare = v->bare_connects;
    }
    if (s->from_ns == FP_NEVER || made(run) <= run->conf->max_requests ||
        !fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    fp_part_evidence(part, index);
    part->actual = fp_check_text(
        run, "%zu requests in %s", made(run),
        fp_check_span(run, fp_ns_since(s->from_ns, f->t_ns), span));
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    if (run->parts[0].decided)
        return FP_NEVER;
    if (s->from_ns == FP_NEVER)
        return fp_view_patience_ns(run->view);
    return fp_ns_add(s->from_ns, fp_view_ns(run->view, run->conf->for_ms));
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    if (s->from_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, t_ns, "nothing was refused");
        return;
    }
    if (fp_part_decide(part, FP_PASS, t_ns))
        part->actual = fp_check_text(run, "%zu requests in %s", made(run),
                                     fp_check_span_ms(run->conf->for_ms, span));
}

static void finish(struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    if (s->from_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, v->now_ns, "nothing was refused");
    } else if (v->exit_ns != FP_NEVER &&
               fp_part_decide(part, FP_PASS, v->now_ns)) {
        part->actual =
            fp_check_text(run, "%zu requests, then it ended", made(run));
    } else {
        fp_part_not_exercised(run, part, v->now_ns,
                              "the run ended before `for` had passed");
    }
}

const struct fp_check_ops fp_check_backs_off = {
    .kind = FP_CHECK_BACKS_OFF,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .finish = finish,
};
