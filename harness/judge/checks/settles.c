/* SPDX-License-Identifier: MIT
 * settles.c - settles: no attempts after the fallback, then few.
 * A lasting retry loop beside working polling costs every server and proxy on
 * the path, and shows up as noise in the browser's console. */
#include "harness/judge/check.h"

enum { FLAPS = 3 };

struct state {
    uint64_t last_late_ns; /* the last upgrade request after `for` */
    unsigned late;         /* how many of those */
    unsigned probes;       /* upgrade probes within `for` */
};

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS], retry[FP_SPAN_CHARS];
    struct state *s = run->state;
    s->last_late_ns = FP_NEVER;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(
        run,
        "no attempt for %s after the fallback, then at most one upgrade "
        "request per %s",
        fp_check_span_ms(run->conf->for_ms, span),
        fp_check_span_ms(FP_RETRY_MS, retry));
    if (run->view->polling_only)
        fp_part_not_exercised(run, part, 0,
                              "the client declares that it has no WebSocket");
}

static uint64_t quiet_until(const struct fp_check_run *run)
{
    return fp_ns_add(run->view->fallback.holds_ns,
                     fp_view_ns(run->view, run->conf->for_ms));
}

/* The request before r that probed the same session; NULL when r is the
 * first. */
static const struct fp_view_request *
earlier_probe(const struct fp_view *v, const struct fp_view_request *r)
{
    for (const struct fp_view_request *q = r; q-- > v->requests;)
        if (q->cls == FP_REQ_UPGRADE_PROBE && fp_str_eq(q->sid, r->sid))
            return q;
    return NULL;
}

static void fail(struct fp_check_run *run, const struct fp_view_request *r,
                 const char *what, uint64_t since_ns)
{
    char span[FP_SPAN_CHARS];
    struct fp_part *part = &run->parts[0];
    if (!fp_part_decide(part, FP_FAIL, r->t_ns))
        return;
    fp_part_evidence(part, r->index);
    part->actual = fp_check_text(
        run, "%s #%u %s after %s",
        r->cls == FP_REQ_ATTEMPT ? "attempt" : "upgrade probe", r->number,
        fp_check_span(run, fp_ns_since(since_ns, r->t_ns), span), what);
}

static void
judge_attempt(struct fp_check_run *run, const struct fp_view_request *r)
{
    const struct fp_view_fallback *fb = &run->view->fallback;
    bool websocket_first = fb->attempts > 0 && fb->failed > 0;
    if (fb->holds_ns != FP_NEVER && r->t_ns < quiet_until(run))
        fail(run, r, "the fallback", fb->complete_ns);
    else if (fb->holds_ns == FP_NEVER && fb->start_ns != FP_NEVER &&
             websocket_first)
        fail(run, r, "the fallback's start", fb->start_ns);
}

static void
judge_probe(struct fp_check_run *run, const struct fp_view_request *r)
{
    const struct fp_view *v = run->view;
    const struct fp_view_request *q = earlier_probe(v, r);
    if (q == NULL)
        return;
    bool both_open = q->outcome == FP_OUT_PENDING;
    bool soon = v->fallback.holds_ns != FP_NEVER && r->t_ns < quiet_until(run);
    if (both_open)
        fail(run, r, "another on the same session that is still open", q->t_ns);
    else if (soon)
        fail(run, r, "another on the same session", q->t_ns);
}

/* At most one upgrade request per retry interval. Ten percent less is a
 * timer's jitter. */
static void
judge_late(struct fp_check_run *run, const struct fp_view_request *r)
{
    char span[FP_SPAN_CHARS];
    struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    uint64_t last = s->last_late_ns;
    uint64_t least = fp_view_ns(run->view, FP_RETRY_MS - FP_RETRY_MS / 10);
    s->last_late_ns = r->t_ns;
    s->late++;
    if (part->decided || last == FP_NEVER || r->t_ns - last >= least)
        return;
    part->actual = fp_check_text(run, "two upgrade requests %s apart",
                                 fp_check_span(run, r->t_ns - last, span));
    fp_part_evidence(part, r->index);
    fp_part_miss(run, part, last, r->t_ns);
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    (void)index;
    const struct fp_view *v = run->view;
    const struct fp_view_fallback *fb = &v->fallback;
    struct state *s = run->state;
    if (f->kind != FP_FACT_REQUEST || !fp_fact_is_wire(f) || v->polling_only)
        return;
    const struct fp_view_request *r = fp_view_request_of(v, f);
    if (r == NULL || !fp_view_is_upgrade(r))
        return;
    if (r->cls == FP_REQ_ATTEMPT)
        judge_attempt(run, r);
    else
        judge_probe(run, r);
    if (fb->holds_ns == FP_NEVER)
        return;
    if (fb->failed_upgrades >= FLAPS &&
        fp_ns_since(fb->last_failed_upgrade_ns, r->t_ns) <
            fp_view_ns(v, FP_RETRY_MS))
        fail(run, r, "three failed upgrades", fb->last_failed_upgrade_ns);
    if (r->t_ns >= quiet_until(run))
        judge_late(run, r);
    else
        s->probes++;
}

/* A failed upgrade shows whether the client flaps: watch on after it. */
static uint64_t watched_at(const struct fp_check_run *run)
{
    const struct fp_view_fallback *fb = &run->view->fallback;
    uint64_t from = fb->holds_ns;
    if (from != FP_NEVER && fb->failed_upgrades > 0 &&
        fb->failed_upgrades < FLAPS)
        from = fp_ns_max(from, fb->last_failed_upgrade_ns);
    return fp_ns_add(from, fp_view_ns(run->view, run->conf->for_ms));
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct fp_part *part = &run->parts[0];
    if (part->decided || part->enough)
        return FP_NEVER;
    uint64_t watched = watched_at(run);
    return watched == FP_NEVER ? fp_view_patience_ns(run->view) : watched;
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    uint64_t watched = watched_at(run);
    if (watched == FP_NEVER || watched <= t_ns)
        run->parts[0].enough = true;
}

static bool is_waiting(const struct fp_check_run *run)
{
    return run->view->fallback.holds_ns == FP_NEVER;
}

static void finish(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[0];
    const struct fp_view *v = run->view;
    if (part->decided)
        return;
    if (v->fallback.holds_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, v->now_ns,
                              v->fallback.websocket_ns != FP_NEVER
                                  ? "WebSocket worked"
                                  : "no fallback was completed");
    } else if (!part->enough) {
        fp_part_not_exercised(run, part, v->now_ns,
                              "the run ended before `for` had passed");
    } else {
        (void)fp_part_decide(part, FP_PASS, v->now_ns);
        part->actual = fp_check_text(
            run,
            "no attempt for %s, %u upgrade probes; %u upgrade requests "
            "later",
            fp_check_span_ms(run->conf->for_ms, span), s->probes, s->late);
    }
}

const struct fp_check_ops fp_check_settles = {
    .kind = FP_CHECK_SETTLES,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .is_waiting = is_waiting,
    .finish = finish,
};
