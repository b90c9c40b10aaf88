/* SPDX-License-Identifier: MIT
 * path.c - hops with faults, and items, from YAML. */
#include "harness/scenario/path.h"

#include <stdio.h>

#include "harness/scenario/checks.h"
#include "harness/scenario/host_path.h"

enum { MAX_FAULTS = 16, WHAT_BYTES = 64 };

static const struct fp_node nothing = {.kind = FP_NODE_SCALAR, .plain = true};

bool fp_item_read(struct fp_load *l, const struct fp_node *v,
                  const char *example, struct fp_item *out)
{
    if (v->kind == FP_NODE_SCALAR && v->text.n > 0) {
        *out = (struct fp_item){v->text, v->loc, nothing};
    } else if (v->kind == FP_NODE_MAP && v->n == 1) {
        *out = (struct fp_item){v->first->key, v->first->key_loc, *v->first};
    } else if (v->kind == FP_NODE_MAP && v->n > 1) {
        return fp_load_problem(l, v->first->next->key_loc,
                               "one name an item: '%s' needs a line of its "
                               "own with '- ', or more indentation",
                               FP_SHOWN(v->first->next->key));
    } else {
        return fp_load_problem(l, v->loc, "an item is written %s", example);
    }
    out->body.next = NULL;
    if (out->body.kind == FP_NODE_SCALAR)
        out->body.loc = out->loc;
    return true;
}

bool fp_item_is_list(struct fp_load *l, const char *key,
                     const struct fp_node *v, size_t most)
{
    if (v->kind != FP_NODE_LIST)
        return fp_load_problem(l, v->loc, "'%s' takes a list, not %s", key,
                               fp_node_kind_name(v));
    if (v->n > most)
        return fp_load_problem(l, v->loc, "'%s' has more than %zu items", key,
                               most);
    return true;
}

/* -- the path ----------------------------------------------------------- */

static bool
find_fault(struct fp_load *l, const struct fp_item *i, enum fp_fault_kind *out)
{
    const char *names[FP_FAULT_KIND_COUNT];
    for (size_t k = 0; k < FP_FAULT_KIND_COUNT; k++) {
        names[k] = fp_fault_key((enum fp_fault_kind)k);
        if (fp_str_eqz(i->name, names[k])) {
            *out = (enum fp_fault_kind)k;
            return true;
        }
    }
    return fp_load_problem(l, i->loc, "unknown fault '%s'%s", FP_SHOWN(i->name),
                           FP_HINT(i->name, names, FP_FAULT_KIND_COUNT));
}

static void
load_fault(struct fp_load *l, struct fp_fault *f, const struct fp_node *v)
{
    struct fp_item i = {0};
    if (!fp_item_read(l, v, "`- refuse: {status: 403}`", &i) ||
        !find_fault(l, &i, &f->kind))
        return;
    char what[WHAT_BYTES];
    (void)snprintf(what, sizeof what, "'%s'", fp_fault_key(f->kind));
    struct fp_map map = {
        .what = what,
        .base = f,
        .tables = {fp_fault_keys(f->kind), fp_scope_keys()},
    };
    size_t before = l->diags->total;
    f->loc = i.loc;
    fp_map_load(l, &map, &i.body);
    if (l->diags->total == before)
        fp_check_fault(l, f, &map);
}

static void load_faults(struct fp_load *l, const struct fp_key *key,
                        const struct fp_node *v, void *user)
{
    struct fp_hop *hop = user;
    if (!fp_item_is_list(l, key->key, v, MAX_FAULTS))
        return;
    struct fp_fault *faults = fp_load_keep(l, v->n * sizeof *faults);
    if (faults == NULL)
        return;
    hop->faults = faults;
    hop->n_faults = v->n;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next)
        load_fault(l, faults++, i);
}

void fp_path_check_name(struct fp_load *l, const struct fp_hop *hops, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (hops[n].name.p != NULL && fp_str_eq(hops[i].name, hops[n].name))
            (void)fp_load_problem(l, hops[n].loc, "two hops named '%s'",
                                  FP_SHOWN(hops[n].name));
}

static void load_hop(struct fp_load *l, const struct fp_path *to,
                     struct fp_hop *hops, const struct fp_node *v)
{
    if (*to->n == FP_MAX_HOPS) {
        (void)fp_load_problem(l, v->loc, "'%s' has more than %d hops", to->key,
                              FP_MAX_HOPS);
        return;
    }
    struct fp_hop *hop = &hops[*to->n];
    struct fp_map map = {.what = "a hop",
                         .base = hop,
                         .tables = {fp_hop_keys()},
                         .structure = load_faults,
                         .user = hop};
    *hop = (struct fp_hop){.loc = v->loc};
    fp_map_load(l, &map, v);
    fp_path_check_name(l, hops, (*to->n)++);
}

static bool names_host(const struct fp_path *to, const struct fp_node *v)
{
    return to->hosts != NULL && v->kind == FP_NODE_MAP &&
           fp_node_get(v, "host") != NULL && fp_node_get(v, "hop") == NULL;
}

void fp_path_load(struct fp_load *l, const struct fp_path *to,
                  const struct fp_node *v)
{
    if (v != NULL && !fp_item_is_list(l, to->key, v, FP_MAX_HOPS))
        return;
    struct fp_hop *hops = fp_load_keep(l, FP_MAX_HOPS * sizeof *hops);
    if (hops == NULL)
        return;
    *to->hops = hops;
    if (v == NULL || v->n == 0) {
        hops[0] =
            (struct fp_hop){.name = FP_STR("direct"), .loc = {l->file, 1, 1}};
        *to->n = 1;
        return;
    }
    for (const struct fp_node *i = v->first; i != NULL; i = i->next)
        if (names_host(to, i))
            fp_path_add_host(l, to, hops, i);
        else
            load_hop(l, to, hops, i);
}
