/* SPDX-License-Identifier: MIT
 * fresh.c - fresh: the newest update delivered is never older than the window,
 * whether or not a session is open, from the fallback (or the connection) on.
 * One rule for WebSocket, long polling and short polling. */
#include "harness/judge/check.h"

struct state {
    uint64_t from_ns;
    uint64_t missing_ns; /* before the last fact */
    uint64_t worst_ns;
    bool judged; /* something was published meanwhile */
};

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    struct state *s = run->state;
    s->from_ns = FP_NEVER;
    s->missing_ns = FP_NEVER;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(
        run,
        "never more than the window (%s, +10 %%) behind what was published",
        fp_check_span_ms(run->conf->window_ms, span));
}

/* From the publication of the oldest update that is newer than all delivered
 * ones. The newest delivered one may then be one publishing period older. */
static uint64_t bound_ns(const struct fp_check_run *run)
{
    uint64_t window = run->conf->window_ms;
    return fp_ns_add(fp_view_ns(run->view, fp_ns_add(window, window / 10)),
                     fp_view_path_ns(run->view));
}

/* At least so long that a client that fell silent at once is noticed. */
static uint64_t watch_ns(const struct fp_check_run *run)
{
    const struct fp_view *v = run->view;
    uint64_t silence =
        fp_ns_add(bound_ns(run), fp_view_ns(v, v->c->server.publish_every_ms));
    return fp_ns_max(fp_view_ns(v, run->conf->for_ms), silence);
}

/* Where the case wants a fallback, freshness before it is not promised. */
static bool may_start(const struct fp_check_run *run)
{
    const struct fp_view *v = run->view;
    const struct fp_view_fallback *fb = &v->fallback;
    if (run->falls_back == NULL)
        return v->connected_ns != FP_NEVER;
    if (fb->holds_ns != FP_NEVER || fb->websocket_ns != FP_NEVER)
        return true;
    if (v->polling_only)
        return fb->complete_ns != FP_NEVER;
    const struct fp_part *attempts = &run->falls_back->parts[0];
    return attempts->decided && attempts->verdict == FP_NOT_EXERCISED &&
           v->connected_ns != FP_NEVER;
}

static uint64_t late_from(const struct fp_check_run *run, uint64_t missing)
{
    const struct state *s = run->state;
    return missing == FP_NEVER ? FP_NEVER : fp_ns_max(missing, s->from_ns);
}

static void start_if_due(struct fp_check_run *run, uint64_t t_ns)
{
    struct state *s = run->state;
    if (s->from_ns == FP_NEVER && may_start(run))
        s->from_ns = t_ns;
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    (void)index;
    struct state *s = run->state;
    start_if_due(run, f->t_ns);
    uint64_t missing = fp_view_oldest_missing_ns(run->view);
    if (s->from_ns != FP_NEVER && f->kind == FP_FACT_DELIVERED &&
        s->missing_ns != FP_NEVER && missing != s->missing_ns) {
        uint64_t age = fp_ns_since(late_from(run, s->missing_ns), f->t_ns);
        s->worst_ns = fp_ns_max(s->worst_ns, age);
        s->judged = true;
    }
    s->missing_ns = missing;
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_part *part = &run->parts[0];
    if (part->decided)
        return FP_NEVER;
    if (s->from_ns == FP_NEVER)
        return part->enough ? FP_NEVER : fp_view_patience_ns(run->view);
    uint64_t missing = fp_view_oldest_missing_ns(run->view);
    uint64_t late = fp_ns_add(late_from(run, missing), bound_ns(run));
    uint64_t watched = fp_ns_add(s->from_ns, watch_ns(run));
    return part->enough ? late : fp_ns_min(late, watched);
}

static void fail(struct fp_check_run *run, uint64_t from_ns, uint64_t t_ns)
{
    char limit[FP_SPAN_CHARS], at[FP_SPAN_CHARS];
    struct fp_part *part = &run->parts[0];
    const struct fp_view *v = run->view;
    const char *late = fp_check_span(run, fp_ns_since(from_ns, t_ns), limit);
    if (v->newest == FP_N_ABSENT) {
        part->actual = fp_check_text(run, "nothing was delivered for %s", late);
    } else {
        part->actual = fp_check_text(
            run, "nothing newer than update %lld, delivered at %s, for %s",
            (long long)v->newest, fp_check_span(run, v->last_delivered_ns, at),
            late);
        fp_part_evidence(part, v->newest_index);
    }
    fp_part_miss(run, part, from_ns, t_ns);
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    start_if_due(run, t_ns);
    if (s->from_ns == FP_NEVER) {
        part->enough = true; /* finish() names what it waited for */
        return;
    }
    uint64_t from = late_from(run, fp_view_oldest_missing_ns(run->view));
    if (fp_ns_add(from, bound_ns(run)) <= t_ns)
        fail(run, from, t_ns);
    else if (fp_ns_add(s->from_ns, watch_ns(run)) <= t_ns)
        part->enough = true;
}

static bool is_waiting(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    return s->from_ns == FP_NEVER;
}

static void finish(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS], all[FP_SPAN_CHARS];
    struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    const struct fp_view *v = run->view;
    uint64_t end = fp_ns_min(v->shutdown_ns, fp_ns_min(v->exit_ns, v->now_ns));
    if (part->decided)
        return;
    if (s->from_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, v->now_ns,
                              run->falls_back == NULL
                                  ? "the client never connected"
                                  : "no fallback was completed");
        return;
    }
    if (!s->judged || !part->enough) {
        if (fp_part_decide(part, FP_NOT_EXERCISED, v->now_ns))
            part->why = fp_check_text(
                run, "watched for %s of %s",
                fp_check_span(run, fp_ns_since(s->from_ns, end), span),
                fp_check_span(run, watch_ns(run), all));
        return;
    }
    (void)fp_part_decide(part, FP_PASS, v->now_ns);
    part->actual =
        fp_check_text(run, "at most %s behind, over %s",
                      fp_check_span(run, s->worst_ns, span),
                      fp_check_span(run, fp_ns_since(s->from_ns, end), all));
}

const struct fp_check_ops fp_check_fresh = {
    .kind = FP_CHECK_FRESH,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .is_waiting = is_waiting,
    .finish = finish,
};
