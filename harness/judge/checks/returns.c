/* SPDX-License-Identifier: MIT
 * returns.c - returns: WebSocket is used again once it works again.
 * It works again when the last fault that can keep it down has ended: at its
 * `until`, or once it has acted for the last time. */
#include "harness/judge/check.h"

struct state {
    bool endless;      /* a fault of the case never ends */
    uint64_t until_ns; /* the latest `until` */
};

static bool ends(const struct fp_fault *f)
{
    const struct fp_fault_scope *s = &f->scope;
    return s->until_ms != 0 || s->last_attempt != 0 || s->nth != 0;
}

static void read_faults(struct fp_check_run *run)
{
    struct state *s = run->state;
    const struct fp_case *c = run->view->c;
    for (size_t i = 0; i < c->n_path; i++) {
        for (size_t k = 0; k < c->path[i].n_faults; k++) {
            const struct fp_fault *f = &c->path[i].faults[k];
            if (f->scope.transport == FP_POLLING ||
                !fp_fault_hinders_websocket(f->kind))
                continue;
            s->endless |= !ends(f);
            s->until_ns = fp_ns_max(s->until_ns,
                                    fp_view_ns(run->view, f->scope.until_ms));
        }
    }
}

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    const struct state *s = run->state;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(
        run, "WebSocket is used again within %s after it works again",
        fp_check_span_ms(run->conf->within_ms, span));
    read_faults(run);
    if (run->view->polling_only) {
        if (fp_part_decide(part, FP_UNSUPPORTED, 0))
            part->why = fp_check_text(
                run, "the client declares that it has no WebSocket");
    } else if (s->endless) {
        fp_part_not_exercised(run, part, 0, "a fault of the case never ends");
    }
}

/* FP_NEVER until a fault has acted. */
static uint64_t works_from(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    uint64_t last = run->view->last_ws_fault_ns;
    return last == FP_NEVER ? FP_NEVER : fp_ns_max(last, s->until_ns);
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    char span[FP_SPAN_CHARS];
    struct fp_part *part = &run->parts[0];
    uint64_t from = works_from(run);
    if (part->decided || f->kind != FP_FACT_DELIVERED || !fp_fact_is_wire(f) ||
        f->transport != FP_WEBSOCKET || from == FP_NEVER || f->t_ns <= from ||
        run->view->fallback.exercised_ns == FP_NEVER)
        return;
    (void)fp_part_decide(part, FP_PASS, f->t_ns);
    fp_part_evidence(part, index);
    part->actual =
        fp_check_text(run, "an update by WebSocket %s after it worked again",
                      fp_check_span(run, f->t_ns - from, span));
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    uint64_t within = fp_view_ns(run->view, run->conf->within_ms);
    uint64_t from = works_from(run);
    if (run->parts[0].decided)
        return FP_NEVER;
    if (from == FP_NEVER)
        return fp_ns_max(fp_view_patience_ns(run->view),
                         fp_ns_add(s->until_ns, within));
    return fp_ns_add(from, within);
}

static void miss(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    struct fp_part *part = &run->parts[0];
    uint64_t from = works_from(run);
    if (from == FP_NEVER || run->view->fallback.exercised_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, t_ns, "WebSocket never failed");
        return;
    }
    if (part->decided)
        return;
    fp_part_evidence(part, run->view->last_ws_fault);
    part->actual = fp_check_text(
        run, "no update by WebSocket for %s after it worked again",
        fp_check_span(run, fp_ns_since(from, t_ns), span));
    fp_part_miss(run, part, from, t_ns);
}

static void finish(struct fp_check_run *run)
{
    struct fp_part *part = &run->parts[0];
    uint64_t deadline = next_deadline(run);
    if (part->decided)
        return;
    if (run->view->now_ns >= deadline)
        miss(run, run->view->now_ns);
    fp_part_not_exercised(run, part, run->view->now_ns,
                          "the run ended before `within` had passed");
}

const struct fp_check_ops fp_check_returns = {
    .kind = FP_CHECK_RETURNS,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = miss,
    .finish = finish,
};
