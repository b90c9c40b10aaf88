/* SPDX-License-Identifier: MIT
 * selftest_plan.c - which client runs in which case, and what for. */
#include <string.h>

#include "harness/base/alloc.h"
#include "harness/cli/selftest.h"

enum {
    /* A fallback that is over its budget has failed; what follows is waiting.
     */
    PATIENCE_MS = 4000,
    /* The reference client looks every 20 to 24 s whether WebSocket works. */
    RETURNS_MS = 30000,
    MUTANTS_MAX = 256,
};

static const char *const configs[] = {"websocket-first", "polling-first"};

static const char *config_of(const struct fp_mutant_run *run)
{
    return run->config == NULL ? configs[0] : run->config;
}

/* -- mutants ------------------------------------------------------------- */

struct chosen {
    const struct fp_mutant *mutants[MUTANTS_MAX];
    size_t n;
};

static int unknown_mutant(const struct fp_args *a, const char *word)
{
    const char *names[MUTANTS_MAX];
    size_t n = 0;
    for (; n < MUTANTS_MAX && fp_mutant_at(n) != NULL; n++)
        names[n] = fp_mutant_at(n)->name;
    const char *near = fp_did_you_mean(fp_str_of(word), names, n);
    if (near != NULL)
        return fp_usage_error(a, "no mutant '%s' (did you mean %s?)", word,
                              near);
    return fp_usage_error(a, "no mutant '%s' (docs/selftest.md lists them)",
                          word);
}

static int choose(struct chosen *out, const struct fp_args *a)
{
    const struct fp_mutant *m = NULL;
    for (size_t i = 0; i < a->n_words; i++)
        if (fp_mutant_find(a->words[i]) == NULL)
            return unknown_mutant(a, a->words[i]);
    for (size_t i = 0; (m = fp_mutant_at(i)) != NULL; i++) {
        bool wanted = a->n_words == 0;
        for (size_t k = 0; k < a->n_words; k++)
            wanted |= strcmp(a->words[k], m->name) == 0;
        if (wanted && out->n < MUTANTS_MAX)
            out->mutants[out->n++] = m;
    }
    return FP_EXIT_OK;
}

/* -- cases --------------------------------------------------------------- */

static int select_cases(struct fp_selftest_plan *p, const struct fp_args *a,
                        const struct chosen *chosen)
{
    const char *words[MUTANTS_MAX * FP_MUTANT_RUNS];
    struct fp_args wanted = *a;
    wanted.words = words;
    wanted.n_words = 0;
    for (size_t i = 0; i < chosen->n && !p->full; i++)
        for (size_t k = 0; k < FP_MUTANT_RUNS; k++)
            if (chosen->mutants[i]->runs[k].where != NULL)
                words[wanted.n_words++] = chosen->mutants[i]->runs[k].where;
    return fp_select(&p->selection, &wanted, p->choice.protocols);
}

/* The same case, with less waiting in it: docs/selftest.md. */
static const struct fp_case *
hurried(struct fp_selftest_plan *p, const struct fp_case *c)
{
    struct fp_case *quick = fp_arena_alloc(&p->arena, sizeof *quick);
    struct fp_check *expect =
        fp_arena_alloc(&p->arena, (c->n_expect + 1) * sizeof *expect);
    if (quick == NULL || expect == NULL)
        return NULL;
    *quick = *c;
    quick->expect = expect;
    uint64_t budget_ms = c->budget_ms;
    for (size_t i = 0; i < c->n_expect; i++) {
        expect[i] = c->expect[i];
        if (expect[i].kind == FP_CHECK_RETURNS &&
            expect[i].within_ms > RETURNS_MS)
            expect[i].within_ms = RETURNS_MS;
        if (expect[i].kind == FP_CHECK_FALLS_BACK)
            budget_ms = expect[i].budget_ms;
    }
    if (quick->patience_ms > budget_ms + PATIENCE_MS)
        quick->patience_ms = budget_ms + PATIENCE_MS;
    return quick;
}

static bool hurry(struct fp_selftest_plan *p)
{
    for (size_t i = 0; i < p->selection.n; i++) {
        struct fp_selected *item = &p->selection.items[i];
        item->c = hurried(p, item->c);
        if (item->c == NULL)
            return false;
    }
    return true;
}

/* -- items --------------------------------------------------------------- */

static char *const *
environment(struct fp_arena *arena, const struct fp_mutant *m)
{
    struct fp_buf var = {0};
    char **env = fp_arena_alloc(arena, 2 * sizeof *env);
    fp_buf_printf(&var, "FALLPROOF_MUTANT=%s", m->name);
    if (env != NULL)
        env[0] = fp_arena_strdup(arena, fp_buf_view(&var));
    fp_buf_deinit(&var);
    return env == NULL || env[0] == NULL ? NULL : env;
}

