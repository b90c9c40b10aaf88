/* map.h - a mapping of a case into a struct, by its key table.
 * Uses: model/tables, value. */
#pragma once
#include "harness/scenario/value.h"

/* Where a mapping is read into, by which tables (a fault has two). */
struct fp_map {
    const char *what; /* "'refuse'", for messages */
    void *base;
    struct fp_key_table tables[2];
    uint64_t given[2]; /* out: bit i = key i of that table is in the file */
    /* Structures (FP_V_SERVER …): called with the key; may be NULL. */
    void (*structure)(struct fp_load *l, const struct fp_key *key,
                      const struct fp_node *v, void *user);
    void *user;
};

/* Defaults, then what the mapping says; unknown and missing keys are problems.
 * v: a mapping, or an empty value. */
void fp_map_load(struct fp_load *l, struct fp_map *map,
                 const struct fp_node *v);
bool fp_map_given(const struct fp_map *map, const char *key);
