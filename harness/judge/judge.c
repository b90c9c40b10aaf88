/* SPDX-License-Identifier: MIT
 * judge.c - the fold from facts to verdicts: hands facts and time to the
 * checks, and gathers what they say.
 * Time is told by facts alone: a deadline before the next fact passes first,
 * so that a trace gives the same verdicts with and without deadline facts. */
#include "harness/judge/judge.h"

#include "harness/base/alloc.h"
#include "harness/judge/judge_private.h"

static const struct fp_check_ops *const all_ops[FP_CHECK_KIND_COUNT] = {
    [FP_CHECK_CONNECTS] = &fp_check_connects,
    [FP_CHECK_FALLS_BACK] = &fp_check_falls_back,
    [FP_CHECK_FRESH] = &fp_check_fresh,
    [FP_CHECK_DELIVERS] = &fp_check_delivers,
    [FP_CHECK_SETTLES] = &fp_check_settles,
    [FP_CHECK_RETURNS] = &fp_check_returns,
    [FP_CHECK_RECOVERS] = &fp_check_recovers,
    [FP_CHECK_HEARTBEAT] = &fp_check_heartbeat,
    [FP_CHECK_POLLS_POLITELY] = &fp_check_polls_politely,
    [FP_CHECK_BACKS_OFF] = &fp_check_backs_off,
    [FP_CHECK_STOPS] = &fp_check_stops,
    [FP_CHECK_STAYS] = &fp_check_stays,
    [FP_CHECK_ONE_SESSION] = &fp_check_one_session,
    [FP_CHECK_CLOSES_CLEANLY] = &fp_check_closes_cleanly,
    [FP_CHECK_WITNESSES] = &fp_check_witnesses,
    [FP_CHECK_VALID] = &fp_check_valid,
};

/* Every case has these, listed or not. */
static const struct {
    enum fp_check_kind kind;
    enum fp_level level;
} always[] = {
    {FP_CHECK_STAYS, FP_MUST},         {FP_CHECK_ONE_SESSION, FP_MUST},
    {FP_CHECK_VALID, FP_MUST},         {FP_CHECK_POLLS_POLITELY, FP_MUST},
    {FP_CHECK_CLOSES_CLEANLY, FP_MAY}, {FP_CHECK_WITNESSES, FP_MUST},
};

/* -- set-up -------------------------------------------------------------- */

static bool lists(const struct fp_case *c, enum fp_check_kind kind)
{
    for (size_t i = 0; i < c->n_expect; i++)
        if (c->expect[i].kind == kind)
            return true;
    return false;
}

void fp_judge_decide_all(struct fp_check_run *run, enum fp_verdict verdict,
                         uint64_t t_ns, struct fp_str why)
{
    for (size_t i = 0; i < run->n_parts; i++)
        if (fp_part_decide(&run->parts[i], verdict, t_ns))
            run->parts[i].why = why;
}

bool fp_judge_is_done(const struct fp_check_run *run)
{
    for (size_t i = 0; i < run->n_parts; i++)
        if (!run->parts[i].decided)
            return false;
    return true;
}

static enum fp_status add_run(struct fp_judge *j, const struct fp_check *conf)
{
    struct fp_check_run *run = &j->runs[j->n_runs++];
    *run = (struct fp_check_run){
        .ops = all_ops[conf->kind],
        .conf = conf,
        .view = &j->view,
        .arena = &j->arena,
        .failed = &j->failed,
    };
    run->state = fp_arena_alloc(&j->arena, run->ops->state_bytes + 1);
    if (run->state == NULL)
        return FP_ENOMEM;
    run->ops->init(run);
    struct fp_str cannot =
        fp_case_cannot(j->conf.c, j->conf.protocol, conf->kind);
    if (cannot.p != NULL)
        fp_judge_decide_all(run, FP_NOT_APPLICABLE, 0, cannot);
    return j->failed ? FP_ENOMEM : FP_OK;
}

static enum fp_status add_runs(struct fp_judge *j)
{
    const struct fp_case *c = j->conf.c;
    size_t most = c->n_expect + FP_COUNT(always);
    j->runs = fp_arena_alloc(&j->arena, most * sizeof *j->runs);
    if (j->runs == NULL)
        return FP_ENOMEM;
    enum fp_status status = FP_OK;
    for (size_t i = 0; i < c->n_expect && status == FP_OK; i++)
        status = add_run(j, &c->expect[i]);
    for (size_t i = 0; i < FP_COUNT(always) && status == FP_OK; i++) {
        if (lists(c, always[i].kind))
            continue;
        j->implied[i] = (struct fp_check){
            .kind = always[i].kind,
            .loc = {.file = c->file.p, .line = 1, .col = 1},
            .level = always[i].level,
            .implied = true,
        };
        status = add_run(j, &j->implied[i]);
    }
    return status;
}

struct fp_check_run *
fp_judge_run_of(const struct fp_judge *j, enum fp_check_kind kind)
{
    for (size_t i = 0; i < j->n_runs; i++)
        if (j->runs[i].ops->kind == kind)
            return &j->runs[i];
    return NULL;
}

