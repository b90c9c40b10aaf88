/* SPDX-License-Identifier: MIT
 * view_session.c - the client's sessions: opened, joined, upgraded, lost. */
#include "harness/judge/view.h"

struct fp_view_session *
fp_view_session_of(const struct fp_view *v, const struct fp_fact *f)
{
    size_t i = 0;
    if (f->sid.n > 0 &&
        fp_lookup_get(&v->by_sid, fp_lookup_key_str(f->sid), &i))
        return fp_str_eq(v->sessions[i].sid, f->sid) ? &v->sessions[i] : NULL;
    if (f->sid.n > 0 || !fp_fact_is_wire(f))
        return NULL;
    const struct fp_view_conn *conn = fp_view_conn_of(v, f->conn);
    return conn == NULL || conn->session == FP_NO_INDEX
               ? NULL
               : &v->sessions[conn->session];
}

const struct fp_view_session *fp_view_live_websocket(const struct fp_view *v)
{
    if (v->live_websockets == 0)
        return NULL;
    for (size_t i = v->n_sessions; i-- > 0;)
        if (v->sessions[i].transport == FP_WEBSOCKET &&
            v->sessions[i].end_ns == FP_NEVER)
            return &v->sessions[i];
    return NULL;
}

/* When the oldest update was published that this session owes, and has
 * delivered none after: what another session delivers is not to its credit. */
static uint64_t
own_missing_ns(const struct fp_view *v, const struct fp_view_session *s)
{
    size_t n = s->due;
    if (s->newest != FP_N_ABSENT && (size_t)s->newest >= n)
        n = (size_t)s->newest + 1;
    for (; n < v->n_updates; n++)
        if (v->updates[n].published_ns != FP_NEVER)
            return v->updates[n].published_ns;
    return FP_NEVER;
}

static bool
is_mute(const struct fp_view *v, const struct fp_view_session *s, uint64_t t_ns)
{
    uint64_t missing = own_missing_ns(v, s);
    return missing != FP_NEVER &&
           fp_ns_since(missing, t_ns) > fp_view_ns(v, v->c->window_ms);
}

static bool is_on_websocket(const struct fp_view_session *s)
{
    return s->transport == FP_WEBSOCKET && s->end_ns == FP_NEVER &&
           !s->abandoned;
}

bool fp_view_websocket_works(const struct fp_view *v, uint64_t t_ns)
{
    if (v->live_websockets == 0)
        return false;
    for (size_t i = v->n_sessions; i-- > 0;)
        if (is_on_websocket(&v->sessions[i]) &&
            !is_mute(v, &v->sessions[i], t_ns))
            return true;
    return false;
}

/* Since when the session has delivered nothing of what was published: a socket
 * that is open but mute is no use to anyone. */
static uint64_t useful_until(const struct fp_view *v,
                             const struct fp_view_session *s, uint64_t t_ns)
{
    uint64_t missing = own_missing_ns(v, s);
    return fp_ns_min(t_ns, fp_ns_max(missing, s->ws_ns));
}

static void
judge_stability(struct fp_view *v, struct fp_view_session *s, uint64_t t_ns)
{
    uint64_t stable_ns = fp_view_ns(v, FP_STABLE_MS);
    uint64_t window_ns = fp_view_ns(v, v->c->window_ms);
    uint64_t lived = fp_ns_since(s->ws_ns, t_ns);
    uint64_t useful = fp_ns_since(s->ws_ns, useful_until(v, s, t_ns));
    s->judged = true;
    s->stable = lived >= stable_ns && fp_ns_add(useful, window_ns) >= lived;
}

static void left(struct fp_view_session *s, uint64_t t_ns)
{
    s->left_ns = fp_ns_min(s->left_ns, t_ns);
}

/* A WebSocket is done with. */
static void
websocket_over(struct fp_view *v, struct fp_view_session *s, uint64_t t_ns)
{
    if (!s->judged)
        judge_stability(v, s, t_ns);
    /* First: what was complete before this socket opened is not any more. */
    fp_fallback_on_websocket_end(v, s->stable, t_ns);
    if (!s->stable && s->request != FP_NO_INDEX)
        fp_view_upgrade_failed(v, &v->requests[s->request], FP_OUT_SHORT, t_ns);
}

/* The retry interval counts from when it was over, not from the next request.*/
static void abandon(struct fp_view *v, struct fp_view_session *s, uint64_t t_ns)
{
    unsigned failed = v->fallback.failed_upgrades;
    uint64_t dead =
        s->server_end_ns != FP_NEVER ? s->server_end_ns : own_missing_ns(v, s);
    s->abandoned = true;
    websocket_over(v, s, t_ns);
    if (v->fallback.failed_upgrades > failed)
        v->fallback.last_failed_upgrade_ns =
            fp_ns_min(t_ns, fp_ns_min(dead, s->left_ns));
}

