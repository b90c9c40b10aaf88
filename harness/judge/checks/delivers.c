/* SPDX-License-Identifier: MIT
 * delivers.c - delivers: no update is lost, repeated or out of order.
 * Lost: published while a session of the client was joined and open, on a path
 * that lost nothing itself, and not delivered; or skipped by the client's own
 * `since`. What the client says, or acknowledges, is the stronger witness. */
#include "harness/judge/check.h"

enum { LOSS, DUPLICATES, ORDER, SHOWN = 5 };
/* What arrived so long before the end has overtaken all that is older. */
enum { OVERTAKEN_MS = 1000 };

/* One way of seeing repeats and order. */
struct witness {
    int64_t newest;
    unsigned repeated, disordered;
    int64_t first_repeated, first_disordered;
    size_t repeated_fact, disordered_fact;
};

struct state {
    struct witness wire, said;
    bool has_base;
    int64_t seen_to; /* numbers up to here were checked against `since` */
    unsigned skipped;
    int64_t first_skipped;
    size_t skipped_fact;
};

static void init(struct fp_check_run *run)
{
    struct state *s = run->state;
    s->wire.newest = s->said.newest = -1;
    static const char *const names[] = {"loss", "duplicates", "order"};
    static const char *const expected[] = {
        "every update published during a session is delivered",
        "no update is delivered twice unless it was asked for again",
        "updates are delivered in the order of their numbers",
    };
    for (size_t i = 0; i < FP_COUNT(names); i++) {
        struct fp_part *part = fp_check_part(run, names[i], run->conf->level);
        part->expected = fp_check_text(run, "%s", expected[i]);
    }
}

/* The client asked for n again, and could not know that it had it. */
static bool was_asked_for(const struct fp_view *v, const struct fp_fact *f,
                          const struct fp_view_update *u)
{
    const struct fp_view_request *r = fp_view_request_of(v, f);
    const struct fp_view_session *s = fp_view_session_of(v, f);
    if (r != NULL && r->cls == FP_REQ_POLL && r->sid.n == 0)
        return r->since < f->n &&
               (fp_view_died_at_once(v, u) ||
                r->t_ns <=
                    fp_ns_add(u->delivered_ns, fp_view_ns(v, FP_IN_FLIGHT_MS)));
    return s != NULL && s->since != FP_N_ABSENT && s->since < f->n &&
           fp_view_died_at_once(v, u);
}

/* The path itself repeats; only the client's lines can tell what it did. */
static bool path_repeats(const struct fp_case *c)
{
    for (size_t i = 0; i < c->n_path; i++)
        for (size_t k = 0; k < c->path[i].n_faults; k++)
            if (c->path[i].faults[k].kind == FP_FAULT_REPEAT_FRAMES)
                return true;
    return false;
}

static bool resumed_before(const struct fp_view *v, const struct fp_fact *f)
{
    const struct fp_view_request *r = fp_view_request_of(v, f);
    const struct fp_view_session *s = fp_view_session_of(v, f);
    if (r != NULL && r->cls == FP_REQ_POLL && r->sid.n == 0)
        return r->since < f->n;
    return s != NULL && s->since != FP_N_ABSENT && s->since < f->n;
}

static void
note(struct witness *w, int64_t n, size_t index, bool repeat, bool excused)
{
    if (repeat && !excused && w->repeated++ == 0) {
        w->first_repeated = n;
        w->repeated_fact = index;
    }
    if (!repeat && n < w->newest && !excused && w->disordered++ == 0) {
        w->first_disordered = n;
        w->disordered_fact = index;
    }
    if (n > w->newest)
        w->newest = n;
}

static void
on_delivered(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    const struct fp_view_update *u = fp_view_update_of(v, f->n);
    if (u == NULL)
        return;
    if (!s->has_base) {
        s->has_base = true;
        s->seen_to = f->n - 1;
    }
    bool repeat = u->delivered > 1;
    note(&s->wire, f->n, index, repeat,
         repeat ? path_repeats(v->c) || was_asked_for(v, f, u)
                : resumed_before(v, f));
}

/* since=N says that the client has all up to N. The first one it ever sends
 * only says where it begins. */