static void link_runs(struct fp_judge *j)
{
    struct fp_check_run *falls_back = fp_judge_run_of(j, FP_CHECK_FALLS_BACK);
    j->only_invariants = true;
    for (size_t i = 0; i < j->n_runs; i++) {
        j->runs[i].falls_back = falls_back;
        if (!j->runs[i].ops->is_invariant && !fp_judge_is_done(&j->runs[i]))
            j->only_invariants = false;
    }
}

enum fp_status
fp_judge_new(struct fp_judge **out, const struct fp_judge_conf *conf,
             struct fp_err *err)
{
    struct fp_judge *j = fp_calloc(1, sizeof *j);
    if (j == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    j->conf = *conf;
    fp_view_init(&j->view, conf);
    if (add_runs(j) != FP_OK) {
        fp_judge_free(j);
        return fp_fail(err, FP_ENOMEM, "out of memory");
    }
    link_runs(j);
    *out = j;
    return FP_OK;
}

void fp_judge_free(struct fp_judge *j)
{
    if (j == NULL)
        return;
    fp_view_deinit(&j->view);
    fp_arena_deinit(&j->arena);
    fp_free(j);
}

/* -- blocked checks ------------------------------------------------------ */

static const struct fp_part *failed_part(const struct fp_check_run *run)
{
    for (size_t i = 0; run != NULL && i < run->n_parts; i++)
        if (run->parts[i].decided && (run->parts[i].verdict == FP_FAIL ||
                                      run->parts[i].verdict == FP_INCONCLUSIVE))
            return &run->parts[i];
    return NULL;
}

/* The check whose failure leaves those that wait for it without a chance. */
static const struct fp_check_run *blocker(const struct fp_judge *j)
{
    const struct fp_check_run *fb = fp_judge_run_of(j, FP_CHECK_FALLS_BACK);
    const struct fp_check_run *connects = fp_judge_run_of(j, FP_CHECK_CONNECTS);
    if (fb != NULL && fp_judge_is_done(fb) && failed_part(fb) != NULL &&
        j->view.fallback.complete_ns == FP_NEVER)
        return fb;
    if (failed_part(connects) != NULL && j->view.connected_ns == FP_NEVER)
        return connects;
    return NULL;
}

static bool waits(const struct fp_check_run *run)
{
    return run->ops->is_waiting != NULL && !fp_judge_is_done(run) &&
           run->ops->is_waiting(run);
}

static struct fp_str
blocked_by(struct fp_check_run *run, const struct fp_check_run *by)
{
    const struct fp_part *part = failed_part(by);
    const char *suffix = part->suffix == NULL ? "" : part->suffix;
    return fp_check_text(run, "blocked by %s%s%s: %.*s",
                         fp_check_key(by->ops->kind), *suffix ? "." : "",
                         suffix, FP_STR_ARG(part->actual));
}

void fp_judge_block(struct fp_judge *j)
{
    const struct fp_check_run *by = blocker(j);
    for (size_t i = 0; by != NULL && i < j->n_runs; i++)
        if (waits(&j->runs[i]))
            fp_judge_decide_all(&j->runs[i], FP_NOT_EXERCISED, j->view.now_ns,
                                blocked_by(&j->runs[i], by));
}

/* -- time ---------------------------------------------------------------- */

static uint64_t
deadline_of(const struct fp_judge *j, const struct fp_check_run *run)
{
    if (run->ops->next_deadline == NULL || run->deadlines_off ||
        fp_judge_is_done(run) || (j->view.over && !run->ops->watches_end))
        return FP_NEVER;
    return run->ops->next_deadline(run);
}

static void
tell_deadline(struct fp_judge *j, struct fp_check_run *run, uint64_t deadline)
{
    run->ops->on_deadline(run, fp_ns_max(deadline, j->view.now_ns));
    /* A check that would ask for the same moment again would stop the fold. */
    if (deadline_of(j, run) <= deadline)
        run->deadlines_off = true;
}

/* The next moment at which a check or the view changes by time alone. */
static uint64_t next_change(const struct fp_judge *j)
{
    uint64_t next = j->view.over ? FP_NEVER : fp_view_next_deadline(&j->view);
    for (size_t i = 0; i < j->n_runs; i++)
        next = fp_ns_min(next, deadline_of(j, &j->runs[i]));
    return next;
}

/* What the view concluded from time alone reaches every check at that moment,
 * whether or not the trace has a deadline fact there. */
static void tell_time(struct fp_judge *j, uint64_t t_ns)
{
    const struct fp_fact f = {.t_ns = fp_ns_max(t_ns, j->view.now_ns),
                              .kind = FP_FACT_DEADLINE,
                              .at = FP_AT_RUN,
                              .n = FP_N_ABSENT};
    for (size_t i = 0; i < j->n_runs; i++)
        if (j->runs[i].ops->on_fact != NULL &&
            (!j->view.over || j->runs[i].ops->watches_end))
            j->runs[i].ops->on_fact(&j->runs[i], &f, FP_NO_INDEX);
}

/* Every deadline before `limit` passes (or at it, when inclusive). */
static void advance(struct fp_judge *j, uint64_t limit, bool inclusive)
{
    for (;;) {
        uint64_t at = next_change(j);
        if (at == FP_NEVER || at > limit || (at == limit && !inclusive))
            return;
        fp_view_pass_time(&j->view, at);
        for (size_t i = 0; i < j->n_runs; i++)
            if (deadline_of(j, &j->runs[i]) <= at)
                tell_deadline(j, &j->runs[i], at);
        tell_time(j, at);
        fp_judge_block(j);
    }
}

/* Where only invariants are judged, the client is watched for one window. */
static uint64_t watch_end(const struct fp_judge *j)
{
    const struct fp_view *v = &j->view;
    if (v->connected_ns == FP_NEVER)
        return fp_view_patience_ns(v);
    return fp_ns_add(v->connected_ns, fp_view_ns(v, v->c->window_ms));
}

/* When the last missed bound can not be excused any more; 0: there is none. */
static uint64_t misses_open_until(const struct fp_judge *j)
{
    uint64_t until = 0;
    for (size_t i = 0; i < j->n_runs; i++)
        for (size_t k = 0; k < j->runs[i].n_parts; k++)
            until = fp_ns_max(until, fp_part_open_until(&j->runs[i].parts[k]));
    return until;
}

uint64_t fp_judge_next_deadline(const struct fp_judge *j)
{
    const struct fp_view *v = &j->view;
    if (v->ended)
        return FP_NEVER;
    uint64_t next = next_change(j);
    if (!v->over && misses_open_until(j) > v->now_ns)
        next = fp_ns_min(next, misses_open_until(j));
    if (j->only_invariants && !v->over && watch_end(j) > v->now_ns)
        next = fp_ns_min(next, watch_end(j));
    return next;
}

/* -- facts --------------------------------------------------------------- */

static void tell_fact(struct fp_judge *j, const struct fp_fact *f, size_t index)
{
    bool was_over = j->view.over;
    fp_view_fold(&j->view, f, index);
    for (size_t i = 0; i < j->n_runs; i++) {
        struct fp_check_run *run = &j->runs[i];
        if (run->ops->on_fact != NULL && (!was_over || run->ops->watches_end))
            run->ops->on_fact(run, f, index);
    }
}

static void excuse_misses(struct fp_judge *j, uint64_t t_ns)
{
    for (size_t i = 0; i < j->n_runs; i++)
        for (size_t k = 0; k < j->runs[i].n_parts; k++)
            fp_part_excuse(&j->runs[i], &j->runs[i].parts[k], t_ns);
}

/* Whatever a client did whose clock ran at another speed than all deadlines
 * were set for, it says nothing. */
static void doubt_clock(struct fp_judge *j, const struct fp_fact *f)
{
    const double asked = j->view.scale, real = (double)f->n / 1000;
    if (asked <= 1 || (real > asked * 0.9 && real < asked * 1.1))
        return;
    for (size_t i = 0; i < j->n_runs; i++) {
        struct fp_check_run *run = &j->runs[i];
        fp_judge_decide_all(
            run, FP_INCONCLUSIVE, f->t_ns,
            fp_check_text(run,
                          "the client's clock ran %g times as fast, not %g; "
                          "run it without --time-scale",
                          f->n == 0 ? 1 : real, asked));
    }
}

void fp_judge_feed(struct fp_judge *j, const struct fp_fact *f, size_t index)
{
    if (j->view.ended)
        return;
    /* It began before the deadlines that passed during it. */
    if (f->kind == FP_FACT_STALL)
        fp_view_note_stall(&j->view, f);
    advance(j, f->t_ns, false);
    bool knew = j->view.says_unsupported;
    tell_fact(j, f, index);
    if (j->view.says_unsupported && !knew)
        for (size_t i = 0; i < j->n_runs; i++)
            fp_judge_decide_all(&j->runs[i], FP_UNSUPPORTED, f->t_ns,
                                j->view.unsupported);
    if (f->kind == FP_FACT_STALL)
        excuse_misses(j, f->t_ns);
    if (f->kind == FP_FACT_CLOCK)
        doubt_clock(j, f);
    fp_judge_block(j);
    bool told = f->kind == FP_FACT_DEADLINE || f->kind == FP_FACT_END;
    advance(j, f->t_ns, told);
}

bool fp_judge_is_decided(const struct fp_judge *j)
{
    if (j->view.over || j->view.ended || j->view.says_unsupported)
        return true;
    if (j->view.now_ns < misses_open_until(j))
        return false;
    if (j->only_invariants)
        return j->view.now_ns >= watch_end(j);
    for (size_t i = 0; i < j->n_runs; i++) {
        const struct fp_check_run *run = &j->runs[i];
        for (size_t k = 0; k < run->n_parts && !run->ops->is_invariant; k++)
            if (!run->parts[k].decided && !run->parts[k].enough)
                return false;
    }
    return true;
}
