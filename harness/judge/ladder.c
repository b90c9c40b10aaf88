/* SPDX-License-Identifier: MIT
 * ladder.c - the ladder of attempts: what the client asked, what it got. */
#include "harness/judge/ladder.h"

#include <stdio.h>

#include "harness/base/alloc.h"

/* Polls in a row that went alike. */
struct run {
    const struct fp_view_request *first;
    size_t count;
    unsigned updates;
    int64_t from, to;
    uint64_t end_ns;
};

struct ladder {
    const struct fp_view *v;
    struct fp_case_result *r;
    size_t left_out;
    bool failed;
};

static struct fp_rung *next_rung(struct ladder *l)
{
    if (l->r->n_ladder < FP_LADDER_RUNGS)
        return &l->r->ladder[l->r->n_ladder++];
    l->left_out++;
    return NULL;
}

static struct fp_str keep(struct ladder *l, struct fp_buf *text)
{
    struct fp_str s = FP_STR_NONE;
    if (!text->failed)
        s = fp_arena_str(&l->r->arena, fp_buf_view(text));
    if (s.p == NULL)
        l->failed = true;
    fp_buf_deinit(text);
    return s;
}

static void put_span(struct fp_buf *out, const struct fp_view *v, uint64_t ns)
{
    uint64_t ms = fp_view_ms(v, ns);
    if (ms < 1000)
        fp_buf_printf(out, "%u ms", (unsigned)ms);
    else
        fp_buf_printf(out, "%.1f s", (double)ms / 1000);
}

/* One line: what a body holds is not ours. */
static void put_body(struct fp_buf *out, struct fp_str body)
{
    size_t n = body.n < 80 ? body.n : 80;
    if (n > 0)
        fp_buf_char(out, ' ');
    for (size_t i = 0; i < n; i++)
        fp_buf_add(out, (unsigned char)body.p[i] < ' ' ? " " : body.p + i, 1);
    if (n < body.n)
        fp_buf_z(out, "…");
}

static void put_upgrade(struct fp_buf *out, const struct fp_view *v,
                        const struct fp_view_request *r)
{
    const char *who = r->by_client ? "the client" : "the other side";
    switch (r->outcome) {
    case FP_OUT_PENDING:
        fp_buf_z(out, r->got_101 ? "101, then nothing" : "no answer");
        break;
    case FP_OUT_REFUSED:
        fp_buf_printf(out, "%d", r->status);
        put_body(out, r->body);
        break;
    case FP_OUT_DROPPED:
        fp_buf_printf(out, "no answer, %s closed", who);
        break;
    case FP_OUT_BAD_101:
        fp_buf_printf(out, "invalid 101 (%.*s)", FP_STR_ARG(r->rule));
        break;
    case FP_OUT_SILENT:
        fp_buf_printf(out, "101, no protocol answer, %s closed", who);
        break;
    case FP_OUT_OPENED:
        fp_buf_z(out, "101, session open");
        break;
    case FP_OUT_SHORT:
        fp_buf_z(out, "101, session open, ended after ");
        put_span(out, v, fp_ns_since(r->head_ns, r->over_ns));
        break;
    }
}

static void put_answer(struct fp_buf *out, const struct fp_view_request *r)
{
    if (r->status == 0)
        fp_buf_z(out, r->end_ns == FP_NEVER ? "no answer" : "cut, no answer");
    else
        fp_buf_printf(out, "%d", r->status);
    if (r->status != 0 && r->end_ns != FP_NEVER && !r->complete)
        fp_buf_z(out, ", cut");
    put_body(out, r->body);
}

static void put_target(struct fp_buf *out, const struct fp_view_request *r)
{
    fp_buf_printf(out, "%.*s %.*s", FP_STR_ARG(r->method),
                  FP_STR_ARG(r->target));
}

