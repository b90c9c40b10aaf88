/* SPDX-License-Identifier: MIT
 * baseline.c - results held against the checks that are known to fail. */
#include "reports/baseline.h"

#include <string.h>
#include <time.h>

#include "harness/model/match.h"

enum { DAY_BYTES = 16 };

/* "2027-06-30" (UTC): such days compare as texts. */
static void day_of(char out[DAY_BYTES], int64_t unix_ms)
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm tm;
    out[0] = '\0';
    if (gmtime_r(&seconds, &tm) != NULL)
        (void)strftime(out, DAY_BYTES, "%Y-%m-%d", &tm);
}

static bool is_over(const struct fp_known_failure *k, int64_t unix_ms)
{
    char day[DAY_BYTES];
    day_of(day, unix_ms);
    return k->until.n == strlen(day) && memcmp(k->until.p, day, k->until.n) < 0;
}

static bool
is_of_config(const struct fp_known_failure *k, const struct fp_case_result *r)
{
    return k->configuration.p == NULL || fp_str_eq(k->configuration, r->config);
}

/* "refused/403@plain": all copies of a repeated case are the same to it. */
static void case_id(struct fp_buf *out, const struct fp_case_result *r)
{
    fp_buf_printf(out, "%.*s@%s", FP_STR_ARG(r->case_name),
                  fp_protocol_name(r->protocol));
}

bool fp_known_is_about(const struct fp_known_failure *k,
                       const struct fp_case_result *r,
                       const struct fp_check_result *c)
{
    if (!is_of_config(k, r))
        return false;
    struct fp_buf id = {0};
    case_id(&id, r);
    bool yes = fp_check_match(fp_buf_view(&id), c->name, k->check);
    fp_buf_deinit(&id);
    return yes;
}

static bool contains(struct fp_str s, struct fp_str part)
{
    return s.n >= part.n && (part.n == 0 || fp_str_find(s, part) < s.n);
}

bool fp_known_fits(const struct fp_known_failure *k,
                   const struct fp_check_result *c)
{
    return contains(c->actual, k->reason) || contains(c->why, k->reason);
}

static enum fp_listed state_of(const struct fp_known_failure *k,
                               const struct fp_check_result *c, int64_t unix_ms)
{
    if (c->verdict == FP_PASS)
        return FP_LISTED_PASSES;
    if (c->verdict != FP_FAIL)
        return FP_LISTED_IDLE;
    if (!fp_known_fits(k, c))
        return FP_LISTED_OTHERWISE;
    return is_over(k, unix_ms) ? FP_LISTED_EXPIRED : FP_KNOWN;
}

static void list(struct fp_arena *a, struct fp_listing *to, enum fp_listed is,
                 const struct fp_known_failure *k)
{
    *to = (struct fp_listing){
        .is = is,
        .reason = fp_arena_str(a, k->reason),
        .why = fp_arena_str(a, k->why),
        .link = fp_arena_str(a, k->link),
        .until = fp_arena_str(a, k->until),
        .loc = k->loc,
    };
    to->loc.file = fp_arena_strdup(a, fp_str_of(k->loc.file));
}

void fp_baseline_apply(const struct fp_baseline *b, struct fp_case_result *r)
{
    for (size_t i = 0; i < r->n_checks; i++) {
        struct fp_check_result *c = &r->checks[i];
        c->listing = (struct fp_listing){0}; /* stored results may have one */
        for (size_t e = 0; e < b->n && c->listing.is != FP_KNOWN; e++) {
            const struct fp_known_failure *k = &b->items[e];
            if (!fp_known_is_about(k, r, c))
                continue;
            enum fp_listed is = state_of(k, c, r->started_unix_ms);
            if (c->listing.is == FP_UNLISTED || is == FP_KNOWN)
                list(&r->arena, &c->listing, is, k);
        }
    }
}

/* -- in words ------------------------------------------------------------ */

static void say_place(struct fp_buf *out, struct fp_loc loc)
{
    fp_buf_printf(out, "%s:%u:%u", loc.file == NULL ? "?" : loc.file, loc.line,
                  loc.col);
}

static void say_known(struct fp_buf *out, const struct fp_listing *l)
{
    fp_buf_str(out, l->why.n > 0 ? l->why : l->reason);
    if (l->link.n > 0)
        fp_buf_printf(out, " (%.*s)", FP_STR_ARG(l->link));
}

void fp_listing_say(struct fp_buf *out, const struct fp_check_result *c)
{
    const struct fp_listing *l = &c->listing;
    switch (l->is) {
    case FP_UNLISTED:
        return;
    case FP_KNOWN:
        say_known(out, l);
        return;
    case FP_LISTED_IDLE:
        fp_buf_z(out, "not judged, known failure at ");
        break;
    case FP_LISTED_PASSES:
        fp_buf_z(out, "passed: remove the known failure at ");
        break;
    case FP_LISTED_OTHERWISE:
        fp_buf_printf(out, "fails, but '%.*s' is not in what it tells: ",
                      FP_STR_ARG(l->reason));
        break;
    case FP_LISTED_EXPIRED:
        fp_buf_printf(out, "still fails, but was known until %.*s only: ",
                      FP_STR_ARG(l->until));
        break;
    }
    say_place(out, l->loc);
}

/* -- entries that are about nothing -------------------------------------- */

static bool is_about_a_check(const struct fp_known_failure *k,
                             const struct fp_case_result *r)
{
    for (size_t i = 0; i < r->n_checks; i++)
        if (fp_known_is_about(k, r, &r->checks[i]))
            return true;
    return false;
}

/* The entry names this very case, which was judged. */
static bool
names_case(const struct fp_known_failure *k, const struct fp_case_result *r)
{
    struct fp_str check;
    struct fp_buf id = {0};
    case_id(&id, r);
    bool yes = fp_str_eq(fp_check_split(k->check, &check), fp_buf_view(&id));
    fp_buf_deinit(&id);
    return yes && is_of_config(k, r);
}

static bool is_unmatched(const struct fp_known_failure *k,
                         const struct fp_results *all, bool whole)
{
    bool told = false;
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_case_result *r = &all->items[i];
        bool broke = r->error.n > 0 || r->n_checks == 0;
        if (is_about_a_check(k, r) || (broke && names_case(k, r)))
            return false;
        told |= names_case(k, r) || (whole && is_of_config(k, r));
    }
    return told;
}

size_t
fp_baseline_write_unmatched(struct fp_buf *out, const struct fp_baseline *b,
                            const struct fp_results *all, bool whole)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct fp_known_failure *k = &b->items[i];
        if (!is_unmatched(k, all, whole))
            continue;
        n++;
        say_place(out, k->loc);
        fp_buf_printf(out, ": the known failure '%.*s' matches no check\n",
                      FP_STR_ARG(k->check));
    }
    return n;
}
