/* SPDX-License-Identifier: MIT
 * host_parse.c - a host profile from the text of its file. */
#include <string.h>

#include "harness/base/alloc.h"
#include "harness/scenario/host_file.h"
#include "harness/scenario/path.h"

enum { MAX_CLAIMS = 64 };

/* YYYY-MM-DD, of a month and a day that there are. */
static bool is_day(struct fp_str s)
{
    uint64_t part[3] = {0};
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
        !fp_str_to_u64(fp_str_upto(s, 4), &part[0]) ||
        !fp_str_to_u64(fp_str_upto(fp_str_from(s, 5), 2), &part[1]) ||
        !fp_str_to_u64(fp_str_from(s, 8), &part[2]))
        return false;
    return part[1] >= 1 && part[1] <= 12 && part[2] >= 1 && part[2] <= 31;
}

static void
check_day(struct fp_load *l, struct fp_str as_of, const struct fp_node *map)
{
    const struct fp_node *v = fp_node_get(map, "as_of");
    if (v != NULL && as_of.p != NULL && !is_day(as_of))
        (void)fp_load_problem(l, v->loc,
                              "'as_of' is a day, as 2026-11-24, not '%s'",
                              FP_SHOWN(as_of));
}

static void
load_claim(struct fp_load *l, struct fp_claim *c, const struct fp_node *v)
{
    struct fp_map map = {
        .what = "a claim", .base = c, .tables = {fp_claim_keys()}};
    c->loc = v->loc;
    if (v->kind != FP_NODE_MAP) {
        (void)fp_load_problem(l, v->loc, "a claim is a mapping, not %s",
                              fp_node_kind_name(v));
        return;
    }
    fp_map_load(l, &map, v);
    check_day(l, c->as_of, v);
    const struct fp_node *source = fp_node_get(v, "source");
    if (source != NULL && c->source.p != NULL &&
        !fp_str_starts(c->source, FP_STR("https://")))
        (void)fp_load_problem(l, source->loc,
                              "'source' is a public URL (https://…), not '%s'",
                              FP_SHOWN(c->source));
}

static void
load_claims(struct fp_load *l, struct fp_host *h, const struct fp_node *v)
{
    if (!fp_item_is_list(l, "claims", v, MAX_CLAIMS))
        return;
    struct fp_claim *claims = fp_load_keep(l, (v->n + 1) * sizeof *claims);
    if (claims == NULL)
        return;
    h->claims = claims;
    h->n_claims = v->n;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next)
        load_claim(l, claims++, i);
    if (v->n == 0)
        (void)fp_load_problem(l, v->loc, "'claims' is an empty list");
}

static void load_structure(struct fp_load *l, const struct fp_key *key,
                           const struct fp_node *v, void *user)
{
    struct fp_host *h = user;
    if (key->type == FP_V_CLAIMS) {
        load_claims(l, h, v);
        return;
    }
    fp_path_load(
        l, &(struct fp_path){key->key, &h->hops, &h->n_hops, NULL, NULL}, v);
    if (v->kind == FP_NODE_LIST && v->n == 0)
        (void)fp_load_problem(l, v->loc, "'hops' is an empty list");
}

static void load_host(struct fp_load *l, struct fp_host *h, struct fp_str text)
{
    const struct fp_node *root = fp_tree_parse(l, text);
    struct fp_map map = {.what = "a host",
                         .base = h,
                         .tables = {fp_host_keys()},
                         .structure = load_structure,
                         .user = h};
    if (root == NULL)
        return;
    if (root->kind != FP_NODE_MAP) {
        (void)fp_load_problem(l, root->loc, "a host is a mapping, not %s",
                              fp_node_kind_name(root));
        return;
    }
    fp_map_load(l, &map, root);
    check_day(l, h->as_of, root);
}

/* The file's name without folders and .yaml. */
static struct fp_str name_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    struct fp_str name = fp_str_of(slash == NULL ? file : slash + 1);
    struct fp_str ending = FP_STR(".yaml");
    if (name.n > ending.n &&
        fp_str_eq(fp_str_from(name, name.n - ending.n), ending))
        name.n -= ending.n;
    return name;
}

enum fp_status
fp_host_parse_into(struct fp_host *h, struct fp_arena *keep, const char *file,
                   struct fp_str text, struct fp_diags *diags)
{
    struct fp_load l = {.keep = keep, .diags = diags};
    const size_t before = diags->total;
    h->file = fp_arena_str(keep, fp_str_of(file));
    h->name = fp_arena_str(keep, name_of(file));
    h->text = fp_arena_str(keep, text.p == NULL ? FP_STR("") : text);
    l.file = h->file.p;
    if (h->file.p == NULL || h->name.p == NULL || h->text.p == NULL)
        return FP_ENOMEM;
    load_host(&l, h, h->text);
    fp_arena_deinit(&l.scratch);
    if (l.no_memory)
        return FP_ENOMEM;
    return diags->total == before ? FP_OK : FP_EPARSE;
}

enum fp_status fp_host_parse(struct fp_host **out, const char *file,
                             struct fp_str text, struct fp_diags *diags)
{
    struct fp_host *h = fp_calloc(1, sizeof *h);
    if (h == NULL)
        return FP_ENOMEM;
    enum fp_status status = fp_host_parse_into(h, &h->arena, file, text, diags);
    if (status == FP_OK)
        *out = h;
    else
        fp_host_free(h);
    return status;
}

/* -- a case behind a profile --------------------------------------------- */

static size_t own_hops(const struct fp_case *c)
{
    return c->n_path == 1 && c->path[0].n_faults == 0 ? 0 : c->n_path;
}

static enum fp_status
join(struct fp_case *c, const struct fp_host *h, struct fp_diags *diags)
{
    const size_t own = own_hops(c), n = own + h->n_hops;
    struct fp_load l = {.file = h->file.p, .keep = &c->arena, .diags = diags};
    if (n > FP_MAX_HOPS) {
        (void)fp_load_problem(&l, (struct fp_loc){h->file.p, 1, 1},
                              "with the %zu hops of %s, a path of more than %d",
                              own, c->name.p, FP_MAX_HOPS);
        return FP_EPARSE;
    }
    struct fp_hop *hops = fp_load_keep(&l, n * sizeof *hops);
    if (hops == NULL)
        return FP_ENOMEM;
    for (size_t i = 0; i < n; i++)
        hops[i] = i < own ? c->path[i] : h->hops[i - own];
    c->path = hops;
    c->n_path = n;
    return FP_OK;
}

/* Parsed anew into the case's own memory: so it lives as long as the case, and
 * a stored trace is judged by the same way. */
enum fp_status fp_case_put_host(struct fp_case *c, const struct fp_host *h,
                                struct fp_diags *diags)
{
    struct fp_host own = {0};
    enum fp_status status =
        fp_host_parse_into(&own, &c->arena, h->file.p, h->text, diags);
    if (status == FP_OK)
        status = join(c, &own, diags);
    if (status != FP_OK)
        return status;
    c->host = own.name;
    c->host_file = own.file;
    c->host_text = own.text;
    return FP_OK;
}
