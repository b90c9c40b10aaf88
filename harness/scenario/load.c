/* SPDX-License-Identifier: MIT
 * load.c - problems of a file, in words that a user can act on. */
#include "harness/scenario/load.h"

#include <stdio.h>
#include <string.h>

enum {
    SHOWN_INPUT = 40, /* bytes of the user's text in a message */
    WORD_BYTES = 48,  /* longest word for which a similar one is looked for */
};

void *fp_load_keep(struct fp_load *l, size_t n)
{
    void *p = fp_arena_alloc(l->keep, n);
    if (p == NULL)
        l->no_memory = true;
    return p;
}

void *fp_load_scratch(struct fp_load *l, size_t n)
{
    void *p = fp_arena_alloc(&l->scratch, n);
    if (p == NULL)
        l->no_memory = true;
    return p;
}

void fp_diags_add(struct fp_diags *diags, const struct fp_err *err)
{
    diags->total++;
    if (diags->n == FP_DIAGS)
        return;
    struct fp_err *to = &diags->items[diags->n];
    *to = *err;
    if (err->loc.file != NULL) {
        char *name = diags->files[diags->n];
        (void)snprintf(name, sizeof diags->files[0], "%s", err->loc.file);
        to->loc.file = name;
    }
    diags->n++;
}

bool fp_load_problem(struct fp_load *l, struct fp_loc loc, const char *fmt, ...)
{
    struct fp_err err = {.status = FP_EPARSE, .loc = loc};
    va_list ap;
    va_start(ap, fmt);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 errs */
    (void)vsnprintf(err.msg, sizeof err.msg, fmt, ap);
    va_end(ap);
    fp_diags_add(l->diags, &err);
    return false;
}

const char *fp_shown(char out[FP_SHOWN_BYTES], struct fp_str s)
{
    size_t n = 0, i = 0;
    for (; i < s.n && i < SHOWN_INPUT && n + 8 < FP_SHOWN_BYTES; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != 0x7f)
            out[n++] = (char)c;
        else
            n += (size_t)snprintf(out + n, 5, "\\x%02x", c);
    }
    /* Do not end inside a UTF-8 sequence. */
    while (i < s.n && n > 0 && ((unsigned char)s.p[i] & 0xc0) == 0x80) {
        i--;
        n--;
    }
    (void)snprintf(out + n, FP_SHOWN_BYTES - n, "%s", i < s.n ? "…" : "");
    return out;
}

static unsigned char lower(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Edits, counting two swapped neighbours as one (optimal string alignment):
 * the commonest slip of a hand on a keyboard. Both at most WORD_BYTES. */
static size_t distance(struct fp_str a, const char *b, size_t b_n)
{
    size_t rows[3][WORD_BYTES + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_n; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_n; j++) {
            unsigned char x = lower(a.p[i - 1]), y = lower(b[j - 1]);
            row[j] = min3(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y));
            bool swapped = i > 1 && j > 1 && x == lower(b[j - 2]) &&
                           lower(a.p[i - 2]) == y;
            if (swapped && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        size_t *old = before;
        before = last;
        last = row;
        row = old;
    }
    return last[b_n];
}

const char *
fp_did_you_mean(struct fp_str word, const char *const *names, size_t n)
{
    if (word.n == 0 || word.n > WORD_BYTES)
        return NULL;
    const char *best = NULL;
    /* One slip in a short word, about one in three letters in a long one. */
    size_t best_at = word.n / 3 + 1;
    if (word.n > 3 && best_at < 3)
        best_at = 3;
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(names[i]);
        if (len > WORD_BYTES)
            continue;
        size_t d = distance(word, names[i], len);
        if (d < best_at) {
            best_at = d;
            best = names[i];
        }
    }
    return best;
}

const char *fp_hint(char out[FP_HINT_BYTES], struct fp_str word,
                    const char *const *names, size_t n)
{
    const char *near = fp_did_you_mean(word, names, n);
    if (near != NULL) {
        (void)snprintf(out, FP_HINT_BYTES, " (did you mean '%s'?)", near);
        return out;
    }
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t need = strlen(names[i]) + 4;
        bool room = at + need + 8 < FP_HINT_BYTES;
        int k = snprintf(out + at, FP_HINT_BYTES - at, "%s%s",
                         i == 0 ? " (known: " : ", ", room ? names[i] : "…");
        at += (size_t)k;
        if (!room)
            break;
    }
    if (n > 0)
        (void)snprintf(out + at, FP_HINT_BYTES - at, ")");
    return out;
}

size_t fp_load_words(struct fp_load *l, const char *words, const char **names,
                     size_t cap)
{
    size_t n = 0;
    struct fp_str rest = fp_str_of(words);
    while (rest.p != NULL && n < cap) {
        struct fp_str word = fp_str_split(rest, ' ', &rest);
        char *copy = fp_arena_strdup(&l->scratch, word);
        if (copy == NULL) {
            l->no_memory = true;
            return n;
        }
        names[n++] = copy;
    }
    return n;
}