static const struct fp_run_client *
client(struct fp_selftest_plan *p, const struct fp_mutant *m,
       const char *config)
{
    struct fp_run_client *c = fp_arena_alloc(&p->arena, sizeof *c);
    if (c == NULL)
        return NULL;
    *c = p->choice.clients[0];
    c->config = fp_str_of(config);
    if (m == NULL)
        return c;
    struct fp_buf name = {0};
    fp_buf_printf(&name, "mutant-%s", m->name);
    c->name = fp_arena_str(&p->arena, fp_buf_view(&name));
    fp_buf_deinit(&name);
    c->env = environment(&p->arena, m);
    return c->name.p == NULL || c->env == NULL ? NULL : c;
}

static bool add(struct fp_selftest_plan *p, const struct fp_selected *where,
                struct fp_selftest_role role, const struct fp_run_client *c)
{
    if (c == NULL)
        return false;
    p->items[p->n] = (struct fp_run_item){
        .c = where->c, .protocol = where->protocol, .client = c};
    p->roles[p->n++] = role;
    return true;
}

static bool is_at(const struct fp_selected *where, const char *name)
{
    struct fp_buf own = {0};
    fp_selected_name(&own, where);
    bool yes = fp_str_eqz(fp_buf_view(&own), name);
    fp_buf_deinit(&own);
    return yes;
}

static bool add_right(struct fp_selftest_plan *p)
{
    for (size_t k = 0; k < FP_COUNT(configs); k++) {
        const struct fp_run_client *c = client(p, NULL, configs[k]);
        for (size_t i = 0; i < p->selection.n; i++)
            if (!add(p, &p->selection.items[i], (struct fp_selftest_role){0},
                     c))
                return false;
    }
    return true;
}

/* What the mutant names itself; with --full, all other cases too. */
static bool add_mutant(struct fp_selftest_plan *p, const struct fp_mutant *m)
{
    const char *usual = config_of(&m->runs[0]);
    for (size_t i = 0; i < p->selection.n; i++) {
        const struct fp_selected *where = &p->selection.items[i];
        bool done = false;
        for (size_t k = 0; k < FP_MUTANT_RUNS; k++) {
            const struct fp_mutant_run *run = &m->runs[k];
            if (run->where == NULL || !is_at(where, run->where))
                continue;
            done |= strcmp(config_of(run), usual) == 0;
            if (!add(p, where, (struct fp_selftest_role){m, run},
                     client(p, m, config_of(run))))
                return false;
        }
        if (p->full && !done &&
            !add(p, where, (struct fp_selftest_role){m, NULL},
                 client(p, m, usual)))
            return false;
    }
    return true;
}

static bool make_items(struct fp_selftest_plan *p, const struct chosen *chosen)
{
    size_t most =
        p->selection.n * (FP_COUNT(configs) + chosen->n * (FP_MUTANT_RUNS + 1));
    p->items = fp_calloc(most + 1, sizeof *p->items);
    p->roles = fp_calloc(most + 1, sizeof *p->roles);
    bool ok = p->items != NULL && p->roles != NULL && hurry(p) && add_right(p);
    for (size_t i = 0; i < chosen->n && ok; i++)
        ok = add_mutant(p, chosen->mutants[i]);
    return ok;
}

int fp_selftest_plan(struct fp_selftest_plan *out, const struct fp_args *a)
{
    struct fp_selftest_plan p = {.whole = a->n_words == 0,
                                 .full = fp_arg_flag(a, "full")};
    struct chosen chosen = {.n = 0};
    int code = choose(&chosen, a);
    if (code == FP_EXIT_OK)
        code = fp_client_choose(&p.choice, a);
    if (code == FP_EXIT_OK)
        code = select_cases(&p, a, &chosen);
    if (code == FP_EXIT_OK && !make_items(&p, &chosen))
        code = FP_EXIT_HARNESS;
    if (code != FP_EXIT_OK) {
        fp_selftest_plan_deinit(&p);
        return code;
    }
    *out = p;
    return FP_EXIT_OK;
}

void fp_selftest_plan_deinit(struct fp_selftest_plan *p)
{
    fp_free(p->items);
    fp_free(p->roles);
    fp_selection_deinit(&p->selection);
    fp_client_choice_deinit(&p->choice);
    fp_arena_deinit(&p->arena);
    *p = (struct fp_selftest_plan){0};
}
