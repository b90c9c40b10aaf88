/* SPDX-License-Identifier: MIT
 * value.c - one value of a case, as its table says. */
#include "harness/scenario/value.h"

#include <string.h>

enum {
    MAX_WORDS = 16,
    MAX_MS = 24 * 60 * 60 * 1000, /* longer than any case or host limit */
    MAX_COUNT = 1000000,
    MAX_BYTES = 64 * 1024 * 1024,
    MAX_CLOSE_CODE = 4999, /* RFC 6455 section 7.4.2 */
};

static bool scalar(struct fp_load *l, const char *key, const struct fp_node *v,
                   const char *what)
{
    /* The commonest slip: `- error codes: 3 is "Bad request"`. */
    bool unquoted = v->kind == FP_NODE_MAP && strcmp(what, "text") == 0;
    if (v->kind != FP_NODE_SCALAR)
        return fp_load_problem(l, v->loc, "'%s' takes %s, not %s%s", key, what,
                               fp_node_kind_name(v),
                               unquoted ? " (text with ': ' in it needs quotes)"
                                        : "");
    if (fp_node_is_empty(v))
        return fp_load_problem(l, v->loc, "'%s' has no value (%s)", key, what);
    return true;
}

/* Numbers and true/false are written bare: in YAML "3" is text. */
static bool bare(struct fp_load *l, const char *key, const struct fp_node *v,
                 const char *what)
{
    if (!scalar(l, key, v, what))
        return false;
    if (!v->plain)
        return fp_load_problem(l, v->loc, "'%s' takes %s: without quotes", key,
                               what);
    return true;
}

/* Digits only; 007 would be octal to some readers of YAML. */
static bool whole_number(struct fp_str s, uint64_t *out)
{
    return (s.n == 1 || (s.n > 1 && s.p[0] != '0')) && fp_str_to_u64(s, out);
}

struct unit {
    const char *name;
    uint64_t factor;
};

static bool number_with_unit(struct fp_str s, const struct unit *units,
                             size_t n, uint64_t *out)
{
    size_t digits = 0;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
        digits++;
    uint64_t number = 0;
    if (!whole_number(fp_str_upto(s, digits), &number))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!fp_str_eqz(fp_str_from(s, digits), units[i].name))
            continue;
        *out = number > UINT64_MAX / units[i].factor ? UINT64_MAX
                                                     : number * units[i].factor;
        return true;
    }
    return false;
}

static bool set_duration(struct fp_load *l, const struct fp_key *key,
                         uint64_t *to, const struct fp_node *v)
{
    static const struct unit units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}};
    uint64_t ms = 0;
    if (!scalar(l, key->key, v, "a duration"))
        return false;
    if (fp_str_to_u64(v->text, &ms))
        return fp_load_problem(
            l, v->loc, "a duration needs a unit: '%s' (%sms, %ss)",
            FP_SHOWN(v->text), FP_SHOWN(v->text), FP_SHOWN(v->text));
    if (!number_with_unit(v->text, units, FP_COUNT(units), &ms))
        return fp_load_problem(
            l, v->loc, "not a duration: '%s' (whole numbers: 250ms, 5s, 2m)",
            FP_SHOWN(v->text));
    if (ms > MAX_MS)
        return fp_load_problem(l, v->loc, "'%s' is more than a day: '%s'",
                               key->key, FP_SHOWN(v->text));
    if (ms < key->min)
        return fp_load_problem(l, v->loc, "'%s' is at least %llums, not '%s'",
                               key->key, (unsigned long long)key->min,
                               FP_SHOWN(v->text));
    *to = ms;
    return true;
}

static bool
number(struct fp_load *l, const struct fp_key *key, const struct fp_node *v,
       uint64_t *out, uint64_t least, uint64_t most)
{
    uint64_t n = 0;
    if (!bare(l, key->key, v, "a whole number"))
        return false;
    if (!whole_number(v->text, &n))
        return fp_load_problem(l, v->loc, "not a whole number: '%s'",
                               FP_SHOWN(v->text));
    if (n < least || n > most)
        return fp_load_problem(l, v->loc, "'%s' is %llu to %llu, not %s",
                               key->key, (unsigned long long)least,
                               (unsigned long long)most, FP_SHOWN(v->text));
    *out = n;
    return true;
}

static bool set_count(struct fp_load *l, const struct fp_key *key, unsigned *to,
                      const struct fp_node *v)
{
    uint64_t n = 0;
    if (!number(l, key, v, &n, 1, MAX_COUNT))
        return false;
    *to = (unsigned)n;
    return true;
}

