/* play.h - judges noted facts as a run would, and tables of such, for tests
 * only. Each trace is judged twice: with the deadline facts that a live run
 * adds, and without, as a stored one may be; what is decided must never change.
 * Uses: base, trace, model, judge. */
#pragma once
#include "harness/judge/notation.h"

/* -- a run without a network --------------------------------------------- */

struct play {
    struct fp_judge *j;
    uint64_t now_ns;
    size_t index;
    bool decided[32][FP_PARTS];
    enum fp_verdict verdicts[32][FP_PARTS];
};

/* A decided check never changes. */
static inline void play_watch(struct play *p)
{
    for (size_t i = 0; i < p->j->n_runs; i++) {
        for (size_t k = 0; k < p->j->runs[i].n_parts; k++) {
            const struct fp_part *part = &p->j->runs[i].parts[k];
            bool open = p->now_ns <= fp_part_open_until(part);
            if (p->decided[i][k]) {
                assert_true(part->decided);
                assert_int_equal(part->verdict, p->verdicts[i][k]);
            }
            p->decided[i][k] = part->decided && !open;
            p->verdicts[i][k] = part->verdict;
        }
    }
}

static inline void play_fact(struct play *p, const struct fp_fact *f)
{
    fp_judge_feed(p->j, f, p->index++);
    p->now_ns = f->t_ns;
    play_watch(p);
    uint64_t next = fp_judge_next_deadline(p->j);
    assert_true(next >= p->now_ns);
}

static inline void play_kind(struct play *p, enum fp_fact_kind kind,
                             uint64_t t_ns, const char *name)
{
    struct fp_fact f = {
        .t_ns = t_ns, .kind = kind, .at = FP_AT_RUN, .name = fp_str_of(name)};
    play_fact(p, &f);
}

/* Tell every deadline up to limit, as the runner does; stop when decided. */
static inline void play_deadlines(struct play *p, uint64_t limit, bool to_limit)
{
    for (unsigned i = 0;; i++) {
        assert_true(i < 10000);
        uint64_t next = fp_judge_next_deadline(p->j);
        if (next > limit || next == FP_NEVER ||
            (!to_limit && fp_judge_is_decided(p->j)))
            return;
        play_kind(p, FP_FACT_DEADLINE, next, NULL);
    }
}

static inline bool noted_end(const struct noted *t)
{
    return t->n > 0 && t->facts[t->n - 1].kind == FP_FACT_END;
}

/* with_deadlines: between the facts too, as live; else as a stored trace
 * without them. */
static inline void
play_trace(struct play *p, const struct noted *t, bool with_deadlines)
{
    for (size_t i = 0; i < t->n; i++) {
        if (with_deadlines && t->facts[i].t_ns > 0)
            play_deadlines(p, t->facts[i].t_ns - 1, true);
        play_fact(p, &t->facts[i]);
    }
    if (noted_end(t))
        return;
    play_deadlines(p, FP_NEVER - 1, false);
    uint64_t at = p->now_ns;
    if (p->j->view.exit_ns == FP_NEVER) {
        play_kind(p, FP_FACT_SHUTDOWN, at, NULL);
        at += 10 * FP_NS_PER_MS;
        play_kind(p, FP_FACT_CLIENT_EXIT, at, "asked");
    }
    play_kind(p, FP_FACT_END, at, "decided");
}

/* Facts after the end change nothing. */
static inline void play_on(struct play *p)
{
    for (int64_t n = 1; n < 40; n++) {
        struct fp_fact f = {
            .t_ns = p->now_ns + (uint64_t)n * 1000 * FP_NS_PER_MS,
            .kind = n % 2 ? FP_FACT_REQUEST : FP_FACT_INVALID,
            .at = FP_AT_HOP,
            .cls = FP_REQ_ATTEMPT,
            .conn = 900 + (uint32_t)n,
            .n = n,
        };
        fp_judge_feed(p->j, &f, p->index++);
        play_watch(p);
    }
}

static inline void
play_judge(const struct fp_judge_conf *conf, const struct noted *t,
           bool with_deadlines, struct fp_case_result *r)
{
    struct play p = {0};
    struct fp_err err = {0};
    assert_int_equal(FP_OK, fp_judge_new(&p.j, conf, &err));
    assert_true(p.j->n_runs <= FP_COUNT(p.decided));
    play_trace(&p, t, with_deadlines);
    play_on(&p);
    memset(r, 0, sizeof *r);
    assert_int_equal(FP_OK, fp_judge_finish(p.j, r, &err));
    play_watch(&p);
    fp_judge_free(p.j);
}

