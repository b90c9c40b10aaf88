/* lookup.h - numbers by key: which request, session, connection a fact means.
 * A trace of 10^5 connections must not make the judge quadratic.
 * Uses: base. */
#pragma once
#include "harness/base/str.h"

struct fp_lookup_slot {
    uint64_t key; /* 0 = free */
    size_t value;
};

/* Start with {0}. */
struct fp_lookup {
    struct fp_lookup_slot *slots;
    size_t n, cap;
};

/* Later values replace earlier ones. false: out of memory. */
bool fp_lookup_put(struct fp_lookup *l, uint64_t key, size_t value);
bool fp_lookup_get(const struct fp_lookup *l, uint64_t key, size_t *value);
void fp_lookup_deinit(struct fp_lookup *l);

uint64_t fp_lookup_key_str(struct fp_str s);
uint64_t fp_lookup_key_pair(uint32_t a, uint32_t b);