static bool set_int(struct fp_load *l, const struct fp_key *key, int *to,
                    const struct fp_node *v)
{
    bool status = key->type == FP_V_STATUS;
    uint64_t n = 0;
    if (!number(l, key, v, &n, status ? 100 : 0, status ? 599 : MAX_CLOSE_CODE))
        return false;
    *to = (int)n;
    return true;
}

static bool bytes(struct fp_load *l, const struct fp_key *key,
                  const struct fp_node *v, uint64_t *out)
{
    static const struct unit units[] = {
        {"", 1}, {"KiB", 1024}, {"MiB", 1048576}};
    uint64_t n = 0;
    if (!bare(l, key->key, v, "a number of bytes"))
        return false;
    if (!number_with_unit(v->text, units, FP_COUNT(units), &n))
        return fp_load_problem(l, v->loc,
                               "not a number of bytes: '%s' (64, 4KiB, 1MiB)",
                               FP_SHOWN(v->text));
    if (n < key->min || n > MAX_BYTES)
        return fp_load_problem(l, v->loc, "'%s' is %llu bytes to 64MiB, not %s",
                               key->key, (unsigned long long)key->min,
                               FP_SHOWN(v->text));
    *out = n;
    return true;
}

static bool set_size(struct fp_load *l, const struct fp_key *key, size_t *to,
                     const struct fp_node *v)
{
    uint64_t n = 0;
    if (!bytes(l, key, v, &n))
        return false;
    *to = (size_t)n;
    return true;
}

static bool set_bool(struct fp_load *l, const struct fp_key *key, bool *to,
                     const struct fp_node *v)
{
    if (!bare(l, key->key, v, "true or false"))
        return false;
    bool yes = fp_str_eqz(v->text, "true");
    if (!yes && !fp_str_eqz(v->text, "false"))
        return fp_load_problem(l, v->loc, "not true or false: '%s'",
                               FP_SHOWN(v->text));
    *to = yes;
    return true;
}

/* A decimal from 0 to 1, without the locale's and strtod's other spellings. */
static bool set_probability(struct fp_load *l, const struct fp_key *key,
                            double *to, const struct fp_node *v)
{
    if (!bare(l, key->key, v, "a number from 0 to 1"))
        return false;
    struct fp_str rest, whole = fp_str_split(v->text, '.', &rest);
    uint64_t w = 0, f = 0;
    double scale = 1;
    for (size_t i = 0; i < rest.n; i++)
        scale *= 10;
    bool ok = whole_number(whole, &w) && w <= 1 && rest.n <= 9 &&
              (rest.p == NULL || fp_str_to_u64(rest, &f)) && !(w == 1 && f > 0);
    if (!ok)
        return fp_load_problem(l, v->loc, "not a number from 0 to 1: '%s'",
                               FP_SHOWN(v->text));
    *to = (double)w + (double)f / scale;
    return true;
}

/* Which of the words v is; SIZE_MAX after a problem. */
static size_t pick(struct fp_load *l, const char *key, const struct fp_node *v,
                   const char *words)
{
    const char *names[MAX_WORDS];
    size_t n = fp_load_words(l, words, names, MAX_WORDS);
    if (!scalar(l, key, v, "a word"))
        return SIZE_MAX;
    for (size_t i = 0; i < n; i++)
        if (fp_str_eqz(v->text, names[i]))
            return i;
    (void)fp_load_problem(l, v->loc, "'%s' cannot be '%s'%s", key,
                          FP_SHOWN(v->text), FP_HINT(v->text, names, n));
    return SIZE_MAX;
}

static bool set_ending(struct fp_load *l, const struct fp_key *key,
                       enum fp_ending *to, const struct fp_node *v)
{
    if (pick(l, key->key, v, key->choices) == SIZE_MAX)
        return false;
    for (int e = FP_END_FIN; e <= FP_END_STATUS; e++)
        if (fp_str_eqz(v->text, fp_ending_name((enum fp_ending)e)))
            *to = (enum fp_ending)e;
    return true;
}

static bool set_level(struct fp_load *l, const struct fp_key *key,
                      enum fp_level *to, const struct fp_node *v)
{
    size_t i = pick(l, key->key, v, "must should may");
    if (i != SIZE_MAX)
        *to = (enum fp_level)i;
    return i != SIZE_MAX;
}

