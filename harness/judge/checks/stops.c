/* SPDX-License-Identifier: MIT
 * stops.c - stops: the client gives up where nothing can work, and says so
 * where it prints lines at all. */
#include "harness/judge/check.h"

enum { RATE, SAYS };

struct state {
    uint64_t from_ns;      /* the first refusal, plus `within` */
    size_t requests, bare; /* known before the watch */
};

static void init(struct fp_check_run *run)
{
    char within[FP_SPAN_CHARS], span[FP_SPAN_CHARS];
    const struct fp_check *conf = run->conf;
    struct fp_part *part = fp_check_part(run, NULL, conf->level);
    part->expected = fp_check_text(
        run, "from %s after the first refusal on, at most %u requests in %s",
        fp_check_span_ms(conf->within_ms, within), conf->max_requests,
        fp_check_span_ms(conf->for_ms, span));
    part = fp_check_part(run, "says", FP_SHOULD);
    part->expected = fp_check_text(run, "the client says that it gave up");
    part->silent = true;
    part->enough = true;
}

static uint64_t watch_from(const struct fp_check_run *run)
{
    const struct fp_view *v = run->view;
    return fp_ns_add(v->first_refused_ns, fp_view_ns(v, run->conf->within_ms));
}

static size_t made(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    return v->n_requests + v->bare_connects - s->requests - s->bare;
}

static void on_exit(struct fp_check_run *run, uint64_t t_ns)
{
    struct fp_part *part = &run->parts[RATE];
    if (run->view->first_refused_ns != FP_NEVER &&
        fp_part_decide(part, FP_PASS, t_ns))
        part->actual = fp_check_text(run, "the client ended");
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[RATE];
    if (v->connected_ns != FP_NEVER)
        fp_part_not_exercised(run, part, f->t_ns, "the client connected");
    if (f->kind == FP_FACT_CLIENT_EXIT && !v->exit_asked)
        on_exit(run, f->t_ns);
    if (v->first_refused_ns == FP_NEVER || f->t_ns < watch_from(run)) {
        s->requests = v->n_requests;
        s->bare = v->bare_connects;
        return;
    }
    if (made(run) <= run->conf->max_requests ||
        !fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    char span[FP_SPAN_CHARS];
    fp_part_evidence(part, index);
    uint64_t late = fp_ns_since(v->first_refused_ns, f->t_ns);
    part->actual = fp_check_text(run, "still asking %s after the first refusal",
                                 fp_check_span(run, late, span));
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    if (run->parts[RATE].decided)
        return FP_NEVER;
    if (run->view->first_refused_ns == FP_NEVER)
        return fp_view_patience_ns(run->view);
    return fp_ns_add(watch_from(run), fp_view_ns(run->view, run->conf->for_ms));
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    struct fp_part *part = &run->parts[RATE];
    if (run->view->first_refused_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, t_ns, "nothing was refused");
        return;
    }
    if (fp_part_decide(part, FP_PASS, t_ns))
        part->actual =
            fp_check_text(run, "%zu requests in the last %s", made(run),
                          fp_check_span_ms(run->conf->for_ms, span));
}

static void finish(struct fp_check_run *run)
{
    const struct fp_view *v = run->view;
    struct fp_part *rate = &run->parts[RATE], *says = &run->parts[SAYS];
    fp_part_not_exercised(run, rate, v->now_ns,
                          v->first_refused_ns == FP_NEVER
                              ? "nothing was refused"
                              : "the run ended before `for` had passed");
    says->silent = !v->says_anything || rate->verdict != FP_PASS;
    if (!fp_part_decide(says, v->says_trouble ? FP_PASS : FP_FAIL, v->now_ns))
        return;
    says->actual = fp_check_text(
        run, v->says_trouble ? "an error, disconnect or unsupported line"
                             : "no line tells of an error");
}

const struct fp_check_ops fp_check_stops = {
    .kind = FP_CHECK_STOPS,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .finish = finish,
};
