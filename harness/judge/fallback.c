/* SPDX-License-Identifier: MIT
 * fallback.c - the first fallback: attempts, start, completion.
 * It starts with the first valid polling answer after the first failed
 * attempt, or with the first polling session where no attempt came before; it
 * is complete at the first update delivered by polling. */
#include "harness/judge/view.h"

static bool is_final(const struct fp_view_fallback *fb)
{
    return fb->holds_ns != FP_NEVER || fb->websocket_ns != FP_NEVER;
}

/* The session that made it complete, while it is open; else NULL. */
static const struct fp_view_session *completer(const struct fp_view *v)
{
    size_t i = v->fallback.complete_session;
    return v->fallback.complete_ns == FP_NEVER || i == FP_NO_INDEX ||
                   v->sessions[i].end_ns != FP_NEVER
               ? NULL
               : &v->sessions[i];
}

/* Until when a probe of that session may still take it to a WebSocket; 0 when
 * none is under way. One that hangs is no move. */
static uint64_t probing_until(const struct fp_view *v)
{
    const struct fp_view_session *s = completer(v);
    if (s == NULL || s->transport == FP_WEBSOCKET ||
        v->last_probe == FP_NO_INDEX)
        return 0;
    const struct fp_view_request *r = &v->requests[v->last_probe];
    return r->outcome != FP_OUT_PENDING || !fp_str_eq(r->sid, s->sid)
               ? 0
               : fp_ns_add(r->t_ns, fp_view_ns(v, FP_UNANSWERED_MS));
}

static bool has_moved(const struct fp_view *v)
{
    const struct fp_view_session *s = completer(v);
    return s != NULL && s->transport == FP_WEBSOCKET;
}

static bool awaits_hold(const struct fp_view *v)
{
    const struct fp_view_fallback *fb = &v->fallback;
    return fb->complete_ns != FP_NEVER && fb->exercised_ns != FP_NEVER &&
           !is_final(fb) && !v->over;
}

/* Complete alone says little: every client that starts by polling gets an
 * update that way. It holds once WebSocket has failed as well, and while the
 * client is not on its way to the next WebSocket, which may die too. */
void fp_fallback_settle(struct fp_view *v, uint64_t t_ns)
{
    if (awaits_hold(v) && !has_moved(v) && probing_until(v) <= t_ns)
        v->fallback.holds_ns = t_ns;
}

uint64_t fp_fallback_next_deadline(const struct fp_view *v)
{
    uint64_t until = awaits_hold(v) ? probing_until(v) : 0;
    return until == 0 ? FP_NEVER : until;
}

static void remember(struct fp_view_fallback *fb, size_t index)
{
    size_t n = FP_COUNT(fb->evidence);
    if (fb->n_evidence == n) {
        for (size_t i = 1; i < n; i++)
            fb->evidence[i - 1] = fb->evidence[i];
        fb->n_evidence--;
    }
    fb->evidence[fb->n_evidence++] = index;
}

void fp_fallback_on_request(struct fp_view *v, const struct fp_view_request *r)
{
    struct fp_view_fallback *fb = &v->fallback;
    if (is_final(fb))
        return;
    bool polls =
        r->cls == FP_REQ_HANDSHAKE || (r->cls == FP_REQ_POLL && r->sid.n == 0);
    if ((polls || r->cls == FP_REQ_ATTEMPT) && fb->base_ns == FP_NEVER)
        fb->base_ns = r->t_ns;
    if (r->cls == FP_REQ_ATTEMPT && fb->start_ns == FP_NEVER)
        fb->attempts++;
    if (fp_view_is_upgrade(r))
        remember(fb, r->index);
}

void fp_fallback_on_failure(struct fp_view *v, const struct fp_view_request *r,
                            uint64_t t_ns)
{
    struct fp_view_fallback *fb = &v->fallback;
    if (v->over)
        return;
    if (r->got_101) {
        fb->failed_upgrades++;
        fb->last_failed_upgrade_ns = t_ns;
    }
    if (is_final(fb))
        return;
    fb->failed++;
    fp_fallback_on_exercise(v, t_ns);
}

void fp_fallback_on_exercise(struct fp_view *v, uint64_t t_ns)
{
    if (v->fallback.exercised_ns == FP_NEVER)
        v->fallback.exercised_ns = t_ns;
    fp_fallback_settle(v, t_ns);
}

void fp_fallback_on_polling(struct fp_view *v, uint64_t t_ns)
{
    struct fp_view_fallback *fb = &v->fallback;
    if (is_final(fb) || fb->start_ns != FP_NEVER ||
        fp_view_websocket_works(v, t_ns))
        return;
    /* An attempt that is still unanswered here was given up: the client has
     * gone on without it. */
    fb->start_ns = t_ns;
}

void fp_fallback_on_delivered(struct fp_view *v,
                              const struct fp_view_session *s, uint64_t t_ns)
{
    struct fp_view_fallback *fb = &v->fallback;
    fp_fallback_on_polling(v, t_ns);
    if (is_final(fb) || fb->start_ns == FP_NEVER)
        return;
    if (fb->complete_ns == FP_NEVER || has_moved(v)) {
        fb->complete_ns = t_ns;
        fb->complete_session =
            s == NULL ? FP_NO_INDEX : (size_t)(s - v->sessions);
    }
    fp_fallback_settle(v, t_ns);
}

/* The client had left polling, so it has to come back to it. After a stable
 * session that is a new episode, with attempts and a budget of its own. */
void fp_fallback_on_websocket_end(struct fp_view *v, bool stable, uint64_t t_ns)
{
    struct fp_view_fallback *fb = &v->fallback;
    if (stable)
        fb->failed_upgrades = 0;
    if (is_final(fb))
        return;
    fb->start_ns = FP_NEVER;
    fb->complete_ns = FP_NEVER;
    if (!stable)
        return;
    fb->attempts = 0;
    fb->failed = 0;
    fb->base_ns = FP_NEVER;
    fp_fallback_on_exercise(v, t_ns);
}

/* WebSocket works after all. Where it never failed, it may yet. */
void fp_fallback_on_stable(struct fp_view *v, uint64_t t_ns)
{
    struct fp_view_fallback *fb = &v->fallback;
    fb->stable_ns = fp_ns_min(fb->stable_ns, t_ns);
    if (!is_final(fb) && fb->exercised_ns != FP_NEVER)
        fb->websocket_ns = t_ns;
}
