/* SPDX-License-Identifier: MIT
 * falls_back.c - falls-back: at most three attempts, then polling, in time.
 * Attempts are request heads on the wire; what the client tells is not read
 * (`reconnectionAttempts: 3` is four attempts). */
#include "harness/judge/check.h"

enum { ATTEMPTS, BUDGET };

struct state {
    uint64_t handled_base_ns; /* whose budget ran out while WebSocket worked */
};

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    const struct fp_check *conf = run->conf;
    struct state *s = run->state;
    s->handled_base_ns = FP_NEVER;
    struct fp_part *attempts = fp_check_part(run, "attempts", conf->level);
    attempts->expected =
        fp_check_text(run, "at most %u attempt%s, then polling", conf->attempts,
                      conf->attempts == 1 ? "" : "s");
    struct fp_part *budget = fp_check_part(run, "budget", conf->budget_level);
    budget->expected = fp_check_text(
        run, "an update by polling within %s of the first attempt",
        fp_check_span_ms(conf->budget_ms, span));
    if (!run->view->polling_only)
        return;
    for (size_t i = 0; i < run->n_parts; i++)
        fp_part_not_exercised(run, &run->parts[i], 0,
                              "the client declares that it has no WebSocket");
}

static void add_evidence(struct fp_check_run *run, struct fp_part *part)
{
    const struct fp_view_fallback *fb = &run->view->fallback;
    for (size_t i = 0; i < fb->n_evidence; i++)
        fp_part_evidence(part, fb->evidence[i]);
}

static bool asked_for_polling(const struct fp_view *v)
{
    for (size_t i = 0; i < v->n_requests; i++)
        if (v->requests[i].cls == FP_REQ_HANDSHAKE ||
            v->requests[i].cls == FP_REQ_POLL)
            return true;
    return false;
}

static void fail_attempts(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[ATTEMPTS];
    if (!fp_part_decide(part, FP_FAIL, t_ns))
        return;
    add_evidence(run, part);
    part->actual = fp_check_text(
        run, "%u attempts in %s, %s", v->fallback.attempts,
        fp_check_span(run, fp_ns_since(v->fallback.base_ns, t_ns), span),
        asked_for_polling(v) ? "no valid polling answer before the last"
                             : "no polling request");
}

/* After three sockets that were cut soon after their 101, no more upgrade
 * requests until the retry interval, whichever way the client upgrades. */
static bool flaps(const struct fp_check_run *run, const struct fp_fact *f)
{
    const struct fp_view *v = run->view;
    const struct fp_view_request *r = fp_view_request_of(v, f);
    return r != NULL && fp_view_is_upgrade(r) &&
           v->fallback.failed_upgrades >= run->conf->attempts &&
           fp_ns_since(v->fallback.last_failed_upgrade_ns, f->t_ns) <
               fp_view_ns(v, FP_RETRY_MS);
}

static void judge_request(struct fp_check_run *run, const struct fp_fact *f)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    const struct fp_view_fallback *fb = &v->fallback;
    struct fp_part *part = &run->parts[ATTEMPTS];
    if (f->cls == FP_REQ_ATTEMPT && fb->start_ns == FP_NEVER &&
        fb->attempts > run->conf->attempts) {
        fail_attempts(run, f->t_ns);
    } else if (flaps(run, f) && fp_part_decide(part, FP_FAIL, f->t_ns)) {
        add_evidence(run, part);
        uint64_t since = fp_ns_since(fb->last_failed_upgrade_ns, f->t_ns);
        part->actual =
            fp_check_text(run, "an upgrade request %s after %u failed upgrades",
                          fp_check_span(run, since, span), fb->failed_upgrades);
    }
}

/* WebSocket works at last: nothing to fall back from. */
static void pass_by_websocket(struct fp_check_run *run)
{
    const struct fp_view_fallback *fb = &run->view->fallback;
    bool counted = fb->attempts > 0 && fb->attempts <= run->conf->attempts;
    for (size_t i = 0; i < run->n_parts; i++)
        if (fp_part_decide(&run->parts[i], FP_PASS, fb->websocket_ns))
            run->parts[i].actual =
                counted
                    ? fp_check_text(run, "WebSocket worked at attempt %u of %u",
                                    fb->attempts, run->conf->attempts)
                    : fp_check_text(run, "WebSocket worked, after %u failure%s",
                                    fb->failed, fb->failed == 1 ? "" : "s");
}

static void judge_budget(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view_fallback *fb = &run->view->fallback;
    struct fp_part *part = &run->parts[BUDGET];
    if (part->decided)
        return;
    uint64_t took = fp_ns_since(fb->base_ns, fb->complete_ns);
    part->actual = fp_check_text(run, "the first update by polling after %s",
                                 fp_check_span(run, took, span));
    if (took <= fp_view_ns(run->view, run->conf->budget_ms))
        (void)fp_part_decide(part, FP_PASS, fb->holds_ns);
    else
        fp_part_miss(run, part, fb->base_ns, fb->holds_ns);
}

static void pass_by_polling(struct fp_check_run *run)
{
    const struct fp_view_fallback *fb = &run->view->fallback;
    struct fp_part *part = &run->parts[ATTEMPTS];
    judge_budget(run);
    if (!fp_part_decide(part, FP_PASS, fb->holds_ns))
        return;
    add_evidence(run, part);
    part->actual = fp_check_text(run, "fell back after %u attempt%s",
                                 fb->attempts, fb->attempts == 1 ? "" : "s");
}

