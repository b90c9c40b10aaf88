/* SPDX-License-Identifier: MIT
 * client_file.c - client.yaml: how a plug-in is started, what it can do. */
#include "harness/scenario/client_file.h"

#include <string.h>

#include "harness/base/alloc.h"
#include "harness/scenario/baseline.h"
#include "harness/scenario/map.h"

enum { MAX_CONFIGS = 64 };

#define AT(member) offsetof(struct fp_client_file, member)

static const struct fp_key file_keys[] = {
    {.key = "name", .type = FP_V_LINE, .offset = AT(name), .required = true},
    {.key = "version", .type = FP_V_LINE, .offset = AT(version)},
    {.key = "command",
     .type = FP_V_LINES,
     .offset = AT(command),
     .offset_n = AT(n_command),
     .required = true},
    {.key = "install", .type = FP_V_LINE, .offset = AT(install)},
    {.key = "needs",
     .type = FP_V_LINES,
     .offset = AT(needs),
     .offset_n = AT(n_needs)},
    {.key = "protocols",
     .type = FP_V_PROTOCOLS,
     .offset = AT(protocols),
     .required = true},
    {.key = "start-cost", .type = FP_V_DURATION, .offset = AT(start_cost_ms)},
    {.key = "time-scale", .type = FP_V_COUNT, .offset = AT(time_scale)},
    {.key = "configurations", .type = FP_V_CONFIGS, .offset = AT(configs)},
    {.key = "known_failures", .type = FP_V_KNOWN, .offset = AT(known)},
};

/* A configuration's mapping, before its transports are looked at. */
struct config_map {
    struct fp_str about;
    enum fp_transport transports[2];
};

static const struct fp_key config_keys[] = {
    {.key = "about",
     .type = FP_V_LINE,
     .offset = offsetof(struct config_map, about)},
    {.key = "transports",
     .type = FP_V_TRANSPORTS,
     .offset = offsetof(struct config_map, transports)},
};

static void load_config(struct fp_load *l, struct fp_client_config *to,
                        const struct fp_node *v)
{
    to->name = fp_arena_str(l->keep, v->key);
    if (v->kind == FP_NODE_SCALAR) {
        to->about = fp_value_line(l, "about", v);
        return;
    }
    struct config_map config = {0};
    struct fp_map map = {
        .what = "a configuration",
        .base = &config,
        .tables = {{config_keys, FP_COUNT(config_keys)}},
    };
    fp_map_load(l, &map, v);
    to->about = config.about;
    if (config.transports[0] == FP_TRANSPORT_NONE ||
        config.transports[1] != FP_TRANSPORT_NONE)
        return;
    to->polling_only = config.transports[0] == FP_POLLING;
    to->websocket_only = config.transports[0] == FP_WEBSOCKET;
}

static void load_configs(struct fp_load *l, const struct fp_key *key,
                         const struct fp_node *v, struct fp_client_file *f)
{
    if (v->kind != FP_NODE_MAP || v->n > MAX_CONFIGS) {
        (void)fp_load_problem(l, v->loc,
                              "'%s' takes a mapping of at most %d names",
                              key->key, MAX_CONFIGS);
        return;
    }
    f->configs = fp_load_keep(l, v->n * sizeof *f->configs);
    if (f->configs == NULL)
        return;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next)
        load_config(l, &f->configs[f->n_configs++], i);
}

/* Known failures may name configurations that stand below them, and are read
 * when the rest is. */
static void load_structure(struct fp_load *l, const struct fp_key *key,
                           const struct fp_node *v, void *user)
{
    if (key->type == FP_V_CONFIGS)
        load_configs(l, key, v, user);
}

static void load_known(struct fp_load *l, struct fp_client_file *f,
                       const struct fp_node *tree)
{
    const struct fp_node *v = fp_node_get(tree, "known_failures");
    const char *names[MAX_CONFIGS];
    struct fp_config_names configs = {names, 0};
    for (; configs.n < f->n_configs && configs.n < MAX_CONFIGS; configs.n++)
        names[configs.n] = f->configs[configs.n].name.p;
    if (v != NULL)
        fp_baseline_load_list(l, &f->known, "known_failures", v, &configs);
}

static void
load_file(struct fp_load *l, struct fp_client_file *f, struct fp_str text)
{
    struct fp_node *tree = fp_tree_parse(l, text);
    if (tree == NULL)
        return;
    struct fp_map map = {
        .what = "a client",
        .base = f,
        .tables = {{file_keys, FP_COUNT(file_keys)}},
        .structure = load_structure,
        .user = f,
    };
    fp_map_load(l, &map, tree);
    load_known(l, f, tree);
    if (l->diags->total == 0 && f->n_command == 0)
        (void)fp_load_problem(l, tree->loc, "'command' is empty");
}

/* The folder of path, in the file's arena. */
static struct fp_str folder_of(struct fp_arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return fp_arena_str(a, FP_STR("."));
    size_t n = slash == path ? 1 : (size_t)(slash - path);
    return fp_arena_str(a, (struct fp_str){path, n});
}

static enum fp_status
parse(struct fp_client_file *f, struct fp_load *l, struct fp_str text)
{
    const size_t before = l->diags->total;
    load_file(l, f, text);
    f->dir = folder_of(&f->arena, l->file);
    fp_arena_deinit(&l->scratch);
    if (l->no_memory || f->dir.p == NULL)
        return FP_ENOMEM;
    return l->diags->total > before ? FP_EPARSE : FP_OK;
}

enum fp_status fp_client_file_load(struct fp_client_file **out,
                                   const char *path, struct fp_diags *diags)
{
    struct fp_buf text = {0};
    struct fp_err err = {0};
    enum fp_status status = fp_load_read(path, &text, &err);
    if (err.status != FP_OK) {
        err.loc = (struct fp_loc){path, 0, 0};
        fp_diags_add(diags, &err);
    }
    struct fp_client_file *f = status == FP_OK ? fp_calloc(1, sizeof *f) : NULL;
    if (status == FP_OK && f == NULL)
        status = FP_ENOMEM;
    if (status == FP_OK) {
        struct fp_load l = {.file = path,
                            .keep = &f->arena,
                            .diags = diags,
                            .list_max = FP_KNOWN_MAX};
        status = parse(f, &l, fp_buf_view(&text));
    }
    fp_buf_deinit(&text);
    if (status == FP_OK)
        *out = f;
    else
        fp_client_file_free(f);
    return status;
}

void fp_client_file_free(struct fp_client_file *f)
{
    if (f == NULL)
        return;
    fp_arena_deinit(&f->arena);
    fp_free(f);
}
