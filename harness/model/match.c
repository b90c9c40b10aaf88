/* SPDX-License-Identifier: MIT
 * match.c - which cases and checks a pattern means. */
#include "harness/model/match.h"

/* A star in the pattern, and how far it has eaten: a place to go back to. */
struct star {
    size_t i, j; /* the text from i on is to fit the pattern from j on */
    bool set;
};

/* Where the match goes on after a mismatch: the last `*` eats one byte more
 * (never a slash), else the last `**` does. */
static bool
go_back(struct fp_str s, struct star *one, struct star *two, struct star *at)
{
    if (one->set && one->i < s.n && s.p[one->i] != '/') {
        one->i++;
        *at = *one;
        return true;
    }
    one->set = false;
    if (!two->set || two->i == s.n)
        return false;
    two->i++;
    *at = *two;
    return true;
}

/* A star that fails can only do better by eating more, so that one place to
 * go back to for each kind is enough, and hostile patterns stay cheap. */
static bool path_fits(struct fp_str s, struct fp_str p)
{
    struct star one = {0}, two = {0}, at = {0};
    while (at.i < s.n || at.j < p.n) {
        bool star = at.j < p.n && p.p[at.j] == '*';
        bool all = star && at.j + 1 < p.n && p.p[at.j + 1] == '*';
        bool same = at.i < s.n && at.j < p.n && s.p[at.i] == p.p[at.j];
        if (star) {
            at = (struct star){at.i, at.j + (all ? 2 : 1), true};
            *(all ? &two : &one) = at;
            one.set = !all;
        } else if (same) {
            at.i++;
            at.j++;
        } else if (!go_back(s, &one, &two, &at)) {
            return false;
        }
    }
    return true;
}

/* "refused" and "refused/" fit all below the folder. */
static bool folder_fits(struct fp_str s, struct fp_str p)
{
    while (p.n > 0 && p.p[p.n - 1] == '/')
        p.n--;
    for (size_t i = 1; i < s.n; i++)
        if (s.p[i] == '/' && path_fits(fp_str_upto(s, i), p))
            return true;
    return false;
}

bool fp_case_match(struct fp_str name, struct fp_str pattern)
{
    struct fp_str name_protocol, protocol;
    struct fp_str path = fp_str_split(name, '@', &name_protocol);
    struct fp_str want = fp_str_split(pattern, '@', &protocol);
    if (protocol.p != NULL && name_protocol.p != NULL &&
        !fp_str_glob(name_protocol, protocol))
        return false;
    return want.n == 0 ? protocol.p != NULL
                       : path_fits(path, want) || folder_fits(path, want);
}

struct fp_str fp_check_split(struct fp_str pattern, struct fp_str *check)
{
    size_t at = pattern.n;
    while (at > 0 && pattern.p[at - 1] != ':')
        at--;
    *check = at == 0 ? FP_STR_NONE : fp_str_from(pattern, at);
    return at == 0 ? pattern : fp_str_upto(pattern, at - 1);
}

static bool is_part_of(struct fp_str check, struct fp_str whole)
{
    return whole.n > 0 && fp_str_starts(check, whole) && check.n > whole.n &&
           check.p[whole.n] == '.';
}

bool fp_check_match(struct fp_str case_name, struct fp_str check,
                    struct fp_str pattern)
{
    struct fp_str want;
    struct fp_str cases = fp_check_split(pattern, &want);
    return want.p != NULL && fp_case_match(case_name, cases) &&
           (fp_str_glob(check, want) || is_part_of(check, want));
}
