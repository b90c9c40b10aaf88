/* SPDX-License-Identifier: MIT
 * baseline_write.c - a baseline file from results. */
#include "harness/base/utf8.h"
#include "reports/baseline.h"

/* -- a reason that the next run will give too ----------------------------- */

/* Numbers, and the units of times behind them, differ from run to run. */
static bool is_fleeting(struct fp_str word)
{
    static const char *const units[] = {"s", "ms", "s,", "ms,", "s:", "ms:"};
    for (size_t i = 0; i < word.n; i++) {
        unsigned char c = (unsigned char)word.p[i];
        if ((c >= '0' && c <= '9') || c < 0x20 || c == 0x7f)
            return true;
    }
    for (size_t i = 0; i < FP_COUNT(units); i++)
        if (fp_str_eqz(word, units[i]))
            return true;
    return false;
}

static bool is_mark(char c)
{
    return c == ' ' || c == ',' || c == ':' || c == ';' || c == '(';
}

static struct fp_str bare(struct fp_str s)
{
    while (s.n > 0 && is_mark(s.p[0]))
        s = fp_str_from(s, 1);
    while (s.n > 0 && is_mark(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* The longest run of words in s that will be the same next time; all of s
 * where there is none. */
static struct fp_str lasting(struct fp_str s)
{
    enum { MOST_BYTES = 120 };
    struct fp_str best = FP_STR_NONE, run = FP_STR_NONE, rest = s;
    while (rest.p != NULL) {
        struct fp_str word = fp_str_split(rest, ' ', &rest);
        bool fits = !is_fleeting(word) && run.n + word.n < MOST_BYTES;
        if (fits && run.p != NULL)
            run.n = (size_t)(word.p + word.n - run.p);
        else
            run = fits ? word : FP_STR_NONE;
        struct fp_str text = bare(run);
        if (text.n > best.n)
            best = text;
    }
    return best.n > 0 ? best : s;
}

static struct fp_str reason_of(const struct fp_check_result *c)
{
    return lasting(c->actual.n > 0 ? c->actual : c->why);
}

/* -- entries -------------------------------------------------------------- */

struct entries {
    struct fp_known_failure *items;
    size_t n, cap;
    struct fp_arena arena;
    bool failed;
};

static void add(struct entries *e, const struct fp_known_failure *k)
{
    if (e->n == e->cap) {
        size_t cap = e->cap == 0 ? 32 : e->cap * 2;
        struct fp_known_failure *items =
            fp_arena_alloc(&e->arena, cap * sizeof *items);
        if (items == NULL) {
            e->failed = true;
            return;
        }
        for (size_t i = 0; i < e->n; i++)
            items[i] = e->items[i];
        e->items = items;
        e->cap = cap;
    }
    e->items[e->n++] = *k;
}

static bool wants_entry(const struct fp_check_result *c, bool strict)
{
    return c->verdict == FP_FAIL &&
           (c->level == FP_MUST || (strict && c->level == FP_SHOULD));
}

struct tally {
    size_t fitting, otherwise, passed;
};

static struct tally
count(const struct fp_known_failure *k, const struct fp_results *all)
{
    struct tally n = {0};
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_case_result *r = &all->items[i];
        for (size_t j = 0; j < r->n_checks; j++) {
            const struct fp_check_result *c = &r->checks[j];
            if (!fp_known_is_about(k, r, c))
                continue;
            n.passed += c->verdict == FP_PASS;
            n.fitting += c->verdict == FP_FAIL && fp_known_fits(k, c);
            n.otherwise += c->verdict == FP_FAIL && !fp_known_fits(k, c);
        }
    }
    return n;
}

static void keep_old(struct entries *to, const struct fp_baseline *old,
                     const struct fp_results *all)
{
    for (size_t i = 0; i < old->n; i++) {
        struct tally n = count(&old->items[i], all);
        if (n.passed == 0 && (n.fitting > 0 || n.otherwise == 0))
            add(to, &old->items[i]);
    }
}

static bool is_covered(const struct entries *e, const struct fp_case_result *r,
                       const struct fp_check_result *c)
{
    for (size_t i = 0; i < e->n; i++)
        if (fp_known_is_about(&e->items[i], r, c) &&
            fp_known_fits(&e->items[i], c))
            return true;
    return false;
}

/* What people wrote about this check stays. */
static void
take_over(struct fp_known_failure *k, const struct fp_baseline *old,
          const struct fp_case_result *r, const struct fp_check_result *c)
{
    for (size_t i = 0; i < old->n; i++) {
        if (!fp_known_is_about(&old->items[i], r, c))
            continue;
        k->why = old->items[i].why;
        k->link = old->items[i].link;
        k->until = old->items[i].until;
        if (fp_known_fits(&old->items[i], c)) {
            k->reason = old->items[i].reason;
            return;
        }
    }
}

static void
add_new(struct entries *to, const struct fp_baseline *old,
        const struct fp_case_result *r, const struct fp_check_result *c)
{
    struct fp_buf id = {0};
    fp_buf_printf(&id, "%.*s@%s:%.*s", FP_STR_ARG(r->case_name),
                  fp_protocol_name(r->protocol), FP_STR_ARG(c->name));
    struct fp_known_failure k = {
        .check = fp_arena_str(&to->arena, fp_buf_view(&id)),
        .configuration = r->config,
        .reason = reason_of(c),
    };
    to->failed = to->failed || id.failed;
    fp_buf_deinit(&id);
    take_over(&k, old, r, c);
    if (k.check.p == NULL)
        to->failed = true;
    else
        add(to, &k);
}

static void add_failures(struct entries *to, const struct fp_baseline *old,
                         const struct fp_results *all, bool strict)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_case_result *r = &all->items[i];
        for (size_t j = 0; j < r->n_checks; j++)
            if (wants_entry(&r->checks[j], strict) &&
                !is_covered(to, r, &r->checks[j]))
                add_new(to, old, r, &r->checks[j]);
    }
}

/* -- text ----------------------------------------------------------------- */

/* A double-quoted scalar, which holds any text. */
static void
write_text(struct fp_buf *out, const char *before, struct fp_str text)
{
    if (text.n == 0)
        return;
    struct fp_buf clean = {0};
    fp_utf8_scrub(&clean, text);
    fp_buf_printf(out, "%s\"", before);
    for (size_t i = 0; i < clean.n; i++) {
        unsigned char c = (unsigned char)clean.p[i];
        if (c == '"' || c == '\\')
            fp_buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fp_buf_printf(out, "\\x%02X", c);
        else
            fp_buf_char(out, (char)c);
    }
    fp_buf_z(out, "\"\n");
    fp_buf_part_deinit(&clean, out);
}

static void write_entry(struct fp_buf *out, const struct fp_known_failure *k)
{
    write_text(out, "  - check: ", k->check);
    write_text(out, "    configuration: ", k->configuration);
    write_text(out, "    reason: ", k->reason);
    write_text(out, "    why: ", k->why);
    write_text(out, "    link: ", k->link);
    if (k->until.n > 0)
        fp_buf_printf(out, "    until: %.*s\n", FP_STR_ARG(k->until));
}

void fp_baseline_write(struct fp_buf *out, const struct fp_baseline *old,
                       const struct fp_results *all, bool strict)
{
    struct entries e = {0};
    keep_old(&e, old, all);
    add_failures(&e, old, all, strict);
    fp_buf_z(out, e.n == 0 ? "known: []\n" : "known:\n");
    for (size_t i = 0; i < e.n; i++)
        write_entry(out, &e.items[i]);
    out->failed |= e.failed;
    fp_arena_deinit(&e.arena);
}
