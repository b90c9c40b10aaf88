/* SPDX-License-Identifier: MIT
 * arena.c - memory that is given back all at once. */
#include "harness/base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "harness/base/alloc.h"

enum { BLOCK_BYTES = 16 * 1024 };

struct fp_arena_block {
    struct fp_arena_block *next;
    size_t used, cap;
    alignas(max_align_t) char data[];
};

static struct fp_arena_block *add_block(struct fp_arena *a, size_t n)
{
    size_t cap = n > BLOCK_BYTES ? n : BLOCK_BYTES;
    struct fp_arena_block *b = fp_calloc(1, sizeof *b + cap);
    if (b == NULL)
        return NULL;
    b->cap = cap;
    b->next = a->head;
    a->head = b;
    return b;
}

void *fp_arena_alloc(struct fp_arena *a, size_t n)
{
    const size_t align = alignof(max_align_t);
    if (n > SIZE_MAX / 2)
        return NULL;
    n = (n + align - 1) / align * align;
    struct fp_arena_block *b = a->head;
    if (b == NULL || b->cap - b->used < n)
        b = add_block(a, n);
    if (b == NULL)
        return NULL;
    void *p = b->data + b->used;
    b->used += n;
    a->bytes += n;
    return p;
}

char *fp_arena_strdup(struct fp_arena *a, struct fp_str s)
{
    if (s.p == NULL)
        return NULL;
    char *p = fp_arena_alloc(a, s.n + 1);
    if (p != NULL)
        memcpy(p, s.p, s.n);
    return p;
}

struct fp_str fp_arena_str(struct fp_arena *a, struct fp_str s)
{
    char *p = fp_arena_strdup(a, s);
    return p == NULL ? FP_STR_NONE : (struct fp_str){p, s.n};
}

void fp_arena_deinit(struct fp_arena *a)
{
    while (a->head != NULL) {
        struct fp_arena_block *next = a->head->next;
        fp_free(a->head);
        a->head = next;
    }
    a->bytes = 0;
}
