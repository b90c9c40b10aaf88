/* SPDX-License-Identifier: MIT
 * backs_off.c - backs-off: requests become rarer where nothing works, and do
 * not come after the same waits from every client (RFC 6455 section 7.2.3). */
#include <stdio.h>

#include "harness/judge/check.h"

enum { RATE, JITTER };

enum {
    WAITS_MIN = 5,
    WAITS_MAX = 32,
    WAIT_MS = 400, /* a shorter one is a switch of transports */
};

/* How close to a rule is no chance; docs/verdicts.md has the odds. */
static const double close_enough = 0.0125;

struct state {
    uint64_t from_ns;
    size_t requests, bare; /* known when the watch began */
};

static void init(struct fp_check_run *run)
{
    char span[FP_SPAN_CHARS];
    struct state *s = run->state;
    s->from_ns = FP_NEVER;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected = fp_check_text(
        run, "at most %u requests in %s from the first refusal",
        run->conf->max_requests, fp_check_span_ms(run->conf->for_ms, span));
    part = fp_check_part(run, "jitter", FP_SHOULD);
    part->expected = fp_check_text(run, "waits between retries that differ at "
                                        "random");
    part->silent = true; /* until there are waits enough */
    part->enough = true;
}

/* -- jitter --------------------------------------------------------------- */

struct waits {
    uint64_t ns[WAITS_MAX];
    size_t n;
    uint64_t least, most;
};

/* The rule that waits come closest to. */
struct rule {
    double factor; /* of a wait to the one before */
    size_t steps;  /* so often; then no longer */
    double apart;  /* those that follow it: 0 = exactly so; below 1 */
};

/* So many must follow a rule: a busy machine makes some late. */
static size_t followers(size_t n) { return n - (n - WAITS_MIN) / 2; }

/* When the client knew that the request had failed; FP_NEVER while it may yet
 * succeed. */
static uint64_t
over_ns(const struct fp_view *v, const struct fp_view_request *r)
{
    if (fp_view_is_upgrade(r))
        return r->over_ns;
    const struct fp_view_conn *conn = fp_view_conn_of(v, r->conn);
    return fp_ns_min(r->end_ns, conn == NULL ? FP_NEVER : conn->close_ns);
}

/* From the end of all that was tried to the next request. */
static void collect(struct waits *w, const struct fp_view *v)
{
    uint64_t over = 0;
    *w = (struct waits){.least = FP_NEVER};
    for (size_t i = 0; i < v->n_requests && w->n < WAITS_MAX; i++) {
        const struct fp_view_request *r = &v->requests[i];
        uint64_t wait = fp_ns_since(over, r->t_ns);
        if (i > 0 && wait >= fp_view_ns(v, WAIT_MS)) {
            w->ns[w->n++] = wait;
            w->least = fp_ns_min(w->least, wait);
            w->most = fp_ns_max(w->most, wait);
        }
        over = fp_ns_max(over, over_ns(v, r));
    }
}

static void insert(double *sorted, size_t n, double x)
{
    for (; n > 0 && sorted[n - 1] > x; n--)
        sorted[n] = sorted[n - 1];
    sorted[n] = x;
}

static struct rule measure(const struct waits *w, double factor, size_t steps)
{
    double step = 1, base[WAITS_MAX];
    for (size_t i = 0; i < w->n; i++) {
        insert(base, i, (double)w->ns[i] / step);
        step *= i < steps ? factor : 1;
    }
    size_t k = followers(w->n);
    struct rule r = {factor, steps, 1};
    for (size_t i = 0; i + k <= w->n; i++) {
        double apart = 1 - base[i] / base[i + k - 1];
        r.apart = apart < r.apart ? apart : r.apart;
    }
    return r;
}

static struct rule closest(const struct waits *w)
{
    static const double factors[] = {1.5, 2};
    struct rule best = measure(w, 1, 0);
    for (size_t i = 0; i < FP_COUNT(factors) * w->n; i++) {
        struct rule r = measure(w, factors[i / w->n], i % w->n);
        if (r.apart < best.apart)
            best = r;
    }
    return best;
}

static struct fp_str
rule_text(struct fp_check_run *run, const struct rule *r, size_t n)
{
    char who[32] = "all", how[64] = "alike";
    if (followers(n) < n)
        (void)snprintf(who, sizeof who, "%zu of them", followers(n));
    if (r->steps > 0)
        (void)snprintf(how, sizeof how, "%g times the last%s", r->factor,
                       r->steps + 1 < n ? ", up to a limit" : "");
    return fp_check_text(run, ": %s %s, to within %.1f %%", who, how,
                         r->apart * 100);
}