static bool set_transport(struct fp_load *l, const struct fp_key *key,
                          enum fp_transport *to, const struct fp_node *v)
{
    return pick(l, key->key, v, "websocket polling") != SIZE_MAX &&
           fp_transport_parse(v->text, to);
}

static bool set_text(struct fp_load *l, const struct fp_key *key,
                     struct fp_str *to, const struct fp_node *v)
{
    if (key->choices != NULL && pick(l, key->key, v, key->choices) == SIZE_MAX)
        return false;
    if (!scalar(l, key->key, v, "text"))
        return false;
    *to = fp_arena_str(l->keep, v->text);
    if (to->p == NULL)
        l->no_memory = true;
    return true;
}

struct fp_str
fp_value_line(struct fp_load *l, const char *key, const struct fp_node *v)
{
    if (!scalar(l, key, v, "text"))
        return FP_STR_NONE;
    struct fp_str s = v->text;
    /* A block scalar (`why: |`) ends with a line break that nobody means. */
    while (s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    if (s.n == 0) {
        (void)fp_load_problem(l, v->loc, "'%s' is empty", key);
        return FP_STR_NONE;
    }
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != 0x7f)
            continue;
        (void)fp_load_problem(
            l, v->loc, "'%s' is one line of text, without control characters",
            key);
        return FP_STR_NONE;
    }
    struct fp_str kept = fp_arena_str(l->keep, s);
    if (kept.p == NULL)
        l->no_memory = true;
    return kept;
}

static bool set_line(struct fp_load *l, const struct fp_key *key,
                     struct fp_str *to, const struct fp_node *v)
{
    if (key->choices != NULL && pick(l, key->key, v, key->choices) == SIZE_MAX)
        return false;
    struct fp_str s = fp_value_line(l, key->key, v);
    if (s.p != NULL)
        *to = s;
    return s.p != NULL;
}

static bool list(struct fp_load *l, const struct fp_key *key,
                 const struct fp_node *v, const char *of)
{
    if (v->kind == FP_NODE_LIST && v->n > 0)
        return true;
    if (v->kind == FP_NODE_LIST)
        return fp_load_problem(l, v->loc, "'%s' is an empty list", key->key);
    return fp_load_problem(l, v->loc, "'%s' takes a list of %s", key->key, of);
}

void fp_value_put_list(const struct fp_key *key, void *base, const void *items,
                       size_t n)
{
    memcpy((char *)base + key->offset, &items, sizeof items);
    memcpy((char *)base + key->offset_n, &n, sizeof n);
}

static bool set_lines(struct fp_load *l, const struct fp_key *key, void *base,
                      const struct fp_node *v)
{
    if (!list(l, key, v, "texts"))
        return false;
    struct fp_str *items = fp_load_keep(l, v->n * sizeof *items);
    if (items == NULL)
        return false;
    size_t n = 0;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next)
        items[n++] = fp_value_line(l, key->key, i);
    fp_value_put_list(key, base, items, n);
    return true;
}

static bool set_protocols(struct fp_load *l, const struct fp_key *key,
                          unsigned *to, const struct fp_node *v)
{
    if (!list(l, key, v, "protocols"))
        return false;
    unsigned bits = 0;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next) {
        enum fp_protocol p;
        if (pick(l, key->key, i, "engine.io-4 engine.io-3 plain") == SIZE_MAX)
            return false;
        if (!fp_protocol_parse(i->text, &p))
            return false;
        if (bits & (1U << p))
            return fp_load_problem(l, i->loc, "'%s' is listed twice",
                                   FP_SHOWN(i->text));
        bits |= 1U << p;
    }
    *to = bits;
    return true;
}

static bool set_transports(struct fp_load *l, const struct fp_key *key,
                           enum fp_transport *to, const struct fp_node *v)
{
    if (!list(l, key, v, "transports"))
        return false;
    size_t n = 0;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next) {
        enum fp_transport t = FP_TRANSPORT_NONE;
        if (!set_transport(l, key, &t, i))
            return false;
        if (n == 2 || (n == 1 && to[0] == t))
            return fp_load_problem(l, i->loc, "'%s' is listed twice",
                                   FP_SHOWN(i->text));
        to[n++] = t;
    }
    return true;
}