void fp_view_abandon_mute(struct fp_view *v, uint64_t t_ns)
{
    if (v->live_websockets == 0 || v->over)
        return;
    for (size_t i = 0; i < v->n_sessions; i++) {
        struct fp_view_session *s = &v->sessions[i];
        if (is_on_websocket(s) &&
            (s->server_end_ns != FP_NEVER || is_mute(v, s, t_ns)))
            abandon(v, s, t_ns);
    }
}

void fp_view_session_over(struct fp_view *v, struct fp_view_session *s,
                          enum fp_dir by, uint64_t t_ns)
{
    if (s->end_ns != FP_NEVER)
        return;
    s->end_ns = t_ns;
    s->ended_by = by;
    if (by == FP_UP)
        left(s, t_ns);
    if (!v->over && s->joined_ns != FP_NEVER) {
        v->lost_ns = t_ns;
        v->losses++;
    }
    if (s->transport != FP_WEBSOCKET) {
        fp_fallback_settle(v, t_ns);
        return;
    }
    v->live_websockets--;
    if (!v->over && !s->abandoned) /* not asked to end */
        websocket_over(v, s, t_ns);
}

/* The session is on the WebSocket of this connection from now on. */
static void on_websocket(struct fp_view *v, size_t at, const struct fp_fact *f)
{
    struct fp_view_session *s = &v->sessions[at];
    struct fp_view_conn *conn = fp_view_conn_of(v, f->conn);
    s->transport = FP_WEBSOCKET;
    s->ws_ns = f->t_ns;
    s->ws_conn = f->conn;
    s->due = v->n_updates;
    v->live_websockets++;
    v->last_websocket = at;
    if (conn == NULL)
        return;
    conn->session = at;
    s->request = conn->upgrade;
    if (conn->upgrade == FP_NO_INDEX)
        return;
    struct fp_view_request *r = &v->requests[conn->upgrade];
    if (r->outcome == FP_OUT_PENDING) {
        r->outcome = FP_OUT_OPENED;
        r->over_ns = f->t_ns;
    }
    s->since = r->since;
}

static void joined(struct fp_view *v, struct fp_view_session *s, uint64_t t_ns)
{
    if (s->joined_ns != FP_NEVER)
        return;
    s->joined_ns = t_ns;
    s->due = v->n_updates;
    v->connected_ns = fp_ns_min(v->connected_ns, t_ns);
}

static void opened(struct fp_view *v, const struct fp_fact *f, size_t index)
{
    struct fp_view_session *known = fp_view_session_of(v, f);
    if (f->sid.n == 0 || (known != NULL && known->end_ns == FP_NEVER))
        return;
    if (!fp_view_room(v, (void **)&v->sessions, v->n_sessions, &v->cap_sessions,
                      sizeof *v->sessions))
        return;
    size_t at = v->n_sessions++;
    v->sessions[at] = (struct fp_view_session){
        .sid = fp_view_keep(v, f->sid, 100),
        .transport = FP_POLLING,
        .index = index,
        .request = FP_NO_INDEX,
        .open_ns = f->t_ns,
        .joined_ns = FP_NEVER,
        .end_ns = FP_NEVER,
        .ws_ns = FP_NEVER,
        .server_end_ns = FP_NEVER,
        .left_ns = FP_NEVER,
        .eaten_ns = FP_NEVER,
        .active_ns = f->t_ns,
        .since = FP_N_ABSENT,
        .newest = FP_N_ABSENT,
    };
    if (!fp_lookup_put(&v->by_sid, fp_lookup_key_str(v->sessions[at].sid), at))
        v->failed = true;
    if (f->transport == FP_WEBSOCKET)
        on_websocket(v, at, f);
    else
        fp_fallback_on_polling(v, f->t_ns);
    if (v->protocol == FP_PLAIN)
        joined(v, &v->sessions[at], f->t_ns);
}

static void fold_sent(struct fp_view_session *s, const struct fp_fact *f)
{
    if (f->dir != FP_UP)
        return;
    s->active_ns = f->t_ns;
    s->close_seen |= fp_str_eqz(f->name, "close");
    /* socket.io-protocol: 41 leaves the namespace. */
    if (s->close_seen || fp_str_eqz(f->text, "41"))
        left(s, f->t_ns);
}

