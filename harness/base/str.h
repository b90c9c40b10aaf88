/* str.h - byte slices that borrow, and a buffer that grows.
 * Uses: base/err. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/err.h"

/* n bytes at p, not NUL-terminated, borrowed. p == NULL means absent, which
 * is not the same as empty. */
struct fp_str {
    const char *p;
    size_t n;
};

#define FP_STR(lit) ((struct fp_str){(lit), sizeof(lit) - 1})
#define FP_STR_NONE ((struct fp_str){NULL, 0})
/* For printf: "%.*s", FP_STR_ARG(s). Cut to 4096 bytes. */
#define FP_STR_ARG(s) (int)((s).n > 4096 ? 4096 : (s).n), (s).p ? (s).p : ""

struct fp_str fp_str_of(const char *cstr); /* NULL gives absent */
bool fp_str_eq(struct fp_str a, struct fp_str b);
bool fp_str_eqz(struct fp_str a, const char *cstr);
bool fp_str_ieq(struct fp_str a, struct fp_str b); /* ASCII, as HTTP */
bool fp_str_ieqz(struct fp_str a, const char *cstr);
bool fp_str_starts(struct fp_str s, struct fp_str prefix);
/* Index of the first needle, or s.n. */
size_t fp_str_find(struct fp_str s, struct fp_str needle);
struct fp_str fp_str_from(struct fp_str s, size_t from); /* s[from:] */
struct fp_str fp_str_upto(struct fp_str s, size_t n);    /* s[:n] */
struct fp_str fp_str_trim(struct fp_str s); /* spaces and tabs (RFC 9110 OWS) */
/* The part up to sep; *rest is what follows sep (absent when there is none).*/
struct fp_str fp_str_split(struct fp_str s, char sep, struct fp_str *rest);
/* Decimal digits only, no sign, no overflow; false leaves *out alone. */
bool fp_str_to_u64(struct fp_str s, uint64_t *out);
/* `*` matches any run of bytes; everything else itself. */
bool fp_str_glob(struct fp_str s, struct fp_str pattern);

/* A growing byte buffer. Start with {0}. An append that finds no memory sets
 * `failed` and drops the bytes; check it once, at the end. */
struct fp_buf {
    char *p;
    size_t n, cap;
    bool failed;
};

void fp_buf_deinit(struct fp_buf *b);
/* Frees a part that was written for whole: what the part lacks for want of
 * memory, the whole lacks, too. */
void fp_buf_part_deinit(struct fp_buf *part, struct fp_buf *whole);
void fp_buf_clear(struct fp_buf *b); /* keeps the memory */
void fp_buf_add(struct fp_buf *b, const void *p, size_t n);
void fp_buf_str(struct fp_buf *b, struct fp_str s);
void fp_buf_z(struct fp_buf *b, const char *cstr);
void fp_buf_char(struct fp_buf *b, char c);
void fp_buf_printf(struct fp_buf *b, const char *fmt, ...) FP_PRINTF(2, 3);
void fp_buf_vprintf(struct fp_buf *b, const char *fmt, va_list ap);
/* Append the bytes that pairs of hexadecimal digits name; blanks between pairs
 * are skipped. false, and nothing more appended, at anything else. */
bool fp_buf_hex(struct fp_buf *b, struct fp_str hex);
void fp_buf_drop(struct fp_buf *b, size_t n); /* the first n bytes */
/* n writable bytes at the end, uncounted; NULL when out of memory. After
 * filling m of them call fp_buf_grow(b, m). */
char *fp_buf_room(struct fp_buf *b, size_t n);
void fp_buf_grow(struct fp_buf *b, size_t m);
struct fp_str fp_buf_view(const struct fp_buf *b); /* until the next change */
/* NUL-terminated view, until the next change; "" when out of memory. */
const char *fp_buf_cstr(struct fp_buf *b);