static void on_since(struct fp_check_run *run, int64_t since, size_t index)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    int64_t last = (int64_t)v->n_updates - 1;
    int64_t to = since < last ? since : last;
    if (!s->has_base) {
        s->has_base = true;
        s->seen_to = to;
    }
    for (int64_t n = s->seen_to + 1; n <= to; n++) {
        const struct fp_view_update *u = fp_view_update_of(v, n);
        if (u != NULL && u->delivered == 0 && s->skipped++ == 0) {
            s->first_skipped = n;
            s->skipped_fact = index;
        }
    }
    if (to > s->seen_to)
        s->seen_to = to;
}

static bool tells_since(const struct fp_fact *f)
{
    if (f->n == FP_N_ABSENT || !fp_fact_is_wire(f))
        return false;
    return f->kind == FP_FACT_REQUEST ||
           (f->kind == FP_FACT_CONSUMED && fp_str_eqz(f->name, "auth-since"));
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    if (f->kind == FP_FACT_DELIVERED && fp_fact_is_wire(f)) {
        on_delivered(run, f, index);
    } else if (f->kind == FP_FACT_CLIENT_SAYS &&
               fp_str_eqz(f->name, "update")) {
        const struct fp_view_update *u = fp_view_update_of(v, f->n);
        if (u != NULL)
            note(&s->said, f->n, index, u->said > 1, false);
    } else if (tells_since(f)) {
        on_since(run, f->n, index);
    }
}

/* -- loss, at the end --------------------------------------------------- */

static bool arrived(const struct fp_view *v, const struct fp_view_update *u)
{
    if (u->delivered == 0)
        return false;
    if (v->updates_said > 0)
        return u->said > 0;
    return v->updates_acked == 0 || u->acked_ns != FP_NEVER;
}

static uint64_t
arrived_ns(const struct fp_view *v, const struct fp_view_update *u)
{
    if (v->updates_said > 0)
        return u->said_ns;
    return v->updates_acked > 0 ? u->acked_ns : u->delivered_ns;
}

/* When the newest update was published that arrived well before the end: an
 * older one can not be under way any more. */
static uint64_t overtaken_ns(const struct fp_view *v, uint64_t end)
{
    uint64_t by = fp_ns_since(fp_view_ns(v, OVERTAKEN_MS), end);
    for (size_t n = v->n_updates; n-- > 0;) {
        const struct fp_view_update *u = &v->updates[n];
        if (arrived(v, u) && arrived_ns(v, u) <= by)
            return u->published_ns;
    }
    return 0;
}

/* Published later than this, an update may rightly be under way still. */
static uint64_t horizon(const struct fp_view *v)
{
    uint64_t end = fp_ns_min(v->shutdown_ns, fp_ns_min(v->exit_ns, v->now_ns));
    uint64_t window = fp_view_ns(v, v->c->window_ms + v->c->window_ms / 10);
    uint64_t slack = fp_ns_add(window, fp_view_path_ns(v));
    return fp_ns_max(fp_ns_since(slack, end), overtaken_ns(v, end));
}

/* Updates published up to here had the chance to be delivered in s. */
static uint64_t
owed_until(const struct fp_view *v, const struct fp_view_session *s)
{
    uint64_t lost = fp_ns_min(s->end_ns, s->eaten_ns);
    uint64_t until = fp_ns_min(s->server_end_ns, horizon(v));
    if (lost == FP_NEVER)
        return until;
    return fp_ns_min(until, fp_ns_since(fp_view_ns(v, FP_IN_FLIGHT_MS), lost));
}

struct loss {
    unsigned owed, lost;
    int64_t shown[SHOWN];
    unsigned undelivered;
};

static bool is_owed(const struct fp_view_session *s, int64_t n,
                    const struct fp_view_update *u, uint64_t until)
{
    if (u->published_ns > until)
        return false;
    return u->published_ns >= s->joined_ns ||
           (s->since != FP_N_ABSENT && n > s->since);
}

static void
count_session(const struct fp_view *v, const struct fp_view_session *s,
              bool *counted, struct loss *loss)
{
    uint64_t until = owed_until(v, s);
    if (s->joined_ns == FP_NEVER || until < s->joined_ns)
        return;
    for (size_t n = 0; n < v->n_updates; n++) {
        const struct fp_view_update *u = &v->updates[n];
        if (u->published_ns == FP_NEVER || counted[n] ||
            !is_owed(s, (int64_t)n, u, until))
            continue;
        counted[n] = true;
        loss->owed++;
        if (arrived(v, u))
            continue;
        loss->undelivered += u->delivered == 0;
        if (loss->lost < SHOWN)
            loss->shown[loss->lost] = (int64_t)n;
        loss->lost++;
    }
}

