/* SPDX-License-Identifier: MIT
 * str.c - byte slices that borrow, and a buffer that grows. */
#include "harness/base/str.h"

#include <stdio.h>
#include <string.h>

#include "harness/base/alloc.h"

static unsigned char lower(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

struct fp_str fp_str_of(const char *cstr)
{
    return (struct fp_str){cstr, cstr == NULL ? 0 : strlen(cstr)};
}

bool fp_str_eq(struct fp_str a, struct fp_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool fp_str_eqz(struct fp_str a, const char *cstr)
{
    return fp_str_eq(a, fp_str_of(cstr));
}

bool fp_str_ieq(struct fp_str a, struct fp_str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

bool fp_str_ieqz(struct fp_str a, const char *cstr)
{
    return fp_str_ieq(a, fp_str_of(cstr));
}

bool fp_str_starts(struct fp_str s, struct fp_str prefix)
{
    return s.n >= prefix.n && fp_str_eq(fp_str_upto(s, prefix.n), prefix);
}

size_t fp_str_find(struct fp_str s, struct fp_str needle)
{
    if (needle.n == 0)
        return 0;
    for (size_t i = 0; i + needle.n <= s.n; i++) {
        const char *hit = memchr(s.p + i, needle.p[0], s.n - needle.n - i + 1);
        if (hit == NULL)
            return s.n;
        i = (size_t)(hit - s.p);
        if (memcmp(hit, needle.p, needle.n) == 0)
            return i;
    }
    return s.n;
}

struct fp_str fp_str_from(struct fp_str s, size_t from)
{
    if (from > s.n)
        from = s.n;
    return s.p == NULL ? s : (struct fp_str){s.p + from, s.n - from};
}

struct fp_str fp_str_upto(struct fp_str s, size_t n)
{
    return (struct fp_str){s.p, n < s.n ? n : s.n};
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

struct fp_str fp_str_trim(struct fp_str s)
{
    while (s.n > 0 && is_blank(s.p[0]))
        s = fp_str_from(s, 1);
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct fp_str fp_str_split(struct fp_str s, char sep, struct fp_str *rest)
{
    const char *hit = s.n == 0 ? NULL : memchr(s.p, sep, s.n);
    if (hit == NULL) {
        *rest = FP_STR_NONE;
        return s;
    }
    size_t at = (size_t)(hit - s.p);
    *rest = fp_str_from(s, at + 1);
    return fp_str_upto(s, at);
}

bool fp_str_to_u64(struct fp_str s, uint64_t *out)
{
    uint64_t v = 0;
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        uint64_t d = (uint64_t)(s.p[i] - '0');
        if (v > (UINT64_MAX - d) / 10)
            return false;
        v = v * 10 + d;
    }
    *out = v;
    return true;
}

bool fp_str_glob(struct fp_str s, struct fp_str pattern)
{
    size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;
    while (i < s.n) {
        if (j < pattern.n && pattern.p[j] == '*') {
            star = j++;
            mark = i;
        } else if (j < pattern.n && pattern.p[j] == s.p[i]) {
            i++, j++;
        } else if (star != SIZE_MAX) {
            j = star + 1;
            i = ++mark;
        } else {
            return false;
        }
    }
    while (j < pattern.n && pattern.p[j] == '*')
        j++;
    return j == pattern.n;
}

void fp_buf_deinit(struct fp_buf *b)
{
    fp_free(b->p);
    *b = (struct fp_buf){0};
}

void fp_buf_part_deinit(struct fp_buf *part, struct fp_buf *whole)
{
    whole->failed = whole->failed || part->failed;
    fp_buf_deinit(part);
}

void fp_buf_clear(struct fp_buf *b)
{
    b->n = 0;
    b->failed = false;
}

char *fp_buf_room(struct fp_buf *b, size_t n)
{
    if (b->p != NULL && n <= b->cap - b->n)
        return b->p + b->n;
    if (n > SIZE_MAX / 2 - b->n) {
        b->failed = true;
        return NULL;
    }
    size_t cap = b->cap == 0 ? 64 : b->cap;
    while (cap < b->n + n)
        cap *= 2;
    char *p = fp_realloc(b->p, cap);
    if (p == NULL) {
        b->failed = true;
        return NULL;
    }
    b->p = p;
    b->cap = cap;
    return p + b->n;
}

void fp_buf_grow(struct fp_buf *b, size_t m) { b->n += m; }

void fp_buf_add(struct fp_buf *b, const void *p, size_t n)
{
    if (n == 0)
        return;
    char *to = fp_buf_room(b, n);
    if (to == NULL)
        return;
    memcpy(to, p, n);
    b->n += n;
}

void fp_buf_str(struct fp_buf *b, struct fp_str s) { fp_buf_add(b, s.p, s.n); }

void fp_buf_z(struct fp_buf *b, const char *cstr)
{
    fp_buf_str(b, fp_str_of(cstr));
}

void fp_buf_char(struct fp_buf *b, char c) { fp_buf_add(b, &c, 1); }

void fp_buf_vprintf(struct fp_buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *to = n < 0 ? NULL : fp_buf_room(b, (size_t)n + 1);
    if (to == NULL) {
        b->failed = true;
    } else {
        (void)vsnprintf(to, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void fp_buf_printf(struct fp_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fp_buf_vprintf(b, fmt, ap);
    va_end(ap);
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool fp_buf_hex(struct fp_buf *b, struct fp_str hex)
{
    for (size_t i = 0; i < hex.n; i++) {
        if (hex.p[i] == ' ')
            continue;
        int high = digit_of(hex.p[i++]);
        int low = i < hex.n ? digit_of(hex.p[i]) : -1;
        if (high < 0 || low < 0)
            return false;
        fp_buf_char(b, (char)(high * 16 + low));
    }
    return true;
}

void fp_buf_drop(struct fp_buf *b, size_t n)
{
    if (n >= b->n) {
        b->n = 0;
        return;
    }
    memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
}

struct fp_str fp_buf_view(const struct fp_buf *b)
{
    return (struct fp_str){b->p == NULL ? "" : b->p, b->n};
}

const char *fp_buf_cstr(struct fp_buf *b)
{
    char *end = fp_buf_room(b, 1);
    if (end == NULL)
        return "";
    *end = '\0';
    return b->p;
}
