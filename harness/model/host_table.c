/* SPDX-License-Identifier: MIT
 * host_table.c - the keys of a host profile, and of a claim in it. */
#include "harness/base/alloc.h"
#include "harness/model/host.h"
#include "harness/model/tables.h"

#define NEED(s, k, t, m, words, text)                                          \
    {                                                                          \
        .key = (k), .type = (t), .required = true, .offset = offsetof(s, m),   \
        .choices = (words), .doc = (text)                                      \
    }
#define LIST(k, t, m, n_m, text)                                               \
    {                                                                          \
        .key = (k), .type = (t), .required = true,                             \
        .offset = offsetof(struct fp_host, m),                                 \
        .offset_n = offsetof(struct fp_host, n_m), .doc = (text)               \
    }

static const struct fp_key host[] = {
    NEED(struct fp_host, "title", FP_V_LINE, title, NULL,
         "the product and its set-up, in one line"),
    NEED(struct fp_host, "what", FP_V_LINE, what, NULL,
         "what a client meets there"),
    NEED(struct fp_host, "as_of", FP_V_LINE, as_of, NULL,
         "the day on which the profile was last gone through"),
    LIST("claims", FP_V_CLAIMS, claims, n_claims,
         "what is known, and who says so"),
    LIST("hops", FP_V_PATH, hops, n_hops,
         "what does it, as in a case's path, from client to server"),
};

static const struct fp_key claim[] = {
    NEED(struct fp_claim, "claim", FP_V_LINE, claim, NULL, "about what"),
    NEED(struct fp_claim, "value", FP_V_LINE, value, NULL,
         "what it is; every time and status of a fault stands in one"),
    NEED(struct fp_claim, "evidence", FP_V_LINE, evidence,
         "documented observed reported",
         "the vendor says so; we saw it; others say so"),
    NEED(struct fp_claim, "source", FP_V_LINE, source, NULL,
         "a public URL; of what was run, where it was observed"),
    NEED(struct fp_claim, "as_of", FP_V_LINE, as_of, NULL,
         "the day on which it was read or seen"),
};

struct fp_key_table fp_host_keys(void)
{
    return (struct fp_key_table){host, FP_COUNT(host)};
}

struct fp_key_table fp_claim_keys(void)
{
    return (struct fp_key_table){claim, FP_COUNT(claim)};
}

void fp_host_free(struct fp_host *h)
{
    if (h == NULL)
        return;
    fp_arena_deinit(&h->arena);
    fp_free(h);
}
