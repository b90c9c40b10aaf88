/* SPDX-License-Identifier: MIT
 * view_request.c - the client's connections and requests, and how each went. */
#include "harness/judge/view.h"

bool fp_view_is_upgrade(const struct fp_view_request *r)
{
    return r->cls == FP_REQ_ATTEMPT || r->cls == FP_REQ_UPGRADE_PROBE;
}

struct fp_view_conn *fp_view_conn_of(const struct fp_view *v, uint32_t conn)
{
    size_t i = 0;
    bool known = fp_lookup_get(&v->by_conn, fp_lookup_key_pair(conn, 0), &i);
    return known ? &v->conns[i] : NULL;
}

struct fp_view_request *
fp_view_request_of(const struct fp_view *v, const struct fp_fact *f)
{
    size_t i = 0;
    uint64_t key = fp_lookup_key_pair(f->conn, f->req);
    return fp_lookup_get(&v->by_request, key, &i) ? &v->requests[i] : NULL;
}

/* Made on first sight: a trace may lack the conn-open. */
static struct fp_view_conn *conn_of(struct fp_view *v, const struct fp_fact *f)
{
    struct fp_view_conn *known = fp_view_conn_of(v, f->conn);
    if (known != NULL)
        return known;
    if (!fp_view_room(v, (void **)&v->conns, v->n_conns, &v->cap_conns,
                      sizeof *v->conns))
        return NULL;
    uint64_t key = fp_lookup_key_pair(f->conn, 0);
    if (!fp_lookup_put(&v->by_conn, key, v->n_conns)) {
        v->failed = true;
        return NULL;
    }
    v->conns[v->n_conns] = (struct fp_view_conn){
        .id = f->conn,
        .open_ns = f->t_ns,
        .close_ns = FP_NEVER,
        .upgrade = FP_NO_INDEX,
        .session = FP_NO_INDEX,
        .last_request = FP_NO_INDEX,
    };
    return &v->conns[v->n_conns++];
}

void fp_view_upgrade_failed(struct fp_view *v, struct fp_view_request *r,
                            enum fp_outcome how, uint64_t t_ns)
{
    if (r->outcome != FP_OUT_PENDING && r->outcome != FP_OUT_OPENED)
        return;
    r->outcome = how;
    r->over_ns = t_ns;
    v->first_refused_ns = fp_ns_min(v->first_refused_ns, t_ns);
    fp_fallback_on_failure(v, r, t_ns);
}

static unsigned next_number(struct fp_view *v, enum fp_request_class cls)
{
    if (cls == FP_REQ_ATTEMPT)
        return ++v->attempts;
    return cls == FP_REQ_UPGRADE_PROBE ? ++v->probes : 0;
}

/* For a new session, or without one: whatever it had, it goes on without. */
static bool begins_anew(const struct fp_view_request *r)
{
    return r->cls == FP_REQ_ATTEMPT || r->cls == FP_REQ_HANDSHAKE ||
           (r->cls == FP_REQ_POLL && r->sid.n == 0);
}

static void fold_head(struct fp_view *v, const struct fp_fact *f, size_t index)
{
    struct fp_view_conn *conn = conn_of(v, f);
    if (conn == NULL || !fp_view_room(v, (void **)&v->requests, v->n_requests,
                                      &v->cap_requests, sizeof *v->requests))
        return;
    uint64_t key = fp_lookup_key_pair(f->conn, f->req);
    if (!fp_lookup_put(&v->by_request, key, v->n_requests)) {
        v->failed = true;
        return;
    }
    struct fp_view_request *r = &v->requests[v->n_requests];
    *r = (struct fp_view_request){
        .conn = f->conn,
        .req = f->req,
        .cls = f->cls,
        .since = f->n,
        .index = index,
        .number = next_number(v, f->cls),
        .t_ns = f->t_ns,
        .head_ns = FP_NEVER,
        .end_ns = FP_NEVER,
        .over_ns = FP_NEVER,
        .method = fp_view_keep(v, f->name, 16),
        .target = fp_view_keep(v, f->text, 300),
        .sid = fp_view_keep(v, f->sid, 100),
    };
    conn->requests++;
    conn->last_request = v->n_requests;
    if (fp_view_is_upgrade(r))
        conn->upgrade = v->n_requests;
    if (f->cls == FP_REQ_UPGRADE_PROBE)
        v->last_probe = v->n_requests;
    v->n_requests++;
    if (v->first_request_ns == FP_NEVER && f->cls != FP_REQ_OTHER) {
        v->first_request_ns = f->t_ns;
        v->first_request = index;
    }
    if (begins_anew(r))
        fp_view_abandon_mute(v, f->t_ns);
    fp_fallback_on_request(v, r);
}

