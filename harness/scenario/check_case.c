/* SPDX-License-Identifier: MIT
 * check_case.c - expectations that a case can never exercise. */
#include "harness/scenario/checks.h"

enum { NOT_LONG_MS = 15000 }; /* what a case may take without the tag `long` */

static const struct fp_check *
find(const struct fp_case *c, enum fp_check_kind k)
{
    for (size_t i = 0; i < c->n_expect; i++)
        if (c->expect[i].kind == k)
            return &c->expect[i];
    return NULL;
}

static bool
any_fault(const struct fp_case *c, bool (*fits)(const struct fp_fault *))
{
    for (size_t h = 0; h < c->n_path; h++)
        for (size_t i = 0; i < c->path[h].n_faults; i++)
            if (fits(&c->path[h].faults[i]))
                return true;
    return false;
}

static bool is_any(const struct fp_fault *f)
{
    (void)f;
    return true;
}

bool fp_fault_ends(const struct fp_fault *f)
{
    return f->scope.until_ms > 0 || f->scope.last_attempt > 0 ||
           f->scope.nth > 0;
}

static bool is_narrowed(const struct fp_fault_scope *s)
{
    return s->first_attempt > 0 || s->transport == FP_WEBSOCKET ||
           s->path_glob.p != NULL || s->header.name.p != NULL || s->every > 0 ||
           s->nth > 0 || s->probability < 1 || s->from_ms > 0 ||
           s->until_ms > 0;
}

/* No poll is ever answered. */
static bool kills_polling(const struct fp_fault *f)
{
    bool deadly = f->kind == FP_FAULT_BLOCK_POLLING ||
                  f->kind == FP_FAULT_TCP_REFUSE || f->kind == FP_FAULT_CLOSE ||
                  f->kind == FP_FAULT_HANG;
    return deadly && !is_narrowed(&f->scope);
}

static const struct fp_fault *polling_killer(const struct fp_case *c)
{
    for (size_t h = 0; h < c->n_path; h++)
        for (size_t i = 0; i < c->path[h].n_faults; i++)
            if (kills_polling(&c->path[h].faults[i]))
                return &c->path[h].faults[i];
    return NULL;
}

/* Checks whose subject is polling. */
static bool is_about_polling(const struct fp_check *k)
{
    return k->kind == FP_CHECK_FALLS_BACK || k->kind == FP_CHECK_SETTLES ||
           (k->kind == FP_CHECK_CONNECTS && k->transport == FP_POLLING);
}

static void check_transports(struct fp_load *l, const struct fp_case *c,
                             const struct fp_check *k)
{
    const char *name = fp_check_key(k->kind);
    const struct fp_fault *killer = polling_killer(c);
    if (is_about_polling(k) && !c->server.polling)
        (void)fp_load_problem(
            l, k->loc, "'%s' needs polling, and server.polling is false", name);
    else if (is_about_polling(k) && killer != NULL)
        (void)fp_load_problem(l, k->loc,
                              "'%s' needs polling, and '%s' on line %u ends "
                              "every poll (transport: websocket?)",
                              name, fp_fault_key(killer->kind),
                              killer->loc.line);
    bool websocket =
        k->kind == FP_CHECK_RETURNS ||
        (k->kind == FP_CHECK_CONNECTS && k->transport == FP_WEBSOCKET);
    if (websocket && !c->server.websocket)
        (void)fp_load_problem(
            l, k->loc, "'%s' needs WebSocket, and server.websocket is false",
            name);
}

