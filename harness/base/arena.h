/* arena.h - memory that is given back all at once.
 * One arena per scenario model, one per trace. Uses: base/alloc, base/str. */
#pragma once
#include "harness/base/str.h"

struct fp_arena_block;
struct fp_arena {
    struct fp_arena_block *head;
    size_t bytes; /* handed out so far */
};

/* Start with {0}. Zeroed, aligned for any type; NULL when out of memory. */
void *fp_arena_alloc(struct fp_arena *a, size_t n);
/* A NUL-terminated copy; NULL when out of memory or when s is absent. */
char *fp_arena_strdup(struct fp_arena *a, struct fp_str s);
/* A copy as a slice; absent when out of memory or when s is absent. */
struct fp_str fp_arena_str(struct fp_arena *a, struct fp_str s);
void fp_arena_deinit(struct fp_arena *a);
