/* SPDX-License-Identifier: MIT
 * case.c - a case, as data. */
#include "harness/model/case.h"

#include "harness/base/alloc.h"

struct fp_str fp_case_cannot(const struct fp_case *c, enum fp_protocol p,
                             enum fp_check_kind k)
{
    for (size_t i = 0; i < c->n_cannot; i++)
        if (c->cannot[i].protocol == p && c->cannot[i].check == k)
            return c->cannot[i].reason;
    return FP_STR_NONE;
}

void fp_case_free(struct fp_case *c)
{
    if (c == NULL)
        return;
    fp_arena_deinit(&c->arena);
    fp_free(c);
}
