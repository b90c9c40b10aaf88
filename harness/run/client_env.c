/* SPDX-License-Identifier: MIT
 * client_env.c - the environment of a client (docs/plugin.md). */
#include "harness/run/client_env.h"

#include "harness/run/identity.h"
#include "harness/run/stage.h"

enum { OURS = 20 };

struct list {
    char **vars;
    size_t n;
    struct fp_arena *arena;
    bool failed;
};

static void add(struct list *l, const char *name, struct fp_str value)
{
    struct fp_buf var = {0};
    fp_buf_printf(&var, "%s=", name);
    fp_buf_str(&var, value);
    char *kept = fp_arena_strdup(l->arena, fp_buf_view(&var));
    l->failed = l->failed || var.failed || kept == NULL;
    fp_buf_deinit(&var);
    l->vars[l->n++] = kept;
}

static void add_number(struct list *l, const char *name, uint64_t value)
{
    struct fp_buf text = {0};
    fp_buf_printf(&text, "%llu", (unsigned long long)value);
    add(l, name, fp_buf_view(&text));
    fp_buf_deinit(&text);
}

static void add_transports(struct list *l, const struct fp_case *c)
{
    if (c->transports[0] == FP_TRANSPORT_NONE)
        return;
    struct fp_buf text = {0};
    fp_buf_z(&text, fp_transport_name(c->transports[0]));
    if (c->transports[1] != FP_TRANSPORT_NONE)
        fp_buf_printf(&text, ",%s", fp_transport_name(c->transports[1]));
    add(l, "FALLPROOF_TRANSPORTS", fp_buf_view(&text));
    fp_buf_deinit(&text);
}

/* A library that the user preloads stays, behind ours. */
static void add_clock(struct list *l, const struct fp_client_env *env,
                      struct fp_str preloaded)
{
    const struct fp_run_client *client = env->item->client;
    const double scale = fp_run_time_scale(env->item);
    if (scale <= 1 || client->preload == NULL || env->temp == NULL)
        return;
    struct fp_buf text = {0};
    fp_buf_printf(&text, "%s%s%.*s", client->preload,
                  preloaded.n > 0 ? ":" : "", FP_STR_ARG(preloaded));
    add(l, "LD_PRELOAD", fp_buf_view(&text));
    fp_buf_clear(&text);
    fp_buf_printf(&text, "+0 x%g", scale);
    add(l, "FAKETIME", fp_buf_view(&text));
    fp_buf_clear(&text);
    fp_buf_printf(&text, "%g", scale);
    add(l, "FP_CLOCK_SCALE", fp_buf_view(&text));
    fp_buf_clear(&text);
    fp_buf_printf(&text, "%s/%s", env->temp, FP_CLOCK_FILE);
    add(l, "FP_CLOCK_FILE", fp_buf_view(&text));
    fp_buf_deinit(&text);
}

static void add_ours(struct list *l, const struct fp_client_env *env)
{
    const struct fp_run_item *item = env->item;
    const struct fp_case *c = item->c;
    struct fp_buf url = {0};
    fp_buf_printf(&url, "http://127.0.0.1:%u", env->port);
    add(l, "FALLPROOF_URL", fp_buf_view(&url));
    fp_buf_deinit(&url);
    add(l, "FALLPROOF_PATH", fp_stage_path(c, item->protocol));
    add(l, "FALLPROOF_PROTOCOL", fp_str_of(fp_protocol_name(item->protocol)));
    add_transports(l, c);
    add_number(l, "FALLPROOF_ATTEMPTS", c->attempts);
    add_number(l, "FALLPROOF_WINDOW_MS", c->window_ms);
    add_number(l, "FALLPROOF_BUDGET_MS", c->budget_ms);
    add(l, "FALLPROOF_CASE", c->name);
    if (item->client != NULL && item->client->config.n > 0)
        add(l, "FALLPROOF_CONFIG", item->client->config);
    if (item->copy > 0)
        add_number(l, "FALLPROOF_COPY", item->copy);
    if (env->temp != NULL)
        add(l, "TMPDIR", fp_str_of(env->temp));
}

static struct fp_str name_of(const char *var)
{
    struct fp_str rest;
    return fp_str_split(fp_str_of(var), '=', &rest);
}

static struct fp_str value_of(char *const *vars, const char *name)
{
    struct fp_str rest = FP_STR_NONE;
    for (; vars != NULL && *vars != NULL; vars++)
        if (fp_str_eqz(name_of(*vars), name)) {
            (void)fp_str_split(fp_str_of(*vars), '=', &rest);
            return rest;
        }
    return rest;
}

static bool has(const struct list *l, struct fp_str name)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->vars[i] != NULL && fp_str_eq(name_of(l->vars[i]), name))
            return true;
    return false;
}

/* The harness's own switches are not the client's. */
static bool is_private(struct fp_str name)
{
    return fp_str_starts(name, FP_STR("FALLPROOF_")) ||
           fp_str_eqz(name, "FP_FAIL_ALLOC");
}

/* The client's own variables stand first, so that they win. */
static void add_given(struct list *l, char *const *vars)
{
    for (; vars != NULL && *vars != NULL; vars++)
        if (!has(l, name_of(*vars)))
            l->vars[l->n++] = *vars;
}

static size_t count(char *const *vars)
{
    size_t n = 0;
    while (vars != NULL && vars[n] != NULL)
        n++;
    return n;
}

static void drop_doubles(struct list *l, size_t from)
{
    size_t kept = from;
    for (size_t i = from; i < l->n; i++) {
        struct list before = {.vars = l->vars, .n = from};
        if (l->vars[i] == NULL || !has(&before, name_of(l->vars[i])))
            l->vars[kept++] = l->vars[i];
    }
    l->n = kept;
}

char **fp_client_env_make(const struct fp_client_env *env,
                          char *const *inherited, struct fp_arena *arena)
{
    char *const *own =
        env->item->client == NULL ? NULL : env->item->client->env;
    size_t most = count(own) + OURS + count(inherited) + 1;
    struct list l = {.arena = arena};
    l.vars = fp_arena_alloc(arena, most * sizeof *l.vars);
    if (l.vars == NULL)
        return NULL;
    add_given(&l, own);
    size_t given = l.n;
    add_ours(&l, env);
    add_clock(&l, env, value_of(inherited, "LD_PRELOAD"));
    drop_doubles(&l, given);
    for (; inherited != NULL && *inherited != NULL; inherited++) {
        struct fp_str name = name_of(*inherited);
        if (!is_private(name) && !has(&l, name))
            l.vars[l.n++] = *inherited;
    }
    l.vars[l.n] = NULL;
    return l.failed ? NULL : l.vars;
}
