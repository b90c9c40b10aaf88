/* SPDX-License-Identifier: MIT
 * match.c - which cases a pattern selects. */
#include "harness/scenario/scenario.h"

/* The longest run that a star may eat: up to a slash, or all for `**`. */
static bool may_eat(char c, bool all) { return all || c != '/'; }

/* `*` and `**`, with one place to go back to for each of them: a `**` that
 * failed can only do better by eating more, as can the last `*` after it. */
static bool path_fits(struct fp_str s, struct fp_str p)
{
    struct back {
        size_t i, j;
        bool set;
    } one = {0}, two = {0};
    size_t i = 0, j = 0;
    for (;;) {
        if (j < p.n && p.p[j] == '*') {
            bool all = j + 1 < p.n && p.p[j + 1] == '*';
            j += all ? 2 : 1;
            *(all ? &two : &one) = (struct back){i, j, true};
            one.set = one.set && !all;
        } else if (i == s.n && j == p.n) {
            return true;
        } else if (i < s.n && j < p.n && s.p[i] == p.p[j]) {
            i++, j++;
        } else if (one.set && one.i < s.n && may_eat(s.p[one.i], false)) {
            i = ++one.i;
            j = one.j;
        } else if (two.set && two.i < s.n) {
            i = ++two.i;
            j = two.j;
            one.set = false;
        } else {
            return false;
        }
    }
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
