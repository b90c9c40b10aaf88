/* SPDX-License-Identifier: MIT
 * results.c - a list of results: adding, sorting, the exit code it stands for.
 */
#include <stdlib.h>
#include <string.h>

#include "harness/base/alloc.h"
#include "reports/report.h"

enum fp_status fp_results_add(struct fp_results *all, struct fp_case_result *r)
{
    if (all->n == all->cap) {
        size_t cap = all->cap == 0 ? 64 : all->cap * 2;
        struct fp_case_result *items =
            fp_realloc(all->items, cap * sizeof *items);
        if (items == NULL)
            return FP_ENOMEM;
        all->items = items;
        all->cap = cap;
    }
    all->items[all->n++] = *r;
    *r = (struct fp_case_result){0};
    return FP_OK;
}

void fp_results_deinit(struct fp_results *all)
{
    for (size_t i = 0; i < all->n; i++)
        fp_case_result_deinit(&all->items[i]);
    fp_free(all->items);
    *all = (struct fp_results){0};
}

static int compare_str(struct fp_str a, struct fp_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (order != 0)
        return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

static int compare(const void *pa, const void *pb)
{
    const struct fp_case_result *a = pa, *b = pb;
    int order = compare_str(a->case_name, b->case_name);
    if (order == 0)
        order = (int)a->protocol - (int)b->protocol;
    if (order == 0)
        order = compare_str(a->client, b->client);
    if (order == 0)
        order = compare_str(a->client_version, b->client_version);
    if (order == 0)
        order = compare_str(a->config, b->config);
    if (order == 0)
        order = a->copy < b->copy ? -1 : a->copy > b->copy;
    return order;
}

void fp_results_sort(struct fp_results *all)
{
    if (all->n > 1)
        qsort(all->items, all->n, sizeof *all->items, compare);
}

static bool has_not_exercised(const struct fp_case_result *r)
{
    for (size_t i = 0; i < r->n_checks; i++)
        if (r->checks[i].verdict == FP_NOT_EXERCISED && !r->checks[i].implied)
            return true;
    return false;
}

static bool counts(const struct fp_check_result *c, bool strict)
{
    return c->level == FP_MUST || (strict && c->level == FP_SHOULD);
}

bool fp_result_is_unexpected(const struct fp_case_result *r, bool strict)
{
    size_t known = 0;
    if (r->verdict == FP_ERROR)
        return false;
    for (size_t i = 0; i < r->n_checks; i++) {
        const struct fp_check_result *c = &r->checks[i];
        if (c->listing.is >= FP_LISTED_PASSES)
            return true;
        if (c->verdict != FP_FAIL || !counts(c, strict))
            continue;
        if (c->listing.is != FP_KNOWN)
            return true;
        known++;
    }
    return r->verdict == FP_FAIL && known == 0;
}

bool fp_result_is_known(const struct fp_case_result *r, bool strict)
{
    return r->verdict == FP_FAIL && !fp_result_is_unexpected(r, strict);
}

bool fp_result_is_undecided(const struct fp_case_result *r, bool strict)
{
    if (r->verdict == FP_INCONCLUSIVE)
        return true;
    if (!fp_result_is_known(r, strict))
        return false; /* the worse verdict is what counts */
    for (size_t i = 0; i < r->n_checks; i++)
        if (r->checks[i].verdict == FP_INCONCLUSIVE &&
            r->checks[i].listing.is == FP_UNLISTED &&
            counts(&r->checks[i], strict))
            return true;
    return false;
}

int fp_results_exit_code(const struct fp_results *all, bool strict,
                         bool reference)
{
    size_t failed = 0, harness = 0, ran = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_case_result *r = &all->items[i];
        enum fp_verdict v = r->verdict;
        failed += fp_result_is_unexpected(r, strict);
        if (strict || reference)
            failed += v != FP_FAIL && has_not_exercised(r);
        harness += v == FP_ERROR || fp_result_is_undecided(r, strict);
        ran += v != FP_UNSUPPORTED && v != FP_NOT_APPLICABLE;
    }
    if (failed > 0)
        return 1;
    if (harness > 0)
        return 3;
    return ran == 0 ? 4 : 0;
}