/* Something must go wrong for these checks to have a chance to fail. */
static void check_exercised(struct fp_load *l, const struct fp_case *c,
                            const struct fp_check *k)
{
    const char *name = fp_check_key(k->kind);
    bool faults = any_fault(c, is_any);
    bool fallback =
        k->kind == FP_CHECK_FALLS_BACK || k->kind == FP_CHECK_SETTLES;
    bool giving_up = k->kind == FP_CHECK_STOPS || k->kind == FP_CHECK_BACKS_OFF;
    if ((fallback || giving_up) && !faults && c->server.websocket)
        (void)fp_load_problem(l, k->loc,
                              "nothing in this case makes WebSocket fail, "
                              "so '%s' proves nothing",
                              name);
    if (k->kind == FP_CHECK_SETTLES && find(c, FP_CHECK_FALLS_BACK) == NULL)
        (void)fp_load_problem(l, k->loc, "'%s' needs 'falls-back' beside it",
                              name);
    if (k->kind == FP_CHECK_RETURNS && !any_fault(c, fp_fault_ends))
        (void)fp_load_problem(l, k->loc,
                              "'%s' needs a fault that ends: until, attempts "
                              "or nth",
                              name);
    if (k->kind == FP_CHECK_RECOVERS && !faults && c->server.restart_at_ms == 0)
        (void)fp_load_problem(l, k->loc,
                              "nothing in this case ends a session, so '%s' "
                              "proves nothing",
                              name);
}

static void check_times(struct fp_load *l, const struct fp_case *c,
                        const struct fp_check *k)
{
    const char *name = fp_check_key(k->kind);
    if (k->kind == FP_CHECK_FRESH && k->window_ms < c->server.publish_every_ms)
        (void)fp_load_problem(l, k->loc,
                              "'%s': the window is shorter than "
                              "server.publish.every",
                              name);
    if (k->kind == FP_CHECK_FALLS_BACK && k->budget_ms > c->patience_ms)
        (void)fp_load_problem(l, k->loc,
                              "'%s': the budget is longer than the case's "
                              "patience",
                              name);
    if (k->for_ms > NOT_LONG_MS && !c->is_long)
        (void)fp_load_problem(
            l, k->loc, "'%s' watches for over 15 s: add `tags: [long]`", name);
}

static void check_heartbeat(struct fp_load *l, const struct fp_case *c,
                            const struct fp_check *k)
{
    if (k->kind == FP_CHECK_HEARTBEAT && (c->protocols & 1U << FP_PLAIN) &&
        fp_case_cannot(c, FP_PLAIN, k->kind).p == NULL)
        (void)fp_load_problem(l, k->loc,
                              "the protocol plain has no heartbeat: leave it "
                              "out of protocols, or say so in 'cannot'");
}

static void check_cannot(struct fp_load *l, const struct fp_case *c)
{
    for (size_t i = 0; i < c->n_cannot; i++) {
        const struct fp_cannot *x = &c->cannot[i];
        if (!(c->protocols & 1U << x->protocol))
            (void)fp_load_problem(l, x->loc,
                                  "'cannot' names the protocol %s, under "
                                  "which this case is not run",
                                  fp_protocol_name(x->protocol));
        if (find(c, x->check) == NULL)
            (void)fp_load_problem(l, x->loc,
                                  "'cannot' names '%s', which is not expected",
                                  fp_check_key(x->check));
    }
}

static void check_self(struct fp_load *l, const struct fp_case *c)
{
    struct fp_loc top = {l->file, 1, 1};
    struct fp_str part, check = fp_str_split(c->self.check, '.', &part);
    bool known = check.p == NULL;
    for (size_t k = 0; k < FP_CHECK_KIND_COUNT; k++)
        known |= fp_str_eqz(check, fp_check_key((enum fp_check_kind)k));
    if (!known)
        (void)fp_load_problem(l, top, "self.check '%s' is not a check",
                              FP_SHOWN(c->self.check));
    bool used = c->self.command.p != NULL || c->self.check.p != NULL ||
                c->self.error.p != NULL;
    if (used && c->self.verdict.p == NULL)
        (void)fp_load_problem(l, top, "self needs a verdict");
}

void fp_check_case(struct fp_load *l, const struct fp_case *c)
{
    for (size_t i = 0; i < c->n_expect; i++) {
        const struct fp_check *k = &c->expect[i];
        check_transports(l, c, k);
        check_exercised(l, c, k);
        check_times(l, c, k);
        check_heartbeat(l, c, k);
    }
    check_cannot(l, c);
    check_self(l, c);
}