static struct loss count_loss(struct fp_check_run *run)
{
    const struct fp_view *v = run->view;
    struct loss loss = {0};
    bool *counted =
        fp_arena_alloc(run->arena, (v->n_updates + 1) * sizeof *counted);
    if (counted == NULL) {
        *run->failed = true;
        return loss;
    }
    for (size_t i = 0; i < v->n_sessions; i++)
        count_session(v, &v->sessions[i], counted, &loss);
    return loss;
}

static const char *witness_name(const struct fp_view *v)
{
    if (v->updates_said > 0)
        return "witness: the client's update lines";
    return v->updates_acked > 0 ? "witness: acknowledgements"
                                : "witness: wire only";
}

static struct fp_str
describe_loss(struct fp_check_run *run, const struct loss *loss)
{
    struct fp_buf text = {0};
    fp_buf_printf(&text, "%u of %u lost:", loss->lost, loss->owed);
    for (unsigned i = 0; i < loss->lost && i < SHOWN; i++)
        fp_buf_printf(&text, "%s %lld", i == 0 ? "" : ",",
                      (long long)loss->shown[i]);
    if (loss->lost > SHOWN)
        fp_buf_z(&text, ", …");
    if (loss->undelivered < loss->lost)
        fp_buf_printf(&text, "; %u delivered, but not consumed",
                      loss->lost - loss->undelivered);
    struct fp_str out = fp_check_text(run, "%s (%s)", fp_buf_cstr(&text),
                                      witness_name(run->view));
    fp_buf_deinit(&text);
    return out;
}

static void finish_loss(struct fp_check_run *run)
{
    const struct state *s = run->state;
    struct fp_part *part = &run->parts[LOSS];
    uint64_t now = run->view->now_ns;
    struct loss loss = count_loss(run);
    if (loss.lost > 0 && fp_part_decide(part, FP_FAIL, now)) {
        part->actual = describe_loss(run, &loss);
    } else if (s->skipped > 0 && fp_part_decide(part, FP_FAIL, now)) {
        fp_part_evidence(part, s->skipped_fact);
        part->actual = fp_check_text(
            run, "%u skipped by the client's own since, the first is %lld",
            s->skipped, (long long)s->first_skipped);
    } else if (loss.owed == 0 && s->wire.newest < 0) {
        fp_part_not_exercised(run, part, now,
                              run->view->connected_ns == FP_NEVER
                                  ? "the client never connected"
                                  : "no update was due");
    } else if (fp_part_decide(part, FP_PASS, now)) {
        part->actual = loss.owed == 0
                           ? fp_check_text(run, "none skipped (%s)",
                                           witness_name(run->view))
                           : fp_check_text(run, "all %u updates due (%s)",
                                           loss.owed, witness_name(run->view));
    }
}

static void finish_count(struct fp_check_run *run, struct fp_part *part,
                         unsigned bad, int64_t first, size_t fact)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    if (s->wire.newest < 0) {
        fp_part_not_exercised(run, part, v->now_ns, "nothing was delivered");
    } else if (bad == 0) {
        (void)fp_part_decide(part, FP_PASS, v->now_ns);
        part->actual = fp_check_text(run, "none (%s)", witness_name(v));
    } else if (fp_part_decide(part, FP_FAIL, v->now_ns)) {
        fp_part_evidence(part, fact);
        part->actual = fp_check_text(
            run, "%u %s, the first is update %lld (%s)", bad,
            part == &run->parts[DUPLICATES] ? "repeated" : "out of order",
            (long long)first, witness_name(v));
    }
}

static void finish(struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct witness *w = run->view->updates_said > 0 ? &s->said : &s->wire;
    finish_loss(run);
    finish_count(run, &run->parts[DUPLICATES], w->repeated, w->first_repeated,
                 w->repeated_fact);
    finish_count(run, &run->parts[ORDER], w->disordered, w->first_disordered,
                 w->disordered_fact);
}

const struct fp_check_ops fp_check_delivers = {
    .kind = FP_CHECK_DELIVERS,
    .state_bytes = sizeof(struct state),
    .is_invariant = true,
    .init = init,
    .on_fact = on_fact,
    .finish = finish,
};
