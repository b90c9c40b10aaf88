/* SPDX-License-Identifier: MIT
 * selftest_verdict.c - what the results of mutants say about the checks. */
#include <stdlib.h>

#include "harness/cli/selftest.h"

enum { CHECKS_MAX = 64 };

/* -- columns ------------------------------------------------------------- */

static size_t column_of(const struct fp_selftest_verdict *v, struct fp_str name)
{
    size_t c = 0;
    while (c < v->n_checks && !fp_str_eq(v->checks[c].name, name))
        c++;
    return c;
}

static void add_column(struct fp_selftest_verdict *v, enum fp_check_kind kind,
                       struct fp_str name)
{
    if (column_of(v, name) < v->n_checks || v->n_checks == CHECKS_MAX)
        return;
    size_t at = v->n_checks++;
    for (; at > 0 && v->checks[at - 1].kind > kind; at--)
        v->checks[at] = v->checks[at - 1];
    v->checks[at] = (struct fp_selftest_check){
        .name = fp_arena_str(&v->arena, name), .kind = kind};
}

static bool has_kind(const struct fp_selftest_verdict *v, unsigned kind)
{
    for (size_t c = 0; c < v->n_checks; c++)
        if (v->checks[c].kind == kind)
            return true;
    return false;
}

static enum fp_check_kind kind_of(struct fp_str name)
{
    struct fp_str part;
    struct fp_str key = fp_str_split(name, '.', &part);
    unsigned kind = 0;
    while (kind + 1 < FP_CHECK_KIND_COUNT &&
           !fp_str_eqz(key, fp_check_key((enum fp_check_kind)kind)))
        kind++;
    return (enum fp_check_kind)kind;
}

/* What must fail has a column, though it may never have been judged. */
static void
add_needed(struct fp_selftest_verdict *v, const struct fp_mutant_run *run)
{
    struct fp_str rest = run == NULL ? FP_STR_NONE : fp_str_of(run->must);
    while (rest.p != NULL) {
        struct fp_str name = fp_str_split(rest, ' ', &rest);
        add_column(v, kind_of(name), name);
    }
}

/* Every name that was judged; where all is run, every check that there is. */
static void
find_columns(struct fp_selftest_verdict *v, const struct fp_selftest_plan *p,
             const struct fp_case_result *results)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < results[i].n_checks; k++)
            add_column(v, results[i].checks[k].kind, results[i].checks[k].name);
    for (size_t i = 0; i < p->n; i++)
        add_needed(v, p->roles[i].run);
    for (unsigned kind = 0; kind < FP_CHECK_KIND_COUNT && p->whole; kind++)
        if (!has_kind(v, kind))
            add_column(v, (enum fp_check_kind)kind,
                       fp_str_of(fp_check_key((enum fp_check_kind)kind)));
}

/* -- cells --------------------------------------------------------------- */

static bool has_inconclusive(const struct fp_case_result *r)
{
    for (size_t k = 0; k < r->n_checks; k++)
        if (r->checks[k].verdict == FP_INCONCLUSIVE)
            return true;
    return false;
}

const struct fp_check_result *
fp_selftest_result_of(const struct fp_case_result *r, struct fp_str name)
{
    const struct fp_check_result *found = NULL;
    for (size_t k = 0; k < r->n_checks; k++)
        if (fp_str_eq(r->checks[k].name, name) &&
            (found == NULL || r->checks[k].verdict == FP_FAIL))
            found = &r->checks[k];
    return found;
}

static bool is_open(const struct fp_case_result *r)
{
    return r->verdict == FP_ERROR || has_inconclusive(r);
}

/* Of a check that need not fail. */
static enum fp_kill
kill_of_other(const struct fp_selftest_role *role, const char *name,
              const struct fp_check_result *check)
{
    if (check == NULL)
        return FP_KILL_ABSENT;
    if (role->mutant == NULL && check->verdict == FP_INCONCLUSIVE)
        return FP_KILL_UNDECIDED;
    if (check->verdict != FP_FAIL)
        return FP_KILL_PASSED;
    bool may = role->mutant != NULL &&
               (role->run == NULL || fp_mutant_lists(role->run->may, name));
    return may ? FP_KILL_MAY : FP_KILL_UNEXPECTED;
}

static enum fp_kill
kill_of(const struct fp_selftest_role *role, const struct fp_case_result *r,
        const char *name, const struct fp_check_result *check)
{
    if (role->run == NULL || !fp_mutant_lists(role->run->must, name))
        return kill_of_other(role, name, check);
    if (check != NULL && check->verdict == FP_FAIL)
        return FP_KILL_MUST;
    return is_open(r) ? FP_KILL_UNDECIDED : FP_KILL_MISSED;
}

static void count_item(struct fp_selftest_verdict *v, size_t i, bool is_right)
{
    const enum fp_kill *cells = &v->cells[i * v->n_checks];
    bool missed = false, unexpected = false, undecided = false;
    for (size_t c = 0; c < v->n_checks; c++) {
        missed |= cells[c] == FP_KILL_MISSED;
        unexpected |= cells[c] == FP_KILL_UNEXPECTED;
        undecided |= cells[c] == FP_KILL_UNDECIDED;
    }
    v->survived += missed;
    v->unexpected += unexpected && !is_right;
    v->unclean += unexpected && is_right;
    v->stalled += undecided && !v->broken[i];
    v->errors += v->broken[i];
    v->undecided[i] = undecided || v->broken[i];
}

