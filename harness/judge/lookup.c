/* SPDX-License-Identifier: MIT
 * lookup.c - numbers by key, in an open-addressing table. */
#include "harness/judge/lookup.h"

#include "harness/base/alloc.h"

enum { FIRST_CAP = 64 };

static uint64_t spread(uint64_t key)
{
    key ^= key >> 33;
    key *= 0xff51afd7ed558ccdULL; /* MurmurHash3's finaliser */
    key ^= key >> 33;
    return key;
}

/* The slot that holds key, or the free one where it would go. */
static struct fp_lookup_slot *slot_of(const struct fp_lookup *l, uint64_t key)
{
    size_t i = (size_t)spread(key) & (l->cap - 1);
    while (l->slots[i].key != 0 && l->slots[i].key != key)
        i = (i + 1) & (l->cap - 1);
    return &l->slots[i];
}

static bool grow(struct fp_lookup *l)
{
    struct fp_lookup bigger = {0};
    bigger.cap = l->cap == 0 ? FIRST_CAP : l->cap * 2;
    bigger.slots = fp_calloc(bigger.cap, sizeof *bigger.slots);
    if (bigger.slots == NULL)
        return false;
    for (size_t i = 0; i < l->cap; i++)
        if (l->slots[i].key != 0)
            *slot_of(&bigger, l->slots[i].key) = l->slots[i];
    bigger.n = l->n;
    fp_free(l->slots);
    *l = bigger;
    return true;
}

bool fp_lookup_put(struct fp_lookup *l, uint64_t key, size_t value)
{
    if (l->n * 2 >= l->cap && !grow(l))
        return false;
    struct fp_lookup_slot *slot = slot_of(l, key);
    if (slot->key == 0)
        l->n++;
    *slot = (struct fp_lookup_slot){key, value};
    return true;
}

bool fp_lookup_get(const struct fp_lookup *l, uint64_t key, size_t *value)
{
    if (l->n == 0)
        return false;
    const struct fp_lookup_slot *slot = slot_of(l, key);
    if (slot->key == 0)
        return false;
    *value = slot->value;
    return true;
}

void fp_lookup_deinit(struct fp_lookup *l)
{
    fp_free(l->slots);
    *l = (struct fp_lookup){0};
}

uint64_t fp_lookup_key_str(struct fp_str s)
{
    uint64_t h = 0xcbf29ce484222325ULL; /* FNV-1a */
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3ULL;
    return h == 0 ? 1 : h;
}

uint64_t fp_lookup_key_pair(uint32_t a, uint32_t b)
{
    uint64_t key = ((uint64_t)a << 32 | b) + 1; /* 0 means free */
    return key == 0 ? 1 : key;
}