static void fold_wire(struct fp_view *v, const struct fp_fact *f)
{
    struct fp_view_session *s = fp_view_session_of(v, f);
    if (s == NULL)
        return;
    size_t at = (size_t)(s - v->sessions);
    if (f->kind == FP_FACT_JOINED) {
        joined(v, s, f->t_ns);
    } else if (f->kind == FP_FACT_SESSION_UPGRADED) {
        if (s->transport != FP_WEBSOCKET && s->end_ns == FP_NEVER)
            on_websocket(v, at, f);
    } else if (f->kind == FP_FACT_SESSION_END) {
        fp_view_session_over(v, s, f->dir, f->t_ns);
    } else if (f->kind == FP_FACT_DELIVERED || f->kind == FP_FACT_REQUEST) {
        s->active_ns = f->t_ns;
    } else if (f->kind == FP_FACT_PACKET || f->kind == FP_FACT_WS_FRAME) {
        fold_sent(s, f);
    } else if (f->kind == FP_FACT_CONSUMED &&
               fp_str_eqz(f->name, "auth-since")) {
        s->since = f->n;
    }
}

/* Whatever it had, it is done with when it says disconnect; a new session may
 * be open on the wire already, which connect then takes up. */
static void fold_said(struct fp_view *v, const struct fp_fact *f)
{
    bool connects = fp_str_eqz(f->name, "connect");
    if (!connects && !fp_str_eqz(f->name, "disconnect"))
        return;
    for (size_t i = 0; i < v->n_sessions; i++) {
        struct fp_view_session *s = &v->sessions[i];
        if (!connects)
            left(s, f->t_ns);
        else if (s->end_ns == FP_NEVER && !s->close_seen)
            s->left_ns = FP_NEVER;
    }
}

void fp_view_fold_session(struct fp_view *v, const struct fp_fact *f,
                          size_t index)
{
    if (f->kind == FP_FACT_CLIENT_SAYS) {
        fold_said(v, f);
        return;
    }
    if (fp_fact_is_wire(f)) {
        if (f->kind == FP_FACT_SESSION_OPEN)
            opened(v, f, index);
        else
            fold_wire(v, f);
        return;
    }
    if (f->at != FP_AT_SERVER)
        return;
    struct fp_view_session *s = fp_view_session_of(v, f);
    if (s == NULL)
        return;
    if (f->kind == FP_FACT_SERVER_JOINED && f->n != FP_N_ABSENT)
        s->since = f->n;
    else if (f->kind == FP_FACT_SERVER_SESSION_END)
        s->server_end_ns = fp_ns_min(s->server_end_ns, f->t_ns);
}

/* -- what time alone changes -------------------------------------------- */

static struct fp_view_session *unjudged(const struct fp_view *v)
{
    if (v->over || v->last_websocket == FP_NO_INDEX)
        return NULL;
    struct fp_view_session *s = &v->sessions[v->last_websocket];
    return s->judged || !is_on_websocket(s) ? NULL : s;
}

/* The oldest upgrade request that is still unanswered. */
static const struct fp_view_request *unanswered(const struct fp_view *v)
{
    if (v->over || v->fallback.exercised_ns != FP_NEVER)
        return NULL;
    for (size_t i = v->unanswered; i < v->n_requests; i++)
        if (fp_view_is_upgrade(&v->requests[i]) &&
            v->requests[i].outcome == FP_OUT_PENDING)
            return &v->requests[i];
    return NULL;
}

uint64_t fp_view_next_deadline(const struct fp_view *v)
{
    const struct fp_view_session *s = unjudged(v);
    const struct fp_view_request *r = unanswered(v);
    uint64_t stable =
        s == NULL ? FP_NEVER : fp_ns_add(s->ws_ns, fp_view_ns(v, FP_STABLE_MS));
    uint64_t hung = r == NULL
                        ? FP_NEVER
                        : fp_ns_add(r->t_ns, fp_view_ns(v, FP_UNANSWERED_MS));
    return fp_ns_min(fp_ns_min(stable, hung), fp_fallback_next_deadline(v));
}

void fp_view_pass_time(struct fp_view *v, uint64_t t_ns)
{
    v->now_ns = fp_ns_max(v->now_ns, t_ns);
    const struct fp_view_request *r = unanswered(v);
    if (r != NULL) {
        v->unanswered = (size_t)(r - v->requests);
        if (fp_ns_since(r->t_ns, t_ns) >= fp_view_ns(v, FP_UNANSWERED_MS))
            fp_fallback_on_exercise(v, t_ns);
    }
    fp_fallback_settle(v, t_ns);
    struct fp_view_session *s = unjudged(v);
    if (s == NULL || fp_ns_since(s->ws_ns, t_ns) < fp_view_ns(v, FP_STABLE_MS))
        return;
    judge_stability(v, s, t_ns);
    if (s->stable)
        fp_fallback_on_stable(v, t_ns);
}
