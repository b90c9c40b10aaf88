/* SPDX-License-Identifier: MIT
 * closes_cleanly.c - closes-cleanly: the client ends when asked, in order.
 * A WebSocket gets a Close frame (RFC 6455 section 7.1.1); a polling session
 * may be closed with `1` or just be left. */
#include "harness/judge/check.h"

enum {
    EXIT_MS = 5000,      /* of the client's time */
    EXIT_REAL_MS = 1000, /* what a process needs to end, whatever its clock */
};

struct state {
    size_t session; /* the WebSocket that was open when asked */
};

static void init(struct fp_check_run *run)
{
    struct state *s = run->state;
    s->session = FP_NO_INDEX;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(
        run, "ends within 5.0 s of being asked; closes its WebSocket");
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    (void)index;
    struct state *s = run->state;
    if (f->kind != FP_FACT_SHUTDOWN)
        return;
    const struct fp_view_session *ws = fp_view_live_websocket(run->view);
    if (ws != NULL)
        s->session = (size_t)(ws - run->view->sessions);
}

static void finish(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    uint64_t took = fp_ns_since(v->shutdown_ns, v->exit_ns);
    bool left_open =
        s->session != FP_NO_INDEX && !v->sessions[s->session].close_seen;
    if (v->shutdown_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, v->now_ns,
                              "the client was never asked to end");
        return;
    }
    uint64_t most = fp_ns_max(fp_view_ns(v, EXIT_MS),
                              (uint64_t)EXIT_REAL_MS * FP_NS_PER_MS);
    bool late = v->exit_ns == FP_NEVER || took > most;
    bool bad = v->killed_ns != FP_NEVER || late || left_open;
    if (!fp_part_decide(part, bad ? FP_FAIL : FP_PASS, v->now_ns))
        return;
    if (v->killed_ns != FP_NEVER)
        part->actual = fp_check_text(run, "did not end, and was killed");
    else if (v->exit_ns == FP_NEVER)
        part->actual = fp_check_text(run, "did not end");
    else if (left_open && !late)
        part->actual =
            fp_check_text(run, "left its WebSocket without a Close frame");
    else
        part->actual = fp_check_text(run, "ended after %s",
                                     fp_check_span(run, took, span));
}

const struct fp_check_ops fp_check_closes_cleanly = {
    .kind = FP_CHECK_CLOSES_CLEANLY,
    .state_bytes = sizeof(struct state),
    .is_invariant = true,
    .watches_end = true,
    .init = init,
    .on_fact = on_fact,
    .finish = finish,
};
