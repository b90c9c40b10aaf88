/* SPDX-License-Identifier: MIT
 * map.c - a mapping of a case into a struct, by its key table. */
#include "harness/scenario/map.h"

#include <stdio.h>
#include <string.h>

enum { MAX_NAMES = 64, KEY_BYTES = 64 };

/* The part of a table's key at one level below prefix ("publish." ->
 * "every"); absent when the key is not below it. */
static struct fp_str level_of(const char *key, struct fp_str prefix)
{
    struct fp_str k = fp_str_of(key), rest;
    if (!fp_str_starts(k, prefix))
        return FP_STR_NONE;
    return fp_str_split(fp_str_from(k, prefix.n), '.', &rest);
}

static bool is_in(const char *const *names, size_t n, struct fp_str s)
{
    for (size_t i = 0; i < n; i++)
        if (fp_str_eqz(s, names[i]))
            return true;
    return false;
}

/* The names of one table at one level, added to names (n so far). */
static size_t add_names(struct fp_load *l, struct fp_key_table table,
                        struct fp_str prefix, const char **names, size_t n)
{
    for (size_t i = 0; i < table.n && n < MAX_NAMES; i++) {
        struct fp_str s = level_of(table.keys[i].key, prefix);
        if (s.p == NULL || is_in(names, n, s))
            continue;
        names[n] = fp_arena_strdup(&l->scratch, s);
        if (names[n] == NULL) {
            l->no_memory = true;
            return n;
        }
        n++;
    }
    return n;
}

static size_t names_at(struct fp_load *l, const struct fp_map *map,
                       struct fp_str prefix, const char **names)
{
    size_t n = add_names(l, map->tables[0], prefix, names, 0);
    return add_names(l, map->tables[1], prefix, names, n);
}

static void set_key(struct fp_load *l, struct fp_map *map,
                    const struct fp_key *key, const struct fp_node *v)
{
    if (key->type >= FP_V_SERVER) {
        if (map->structure != NULL)
            map->structure(l, key, v, map->user);
    } else {
        (void)fp_value_set(l, key, map->base, v);
    }
}

static void unknown(struct fp_load *l, const struct fp_map *map,
                    struct fp_str prefix, const struct fp_node *v)
{
    const char *names[MAX_NAMES];
    size_t n = names_at(l, map, prefix, names);
    (void)fp_load_problem(l, v->key_loc, "unknown key '%s' in %s%s",
                          FP_SHOWN(v->key), map->what,
                          FP_HINT(v->key, names, n));
}

static void not_a_mapping(struct fp_load *l, const struct fp_map *map,
                          struct fp_str prefix, const struct fp_node *v)
{
    const char *names[MAX_NAMES];
    size_t n = names_at(l, map, prefix, names);
    const char *hint = FP_HINT(FP_STR(""), names, n);
    const char *is = fp_node_kind_name(v);
    if (prefix.n == 0)
        (void)fp_load_problem(l, v->loc, "%s takes a mapping, not %s%s",
                              map->what, is, hint);
    else
        (void)fp_load_problem(l, v->loc, "'%.*s' takes a mapping, not %s%s",
                              (int)prefix.n - 1, prefix.p, is, hint);
}

static void load_level(struct fp_load *l, struct fp_map *map,
                       struct fp_str prefix, const struct fp_node *v);

/* Look path up in one table: the key itself, or a group that it begins.
 * Recurses once a dot in a table's key: once, as the tables are. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool load_from(struct fp_load *l, struct fp_map *map, size_t table,
                      const char *path, const struct fp_node *v)
{
    char group[KEY_BYTES + 2];
    (void)snprintf(group, sizeof group, "%s.", path);
    for (size_t i = 0; i < map->tables[table].n; i++) {
        const struct fp_key *key = &map->tables[table].keys[i];
        if (strcmp(path, key->key) == 0) {
            map->given[table] |= UINT64_C(1) << i;
            set_key(l, map, key, v);
            return true;
        }
        if (strncmp(key->key, group, strlen(group)) == 0) {
            load_level(l, map, fp_str_of(group), v);
            return true;
        }
    }
    return false;
}

/* path: the key with its prefix, "publish.every". */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool load_key(struct fp_load *l, struct fp_map *map, const char *path,
                     const struct fp_node *v)
{
    return load_from(l, map, 0, path, v) || load_from(l, map, 1, path, v);
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static void load_level(struct fp_load *l, struct fp_map *map,
                       struct fp_str prefix, const struct fp_node *v)
{
    if (v->kind != FP_NODE_MAP && !fp_node_is_empty(v)) {
        not_a_mapping(l, map, prefix, v);
        return;
    }
    for (const struct fp_node *i = v->first; i != NULL; i = i->next) {
        char path[KEY_BYTES];
        int n = snprintf(path, sizeof path, "%.*s%.*s", FP_STR_ARG(prefix),
                         FP_STR_ARG(i->key));
        /* In the tables a dot nests; in a file only mappings do. */
        bool dotted = fp_str_find(i->key, FP_STR(".")) < i->key.n;
        if (dotted || n >= KEY_BYTES || !load_key(l, map, path, i))
            unknown(l, map, prefix, i);
    }
}

void fp_map_load(struct fp_load *l, struct fp_map *map, const struct fp_node *v)
{
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < map->tables[t].n; i++)
            fp_value_set_default(l, &map->tables[t].keys[i], map->base);
    load_level(l, map, FP_STR(""), v);
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < map->tables[t].n; i++) {
            const struct fp_key *key = &map->tables[t].keys[i];
            if (key->required && !(map->given[t] & (UINT64_C(1) << i)))
                (void)fp_load_problem(l, v->loc, "missing key '%s' in %s",
                                      key->key, map->what);
        }
    }
}

bool fp_map_given(const struct fp_map *map, const char *key)
{
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < map->tables[t].n; i++)
            if (strcmp(map->tables[t].keys[i].key, key) == 0)
                return map->given[t] & (UINT64_C(1) << i);
    return false;
}