static void add_single(struct ladder *l, const struct fp_view_request *r)
{
    struct fp_rung *rung = next_rung(l);
    if (rung == NULL)
        return;
    struct fp_buf target = {0}, outcome = {0};
    put_target(&target, r);
    if (fp_view_is_upgrade(r))
        put_upgrade(&outcome, l->v, r);
    else
        put_answer(&outcome, r);
    uint64_t over =
        fp_ns_min(fp_view_is_upgrade(r) ? r->over_ns : r->end_ns, l->v->now_ns);
    *rung = (struct fp_rung){
        .cls = r->cls,
        .number = r->number,
        .t_ns = r->t_ns,
        .took_ns = fp_ns_since(r->t_ns, over),
        .target = keep(l, &target),
        .outcome = keep(l, &outcome),
    };
}

static void add_run(struct ladder *l, struct run *run)
{
    struct fp_rung *rung = run->count == 0 ? NULL : next_rung(l);
    if (rung == NULL) {
        *run = (struct run){0};
        return;
    }
    struct fp_buf target = {0}, outcome = {0};
    if (run->count == 1)
        put_target(&target, run->first);
    else
        fp_buf_printf(&target, "GET poll ×%zu", run->count);
    put_answer(&outcome, run->first);
    if (run->updates == 1)
        fp_buf_printf(&outcome, ", update %lld", (long long)run->from);
    else if (run->updates > 1)
        fp_buf_printf(&outcome, ", updates %lld..%lld", (long long)run->from,
                      (long long)run->to);
    *rung = (struct fp_rung){
        .cls = FP_REQ_POLL,
        .t_ns = run->first->t_ns,
        .took_ns =
            fp_ns_since(run->first->t_ns, fp_ns_min(run->end_ns, l->v->now_ns)),
        .target = keep(l, &target),
        .outcome = keep(l, &outcome),
    };
    *run = (struct run){0};
}

static bool
alike(const struct fp_view_request *a, const struct fp_view_request *b)
{
    return a->status == b->status && a->complete == b->complete &&
           (a->end_ns == FP_NEVER) == (b->end_ns == FP_NEVER);
}

static void
add_poll(struct ladder *l, struct run *run, const struct fp_view_request *r)
{
    if (run->count > 0 && !alike(run->first, r))
        add_run(l, run);
    if (run->count++ == 0)
        run->first = r;
    if (r->updates > 0 && run->updates == 0)
        run->from = r->first_update;
    if (r->updates > 0)
        run->to = r->last_update;
    run->updates += r->updates;
    run->end_ns = r->end_ns;
}

/* Successful POSTs and preflights explain nothing. */
static bool is_dull(const struct fp_view_request *r)
{
    return (r->cls == FP_REQ_POST || r->cls == FP_REQ_PREFLIGHT) &&
           (r->status / 100 == 2 || r->status == 0);
}

static void tell_left_out(struct ladder *l)
{
    if (l->left_out == 0)
        return;
    struct fp_rung *last = &l->r->ladder[l->r->n_ladder - 1];
    struct fp_buf target = {0}, outcome = {0};
    fp_buf_printf(&target, "%zu more requests", l->left_out + 1);
    last->cls = FP_REQ_OTHER;
    last->number = 0;
    last->target = keep(l, &target);
    last->outcome = keep(l, &outcome);
}

enum fp_status
fp_ladder_write(const struct fp_view *v, struct fp_case_result *r)
{
    struct ladder l = {.v = v, .r = r};
    struct run run = {0};
    r->ladder = fp_arena_alloc(&r->arena, FP_LADDER_RUNGS * sizeof *r->ladder);
    if (r->ladder == NULL)
        return FP_ENOMEM;
    for (size_t i = 0; i < v->n_requests; i++) {
        const struct fp_view_request *q = &v->requests[i];
        if (q->cls == FP_REQ_POLL) {
            add_poll(&l, &run, q);
        } else if (!is_dull(q)) {
            add_run(&l, &run);
            add_single(&l, q);
        }
    }
    add_run(&l, &run);
    tell_left_out(&l);
    return l.failed ? FP_ENOMEM : FP_OK;
}