static uint64_t budget_ns(const struct fp_check_run *run)
{
    return fp_ns_add(run->view->fallback.base_ns,
                     fp_view_ns(run->view, run->conf->budget_ms));
}

static void miss_budget(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    struct fp_part *part = &run->parts[BUDGET];
    if (part->decided)
        return;
    add_evidence(run, part);
    uint64_t base = run->view->fallback.base_ns;
    if (base == FP_NEVER)
        base = run->view->start_ns; /* not even a request */
    part->actual =
        fp_check_text(run, "no update by polling after %s",
                      fp_check_span(run, fp_ns_since(base, t_ns), span));
    fp_part_miss(run, part, base, t_ns);
}

/* A client that never tries WebSocket is not waited for in full. */
static bool never_tried(const struct fp_view *v)
{
    return v->attempts + v->probes == 0 && v->fallback.complete_ns != FP_NEVER;
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct fp_view_fallback *fb = &run->view->fallback;
    const struct state *s = run->state;
    uint64_t next = FP_NEVER;
    if (!run->parts[BUDGET].decided && fb->base_ns != s->handled_base_ns &&
        (fb->complete_ns == FP_NEVER || never_tried(run->view)))
        next = budget_ns(run);
    if (!run->parts[ATTEMPTS].decided || !run->parts[BUDGET].decided)
        next = fp_ns_min(next, fp_view_patience_ns(run->view));
    return next;
}

/* Nothing more is waited for. */
static void give_up(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    const struct fp_view *v = run->view;
    const struct fp_view_fallback *fb = &v->fallback;
    struct fp_part *part = &run->parts[ATTEMPTS];
    bool idle = v->first_request_ns == FP_NEVER;
    if (fb->exercised_ns == FP_NEVER && !idle &&
        (fp_view_websocket_works(v, t_ns) || fb->complete_ns != FP_NEVER)) {
        for (size_t i = 0; i < run->n_parts; i++)
            fp_part_not_exercised(run, &run->parts[i], t_ns,
                                  v->attempts + v->probes == 0
                                      ? "the client never tried WebSocket"
                                      : "WebSocket never failed");
        return;
    }
    if (fp_part_decide(part, FP_FAIL, t_ns)) {
        add_evidence(run, part);
        uint64_t from = idle ? v->start_ns : v->first_request_ns;
        part->actual = fp_check_text(
            run, "%u attempt%s, and %s by polling in %s", fb->attempts,
            fb->attempts == 1 ? "" : "s",
            fb->start_ns == FP_NEVER ? "no valid answer" : "no update",
            fp_check_span(run, fp_ns_since(from, t_ns), span));
    }
    miss_budget(run, t_ns);
}

/* What keeps WebSocket from working here keeps it from opening, so one that
 * has opened, and lasts, will not fail any more. */
static bool only_handshakes_fail(const struct fp_case *c)
{
    static const enum fp_fault_kind later[] = {
        FP_FAULT_IDLE_TIMEOUT, FP_FAULT_LIFETIME,    FP_FAULT_CUT,
        FP_FAULT_MUTE,         FP_FAULT_INJECT,      FP_FAULT_BUFFER,
        FP_FAULT_HALF_CLOSE,   FP_FAULT_DROP_FRAMES, FP_FAULT_FRAME_BITS,
        FP_FAULT_FRAME_LIMIT,  FP_FAULT_THROTTLE,
    };
    for (size_t i = 0; i < c->n_path * FP_COUNT(later); i++) {
        const struct fp_hop *hop = &c->path[i / FP_COUNT(later)];
        for (size_t k = 0; k < hop->n_faults; k++)
            if (hop->faults[k].scope.from_ms > 0 ||
                hop->faults[k].kind == later[i % FP_COUNT(later)])
                return false;
    }
    return c->server.restart_at_ms == 0;
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    (void)index;
    const struct fp_view_fallback *fb = &run->view->fallback;
    const struct state *s = run->state;
    if (fb->holds_ns != FP_NEVER) {
        pass_by_polling(run);
    } else if (fb->websocket_ns != FP_NEVER) {
        pass_by_websocket(run);
    } else if (fb->stable_ns != FP_NEVER && fb->exercised_ns == FP_NEVER &&
               only_handshakes_fail(run->view->c)) {
        give_up(run, fb->stable_ns);
    } else if (f->kind == FP_FACT_REQUEST && fp_fact_is_wire(f)) {
        judge_request(run, f);
    } else if (s->handled_base_ns == fb->base_ns && fb->base_ns != FP_NEVER &&
               fb->exercised_ns != FP_NEVER && fb->complete_ns == FP_NEVER &&
               !fp_view_websocket_works(run->view, f->t_ns)) {
        miss_budget(run, f->t_ns); /* it had worked until now */
    }
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    const struct fp_view *v = run->view;
    struct state *s = run->state;
    if (v->fallback.websocket_ns != FP_NEVER) {
        pass_by_websocket(run);
    } else if (v->fallback.holds_ns != FP_NEVER) {
        pass_by_polling(run);
    } else if (t_ns >= fp_view_patience_ns(v) || never_tried(v)) {
        give_up(run, t_ns);
    } else if (fp_view_websocket_works(v, t_ns)) {
        s->handled_base_ns = v->fallback.base_ns;
    } else {
        miss_budget(run, t_ns);
    }
}

static void finish(struct fp_check_run *run)
{
    if (!run->parts[ATTEMPTS].decided || !run->parts[BUDGET].decided)
        give_up(run, run->view->now_ns);
}

const struct fp_check_ops fp_check_falls_back = {
    .kind = FP_CHECK_FALLS_BACK,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .finish = finish,
};
