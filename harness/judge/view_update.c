/* SPDX-License-Identifier: MIT
 * view_update.c - update numbers: published, delivered, said, acknowledged. */
#include "harness/judge/view.h"

enum { GAP_MAX = 1024 }; /* the server counts up by one; be lenient */

struct fp_view_update *fp_view_update_of(const struct fp_view *v, int64_t n)
{
    if (n < 0 || (uint64_t)n >= v->n_updates)
        return NULL;
    struct fp_view_update *u = &v->updates[n];
    return u->published_ns == FP_NEVER ? NULL : u;
}

uint64_t fp_view_oldest_missing_ns(const struct fp_view *v)
{
    size_t n = v->newest == FP_N_ABSENT ? 0 : (size_t)v->newest + 1;
    for (; n < v->n_updates; n++)
        if (v->updates[n].published_ns != FP_NEVER)
            return v->updates[n].published_ns;
    return FP_NEVER;
}

bool fp_view_died_at_once(const struct fp_view *v,
                          const struct fp_view_update *u)
{
    const struct fp_view_conn *conn = fp_view_conn_of(v, u->conn);
    struct fp_fact key = {.conn = u->conn, .req = u->req};
    const struct fp_view_request *r = fp_view_request_of(v, &key);
    if (r != NULL && r->cls == FP_REQ_POLL)
        return r->end_ns != FP_NEVER && !r->complete;
    return conn != NULL && conn->close_ns != FP_NEVER &&
           fp_ns_since(u->delivered_ns, conn->close_ns) <
               fp_view_ns(v, FP_IN_FLIGHT_MS);
}

static void published(struct fp_view *v, const struct fp_fact *f)
{
    if (f->n < 0 || f->n >= FP_UPDATES_MAX ||
        (size_t)f->n > v->n_updates + GAP_MAX)
        return;
    size_t n = (size_t)f->n;
    while (v->n_updates <= n) {
        if (!fp_view_room(v, (void **)&v->updates, v->n_updates,
                          &v->cap_updates, sizeof *v->updates))
            return;
        v->updates[v->n_updates++] = (struct fp_view_update){
            .published_ns = FP_NEVER,
            .delivered_ns = FP_NEVER,
            .said_ns = FP_NEVER,
            .acked_ns = FP_NEVER,
            .owed_ns = FP_NEVER,
        };
    }
    v->updates[n].published_ns = fp_ns_min(v->updates[n].published_ns, f->t_ns);
}

static void delivered(struct fp_view *v, const struct fp_fact *f, size_t index)
{
    struct fp_view_update *u = fp_view_update_of(v, f->n);
    struct fp_view_request *r = fp_view_request_of(v, f);
    if (r != NULL && r->cls == FP_REQ_POLL) {
        if (r->updates++ == 0)
            r->first_update = f->n;
        r->last_update = f->n;
    }
    struct fp_view_session *s = fp_view_session_of(v, f);
    if (u != NULL && s != NULL &&
        (s->newest == FP_N_ABSENT || f->n > s->newest))
        s->newest = f->n;
    fp_view_abandon_mute(v, f->t_ns);
    if (f->transport == FP_POLLING) {
        v->connected_ns = fp_ns_min(v->connected_ns, f->t_ns);
        fp_fallback_on_delivered(v, s, f->t_ns);
    }
    if (u == NULL)
        return;
    if (u->delivered++ == 0) {
        u->delivered_ns = f->t_ns;
        u->conn = f->conn;
        u->req = f->req;
        u->transport = f->transport;
    }
    if (s == NULL || s->left_ns == FP_NEVER)
        u->owed_ns = fp_ns_min(u->owed_ns, f->t_ns);
    v->last_delivered_ns = f->t_ns;
    if (v->newest == FP_N_ABSENT || f->n > v->newest) {
        v->newest = f->n;
        v->newest_index = index;
    }
}

void fp_view_fold_update(struct fp_view *v, const struct fp_fact *f,
                         size_t index)
{
    if (f->kind == FP_FACT_PUBLISHED && f->at == FP_AT_SERVER)
        published(v, f);
    if (f->kind == FP_FACT_DELIVERED && fp_fact_is_wire(f))
        delivered(v, f, index);
    struct fp_view_update *u = fp_view_update_of(v, f->n);
    if (f->kind == FP_FACT_CLIENT_SAYS && fp_str_eqz(f->name, "update")) {
        v->updates_said++;
        if (u != NULL && u->said++ == 0)
            u->said_ns = f->t_ns;
    }
    if (f->kind == FP_FACT_CONSUMED && fp_str_eqz(f->name, "ack")) {
        v->updates_acked++;
        if (u != NULL)
            u->acked_ns = fp_ns_min(u->acked_ns, f->t_ns);
    }
}