static bool set_attempts(struct fp_load *l, const struct fp_key *key,
                         unsigned *to, const struct fp_node *v)
{
    if (!bare(l, key->key, v, "2 or 1..3"))
        return false;
    struct fp_str first = v->text, last = v->text;
    size_t dots = fp_str_find(v->text, FP_STR(".."));
    if (dots < v->text.n) {
        first = fp_str_upto(v->text, dots);
        last = fp_str_from(v->text, dots + 2);
    }
    uint64_t a = 0, b = 0;
    if (!whole_number(first, &a) || !whole_number(last, &b) || a == 0 ||
        b > MAX_COUNT)
        return fp_load_problem(
            l, v->loc, "not attempts, counted from 1: '%s' (2, or 1..3)",
            FP_SHOWN(v->text));
    if (b < a)
        return fp_load_problem(l, v->loc, "the range is backwards: '%s'",
                               FP_SHOWN(v->text));
    to[0] = (unsigned)a;
    to[1] = (unsigned)b;
    return true;
}

static bool set_direction(struct fp_load *l, const struct fp_key *key,
                          void *base, const struct fp_node *v)
{
    size_t i = pick(l, key->key, v, "up down both");
    if (i == SIZE_MAX)
        return false;
    *(bool *)((char *)base + key->offset) = i != 1;
    *(bool *)((char *)base + key->offset_n) = i != 0;
    return true;
}

/* NOLINTNEXTLINE(readability-function-size): one arm a type */
bool fp_value_set(struct fp_load *l, const struct fp_key *key, void *base,
                  const struct fp_node *v)
{
    void *to = (char *)base + key->offset;
    switch (key->type) {
    case FP_V_DURATION:
        return set_duration(l, key, to, v);
    case FP_V_COUNT:
        return set_count(l, key, to, v);
    case FP_V_BYTES:
        return bytes(l, key, v, to);
    case FP_V_SIZE:
        return set_size(l, key, to, v);
    case FP_V_STATUS:
    case FP_V_CLOSE_CODE:
        return set_int(l, key, to, v);
    case FP_V_TEXT:
        return set_text(l, key, to, v);
    case FP_V_BOOL:
        return set_bool(l, key, to, v);
    case FP_V_ENDING:
        return set_ending(l, key, to, v);
    case FP_V_LEVEL:
        return set_level(l, key, to, v);
    case FP_V_TRANSPORT:
        return set_transport(l, key, to, v);
    case FP_V_PROBABILITY:
        return set_probability(l, key, to, v);
    case FP_V_HEADER_EDITS:
        return fp_value_set_edits(l, key, base, v);
    case FP_V_HEADER_MATCH:
        return fp_value_set_match(l, key, to, v);
    case FP_V_ATTEMPTS:
        return set_attempts(l, key, to, v);
    case FP_V_DIRECTION:
        return set_direction(l, key, base, v);
    case FP_V_LINE:
        return set_line(l, key, to, v);
    case FP_V_LINES:
        return set_lines(l, key, base, v);
    case FP_V_PROTOCOLS:
        return set_protocols(l, key, to, v);
    case FP_V_TRANSPORTS:
        return set_transports(l, key, to, v);
    case FP_V_SERVER:
    case FP_V_PATH:
    case FP_V_FAULTS:
    case FP_V_EXPECT:
    case FP_V_CANNOT:
    case FP_V_CONFIGS:
    case FP_V_KNOWN:
    case FP_V_CLAIMS:
        break; /* the loader takes these apart */
    }
    return false;
}

/* "engine.io-4 plain" is a list in YAML: [engine.io-4, plain]. */
static struct fp_node *words_node(struct fp_load *l, const char *words)
{
    const char *names[MAX_WORDS];
    size_t n = fp_load_words(l, words, names, MAX_WORDS);
    struct fp_node *nodes = fp_load_scratch(l, (n + 1) * sizeof *nodes);
    if (nodes == NULL)
        return NULL;
    nodes[0] = (struct fp_node){.kind = FP_NODE_LIST, .n = n};
    for (size_t i = 1; i <= n; i++) {
        nodes[i] = (struct fp_node){.text = fp_str_of(names[i - 1]),
                                    .plain = true,
                                    .next = i < n ? &nodes[i + 1] : NULL};
    }
    nodes[0].first = n > 0 ? &nodes[1] : NULL;
    return nodes;
}

void fp_value_set_default(struct fp_load *l, const struct fp_key *key,
                          void *base)
{
    if (key->fallback == NULL)
        return;
    struct fp_node scalar_node = {.text = fp_str_of(key->fallback),
                                  .plain = true};
    struct fp_node *v = &scalar_node;
    if (key->type == FP_V_PROTOCOLS)
        v = words_node(l, key->fallback);
    if (v != NULL)
        (void)fp_value_set(l, key, base, v);
}