static void
judge_waits(struct fp_check_run *run, const struct waits *w, uint64_t t_ns)
{
    char least[FP_SPAN_CHARS], most[FP_SPAN_CHARS];
    struct rule rule = closest(w);
    bool fits = rule.apart <= close_enough;
    struct fp_part *part = &run->parts[JITTER];
    part->silent = false;
    if (!fp_part_decide(part, fits ? FP_FAIL : FP_PASS, t_ns))
        return;
    struct fp_str how = fits ? rule_text(run, &rule, w->n) : FP_STR_NONE;
    part->actual =
        fp_check_text(run, "%zu waits, %s to %s%.*s", w->n,
                      fp_check_span(run, w->least, least),
                      fp_check_span(run, w->most, most), FP_STR_ARG(how));
}

/* Waits that the network dictates are not the client's. */
static bool tells_when(const struct fp_case *c)
{
    for (size_t i = 0; i < c->n_path; i++)
        for (size_t k = 0; k < c->path[i].n_faults; k++)
            for (size_t h = 0; h < c->path[i].faults[k].n_response; h++)
                if (fp_str_ieqz(c->path[i].faults[k].response[h].name,
                                "retry-after"))
                    return true;
    return false;
}

static void judge_jitter(struct fp_check_run *run, uint64_t t_ns)
{
    struct waits w;
    collect(&w, run->view);
    if (run->view->connected_ns == FP_NEVER && w.n >= WAITS_MIN &&
        !tells_when(run->view->c))
        judge_waits(run, &w, t_ns);
    else
        fp_part_not_exercised(run, &run->parts[JITTER], t_ns,
                              "fewer than five waits");
}

/* -- the rate ------------------------------------------------------------- */

static size_t made(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    return v->n_requests - s->requests + v->bare_connects - s->bare;
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    char span[FP_SPAN_CHARS];
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[RATE];
    if (v->connected_ns != FP_NEVER)
        fp_part_not_exercised(run, part, f->t_ns, "the client connected");
    if (s->from_ns == FP_NEVER && v->first_refused_ns != FP_NEVER) {
        s->from_ns = f->t_ns;
        s->requests = v->n_requests;
        s->bare = v->bare_connects;
    }
    if (s->from_ns == FP_NEVER || made(run) <= run->conf->max_requests ||
        !fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    fp_part_evidence(part, index);
    part->actual = fp_check_text(
        run, "%zu requests in %s", made(run),
        fp_check_span(run, fp_ns_since(s->from_ns, f->t_ns), span));
}

static uint64_t next_deadline(const struct fp_check_run *run)
{
    const struct state *s = run->state;
    if (run->parts[RATE].decided)
        return FP_NEVER;
    if (s->from_ns == FP_NEVER)
        return fp_view_patience_ns(run->view);
    return fp_ns_add(s->from_ns, fp_view_ns(run->view, run->conf->for_ms));
}

static void on_deadline(struct fp_check_run *run, uint64_t t_ns)
{
    char span[FP_SPAN_CHARS];
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[RATE];
    if (s->from_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, t_ns, "nothing was refused");
        return;
    }
    judge_jitter(run, t_ns);
    if (fp_part_decide(part, FP_PASS, t_ns))
        part->actual = fp_check_text(run, "%zu requests in %s", made(run),
                                     fp_check_span_ms(run->conf->for_ms, span));
}

static void finish(struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[RATE];
    judge_jitter(run, v->now_ns);
    if (s->from_ns == FP_NEVER) {
        fp_part_not_exercised(run, part, v->now_ns, "nothing was refused");
    } else if (v->exit_ns != FP_NEVER &&
               fp_part_decide(part, FP_PASS, v->now_ns)) {
        part->actual =
            fp_check_text(run, "%zu requests, then it ended", made(run));
    } else {
        fp_part_not_exercised(run, part, v->now_ns,
                              "the run ended before `for` had passed");
    }
}

const struct fp_check_ops fp_check_backs_off = {
    .kind = FP_CHECK_BACKS_OFF,
    .state_bytes = sizeof(struct state),
    .init = init,
    .on_fact = on_fact,
    .next_deadline = next_deadline,
    .on_deadline = on_deadline,
    .finish = finish,
};