static void fold_answer(struct fp_view *v, const struct fp_fact *f)
{
    struct fp_view_request *r = fp_view_request_of(v, f);
    if (r == NULL || f->n < 200 || r->head_ns != FP_NEVER)
        return; /* 1xx are not answers; the 101 comes as ws-open */
    r->head_ns = f->t_ns;
    r->status = (int)fp_ns_min((uint64_t)f->n, 999);
    r->media = fp_view_keep(v, f->name, 64);
    if (r->status >= 400)
        v->first_refused_ns = fp_ns_min(v->first_refused_ns, f->t_ns);
    if (fp_view_is_upgrade(r))
        fp_view_upgrade_failed(v, r, FP_OUT_REFUSED, f->t_ns);
}

/* A 200 to GET /updates is a polling answer under every protocol; a captive
 * portal's login page is none, whatever its status. */
static bool is_updates_answer(const struct fp_view_request *r)
{
    return r->cls == FP_REQ_POLL && r->sid.n == 0 && r->status == 200 &&
           (r->media.n == 0 || fp_str_ieqz(r->media, "application/json"));
}

static void fold_answer_end(struct fp_view *v, const struct fp_fact *f)
{
    struct fp_view_request *r = fp_view_request_of(v, f);
    if (r == NULL || r->end_ns != FP_NEVER)
        return;
    r->end_ns = f->t_ns;
    r->complete = fp_str_eqz(f->name, "complete");
    if (r->status == 0 && f->n >= 200 && f->n <= 999)
        r->status = (int)f->n;
    r->body = fp_view_keep(v, f->text, 256);
    if (fp_view_is_upgrade(r) && !r->got_101)
        fp_view_upgrade_failed(
            v, r, r->status == 0 ? FP_OUT_DROPPED : FP_OUT_REFUSED, f->t_ns);
    if (!r->complete || r->cls != FP_REQ_POLL)
        return;
    /* One that is answered while the client leaves says nothing of the path
     * that what was under way until then had to take. */
    if (r->head_ns != FP_NEVER && !v->over)
        v->path_delay_ns = fp_ns_since(r->head_ns, r->end_ns);
    if (is_updates_answer(r)) {
        v->polls_answered++;
        v->connected_ns = fp_ns_min(v->connected_ns, f->t_ns);
        fp_fallback_on_polling(v, f->t_ns);
    }
}

static void fold_ws_open(struct fp_view *v, const struct fp_fact *f)
{
    const struct fp_view_conn *conn = fp_view_conn_of(v, f->conn);
    if (conn == NULL || conn->upgrade == FP_NO_INDEX)
        return;
    struct fp_view_request *r = &v->requests[conn->upgrade];
    if (r->head_ns != FP_NEVER)
        return;
    r->head_ns = f->t_ns;
    r->status = 101;
    r->got_101 = true;
    if (!fp_str_eqz(f->name, "valid")) {
        r->rule = fp_view_keep(v, f->name, 64);
        fp_view_upgrade_failed(v, r, FP_OUT_BAD_101, f->t_ns);
    }
}

/* The socket of an upgrade request ends: before its session is on it, that is
 * a failure; afterwards the session ends. */
static void fold_conn_close(struct fp_view *v, const struct fp_fact *f)
{
    struct fp_view_conn *conn = conn_of(v, f);
    if (conn == NULL || conn->close_ns != FP_NEVER)
        return;
    conn->close_ns = f->t_ns;
    if (conn->requests == 0)
        v->bare_connects++;
    bool unanswered = conn->requests > 0 &&
                      v->requests[conn->last_request].head_ns == FP_NEVER;
    if (unanswered || (conn->requests == 0 && f->dir == FP_DOWN))
        v->first_refused_ns = fp_ns_min(v->first_refused_ns, f->t_ns);
    if (conn->session != FP_NO_INDEX)
        fp_view_session_over(v, &v->sessions[conn->session], f->dir, f->t_ns);
    if (conn->upgrade == FP_NO_INDEX)
        return;
    struct fp_view_request *r = &v->requests[conn->upgrade];
    if (r->outcome != FP_OUT_PENDING)
        return;
    r->by_client = f->dir == FP_UP;
    fp_view_upgrade_failed(v, r, r->got_101 ? FP_OUT_SILENT : FP_OUT_DROPPED,
                           f->t_ns);
}

void fp_view_fold_request(struct fp_view *v, const struct fp_fact *f,
                          size_t index)
{
    if (f->kind == FP_FACT_CONN_OPEN) {
        (void)conn_of(v, f);
        v->ever_connected = true;
    } else if (f->kind == FP_FACT_REQUEST) {
        v->ever_connected = true;
        fold_head(v, f, index);
    } else if (f->kind == FP_FACT_RESPONSE) {
        fold_answer(v, f);
    } else if (f->kind == FP_FACT_RESPONSE_END) {
        fold_answer_end(v, f);
    } else if (f->kind == FP_FACT_WS_OPEN) {
        fold_ws_open(v, f);
    } else if (f->kind == FP_FACT_CONN_CLOSE) {
        fold_conn_close(v, f);
    }
}