/* "verdict: actual | why" of the check with this name. */
static inline void play_line(const struct fp_case_result *r, const char *name,
                             char *out, size_t cap)
{
    for (size_t i = 0; i < r->n_checks; i++) {
        const struct fp_check_result *c = &r->checks[i];
        if (!fp_str_eqz(c->name, name))
            continue;
        const char *verdict = fp_verdict_name(c->verdict);
        if (c->actual.n > 0 && c->why.n > 0)
            (void)snprintf(out, cap, "%s: %.*s | %.*s", verdict,
                           FP_STR_ARG(c->actual), FP_STR_ARG(c->why));
        else
            (void)snprintf(out, cap, "%s: %.*s", verdict,
                           FP_STR_ARG(c->why.n > 0 ? c->why : c->actual));
        return;
    }
    (void)snprintf(out, cap, "absent");
}

/* -- a table of traces ---------------------------------------------------- */

struct row {
    const char *name;
    const char *facts;
    const char *check; /* the result that is looked at */
    const char *want;  /* as play_line */
    struct fp_check expect[4];
    struct fp_hop hop; /* faults, where the check reads them */
    enum fp_protocol protocol;
    double scale; /* 0 = 1 */
    bool polling_only;
    unsigned recovery; /* unused keys stay 0 */
};

#define CONNECTS(t, w)                                                         \
    {                                                                          \
        .kind = FP_CHECK_CONNECTS, .transport = (t), .within_ms = (w)          \
    }
#define FALLS_BACK                                                             \
    {                                                                          \
        .kind = FP_CHECK_FALLS_BACK, .attempts = 3, .budget_ms = 15000         \
    }
#define FRESH                                                                  \
    {                                                                          \
        .kind = FP_CHECK_FRESH, .window_ms = 3000, .for_ms = 3000              \
    }
#define SETTLES                                                                \
    {                                                                          \
        .kind = FP_CHECK_SETTLES, .for_ms = 6000                               \
    }
#define DELIVERS                                                               \
    {                                                                          \
        .kind = FP_CHECK_DELIVERS                                              \
    }
#define ONLY(k)                                                                \
    {                                                                          \
        .kind = FP_CHECK_##k                                                   \
    }

static inline size_t row_checks(const struct row *row)
{
    size_t n = 0;
    while (n < FP_COUNT(row->expect) && (n == 0 || row->expect[n].kind != 0))
        n++;
    /* An empty first one is a case that lists nothing. */
    bool none = row->expect[0].kind == 0 && row->expect[0].within_ms == 0;
    return none ? 0 : n;
}

static inline struct fp_case row_case(const struct row *row)
{
    return (struct fp_case){
        .name = FP_STR("test"),
        .file = FP_STR("test.yaml"),
        .title = FP_STR("A test"),
        .server = {.publish_every_ms = 500,
                   .ping_interval_ms = 25000,
                   .ping_timeout_ms = 20000,
                   .restart_for_ms = 1000},
        .path = &row->hop,
        .n_path = 1,
        .expect = row->expect,
        .n_expect = row_checks(row),
        .window_ms = 3000,
        .budget_ms = 15000,
        .patience_ms = 90000,
        .attempts = 3,
    };
}

static struct noted noted;

static inline void judges(void **state)
{
    const struct row *row = *state;
    struct fp_case c = row_case(row);
    struct fp_judge_conf conf = {.c = &c,
                                 .protocol = row->protocol,
                                 .time_scale = row->scale,
                                 .polling_only = row->polling_only};
    char live[600], stored[600];
    struct fp_case_result r;
    note_parse(&noted, row->facts, row->protocol == FP_PLAIN);
    play_judge(&conf, &noted, true, &r);
    play_line(&r, row->check, live, sizeof live);
    fp_case_result_deinit(&r);
    play_judge(&conf, &noted, false, &r);
    play_line(&r, row->check, stored, sizeof stored);
    fp_case_result_deinit(&r);
    fp_arena_deinit(&noted.arena);
    noted.arena = (struct fp_arena){0};
    assert_string_equal(live, row->want);
    assert_string_equal(stored, row->want);
}

#define ROWS_MAIN(rows, title)                                                 \
    int main(void)                                                             \
    {                                                                          \
        static struct CMUnitTest tests[FP_COUNT(rows)];                        \
        for (size_t i = 0; i < FP_COUNT(rows); i++)                            \
            tests[i] = (struct CMUnitTest){rows[i].name, judges, NULL, NULL,   \
                                           (void *)(uintptr_t)&rows[i]};       \
        return cmocka_run_group_tests_name(title, tests, NULL, NULL);          \
    }