static void
judge_item(struct fp_selftest_verdict *v, size_t i,
           const struct fp_selftest_role *role, const struct fp_case_result *r)
{
    v->broken[i] = r->verdict == FP_ERROR;
    for (size_t c = 0; c < v->n_checks; c++) {
        struct fp_selftest_check *column = &v->checks[c];
        const struct fp_check_result *check =
            fp_selftest_result_of(r, column->name);
        enum fp_kill kill = kill_of(role, r, column->name.p, check);
        v->cells[i * v->n_checks + c] = kill;
        column->killed |= kill == FP_KILL_MUST;
    }
    count_item(v, i, role->mutant == NULL);
}

/* -- the whole ----------------------------------------------------------- */

static bool
is_same_run(const struct fp_run_item *a, const struct fp_run_item *b)
{
    return a->protocol == b->protocol && fp_str_eq(a->c->name, b->c->name);
}

bool fp_selftest_is_failed(const struct fp_selftest_plan *p,
                           const struct fp_case_result *results, size_t i)
{
    for (size_t k = 0; k < p->n; k++)
        if (p->roles[k].mutant != NULL && results[k].verdict == FP_FAIL &&
            is_same_run(&p->items[k], &p->items[i]))
            return true;
    return false;
}

static bool had_no_chance(const struct fp_check_result *check)
{
    return check == NULL || check->verdict == FP_NOT_EXERCISED ||
           check->verdict == FP_UNSUPPORTED;
}

bool fp_selftest_is_unexercised(const struct fp_selftest_plan *p,
                                const struct fp_case_result *results, size_t i,
                                struct fp_str check)
{
    if (fp_selftest_result_of(&results[i], check) == NULL)
        return false;
    for (size_t k = 0; k < p->n; k++)
        if (p->roles[k].mutant == NULL &&
            is_same_run(&p->items[k], &p->items[i]) &&
            !had_no_chance(fp_selftest_result_of(&results[k], check)))
            return false;
    return true;
}

/* The reference client's items come first: each case once a configuration. */
static void
count_whole(struct fp_selftest_verdict *v, const struct fp_selftest_plan *p,
            const struct fp_case_result *results)
{
    for (size_t c = 0; c < v->n_checks && p->whole; c++)
        v->unkilled += !v->checks[c].killed;
    for (size_t i = 0; i < p->selection.n; i++) {
        for (size_t c = 0; c < v->n_checks; c++)
            v->unexercised +=
                fp_selftest_is_unexercised(p, results, i, v->checks[c].name);
        v->unfailed +=
            p->whole && p->full && !fp_selftest_is_failed(p, results, i);
    }
}

static bool allocate(struct fp_selftest_verdict *v, size_t n)
{
    v->cells =
        fp_arena_alloc(&v->arena, (n * v->n_checks + 1) * sizeof *v->cells);
    v->broken = fp_arena_alloc(&v->arena, n + 1);
    v->undecided = fp_arena_alloc(&v->arena, n + 1);
    for (size_t c = 0; c < v->n_checks; c++)
        if (v->checks[c].name.p == NULL)
            return false;
    return v->cells != NULL && v->broken != NULL && v->undecided != NULL;
}

enum fp_status
fp_selftest_judge(struct fp_selftest_verdict *out,
                  const struct fp_selftest_plan *p,
                  const struct fp_case_result *results, struct fp_err *err)
{
    struct fp_selftest_verdict v = {0};
    v.checks = fp_arena_alloc(&v.arena, CHECKS_MAX * sizeof *v.checks);
    if (v.checks != NULL)
        find_columns(&v, p, results);
    if (v.checks == NULL || !allocate(&v, p->n)) {
        fp_selftest_verdict_deinit(&v);
        return fp_fail(err, FP_ENOMEM, "out of memory");
    }
    for (size_t i = 0; i < p->n; i++)
        judge_item(&v, i, &p->roles[i], &results[i]);
    count_whole(&v, p, results);
    *out = v;
    return FP_OK;
}

int fp_selftest_exit_code(const struct fp_selftest_verdict *v)
{
    size_t wrong = v->survived + v->unexpected + v->unclean + v->unkilled +
                   v->unexercised + v->unfailed;
    /* A check may be unkilled or unexercised for what could not be decided. */
    size_t open = v->stalled + v->errors;
    if (open > 0 && wrong == v->unkilled + v->unexercised + v->unfailed)
        return FP_EXIT_HARNESS;
    if (wrong > 0)
        return FP_EXIT_UNEXPECTED;
    return open > 0 ? FP_EXIT_HARNESS : FP_EXIT_OK;
}

void fp_selftest_verdict_deinit(struct fp_selftest_verdict *v)
{
    fp_arena_deinit(&v->arena);
    *v = (struct fp_selftest_verdict){0};
}
