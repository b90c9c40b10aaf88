/* SPDX-License-Identifier: MIT
 * stays.c - stays: the client does not exit unasked. */
#include "harness/judge/check.h"

static void init(struct fp_check_run *run)
{
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(run, "runs until it is asked to end");
}

static bool may_give_up(const struct fp_view *v)
{
    for (size_t i = 0; i < v->c->n_expect; i++)
        if (v->c->expect[i].kind == FP_CHECK_STOPS)
            return true;
    return false;
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    if (f->kind != FP_FACT_CLIENT_EXIT || v->exit_asked)
        return;
    /* Ending is one way of giving up where nothing can work. */
    enum fp_verdict verdict = may_give_up(v) ? FP_PASS : FP_FAIL;
    if (!fp_part_decide(part, verdict, f->t_ns))
        return;
    fp_part_evidence(part, index);
    uint64_t ran = fp_ns_since(v->start_ns, f->t_ns);
    part->actual = fp_check_text(
        run,
        v->exit_code < 0 ? "killed by signal %lld after %s"
                         : "exited with code %lld after %s",
        (long long)(v->exit_code < 0 ? -v->exit_code : v->exit_code),
        fp_check_span(run, ran, span));
}

static void finish(struct fp_check_run *run)
{
    if (fp_part_decide(&run->parts[0], FP_PASS, run->view->now_ns))
        run->parts[0].actual = fp_check_text(run, "ran until asked");
}

const struct fp_check_ops fp_check_stays = {
    .kind = FP_CHECK_STAYS,
    .is_invariant = true,
    .init = init,
    .on_fact = on_fact,
    .finish = finish,
};
