/* SPDX-License-Identifier: MIT
 * json_text.c - any bytes as a JSON member, and back. */
#include "harness/trace/json_text.h"

#include <string.h>

#include "harness/base/utf8.h"

enum { PAD = 64 }; /* index of the padding */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static void escape(struct fp_buf *out, unsigned char c)
{
    switch (c) {
    case '"':
        fp_buf_z(out, "\\\"");
        break;
    case '\\':
        fp_buf_z(out, "\\\\");
        break;
    case '\n':
        fp_buf_z(out, "\\n");
        break;
    case '\r':
        fp_buf_z(out, "\\r");
        break;
    case '\t':
        fp_buf_z(out, "\\t");
        break;
    default:
        fp_buf_printf(out, "\\u%04x", c);
        break;
    }
}

void fp_json_quote(struct fp_buf *out, struct fp_str s)
{
    fp_buf_char(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (is_plain(c))
            continue;
        fp_buf_add(out, s.p + from, i - from);
        escape(out, c);
        from = i + 1;
    }
    if (from < s.n)
        fp_buf_add(out, s.p + from, s.n - from);
    fp_buf_char(out, '"');
}

bool fp_json_is_utf8(struct fp_str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t n = (unsigned char)s.p[i] < 0x80 ? 1 : fp_utf8_length(s, i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

void fp_json_base64(struct fp_buf *out, struct fp_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    char *to = bytes.n == 0 ? NULL : fp_buf_room(out, (bytes.n + 2) / 3 * 4);
    if (to == NULL)
        return;
    size_t n = 0;
    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t have = bytes.n - i < 3 ? bytes.n - i : 3;
        unsigned v = (unsigned)p[i] << 16;
        v |= have > 1 ? (unsigned)p[i + 1] << 8 : 0;
        v |= have > 2 ? p[i + 2] : 0;
        to[n++] = alphabet[v >> 18];
        to[n++] = alphabet[v >> 12 & 63];
        to[n++] = alphabet[have > 1 ? v >> 6 & 63 : PAD];
        to[n++] = alphabet[have > 2 ? v & 63 : PAD];
    }
    fp_buf_grow(out, n);
}

static bool decode_four(struct fp_buf *out, const char *four, bool is_last)
{
    unsigned v = 0, digits = 4;
    while (is_last && digits > 2 && four[digits - 1] == '=')
        digits--;
    for (unsigned i = 0; i < 4; i++) {
        const char *at = i < digits ? memchr(alphabet, four[i], PAD) : NULL;
        if (i < digits && at == NULL)
            return false;
        v = v << 6 | (at == NULL ? 0 : (unsigned)(at - alphabet));
    }
    for (unsigned i = 0; i + 1 < digits; i++)
        fp_buf_char(out, (char)(v >> (16 - 8 * i) & 0xff));
    return true;
}

bool fp_json_unbase64(struct fp_buf *out, struct fp_str text)
{
    if (text.n % 4 != 0)
        return false;
    for (size_t i = 0; i < text.n; i += 4)
        if (!decode_four(out, text.p + i, i + 4 == text.n))
            return false;
    return true;
}

void fp_json_member_text(struct fp_buf *out, const char *name, struct fp_str s)
{
    if (s.p == NULL)
        return;
    bool is_text = fp_json_is_utf8(s);
    fp_buf_z(out, ",\"");
    fp_buf_z(out, name);
    fp_buf_z(out, is_text ? "\":" : "64\":\"");
    if (is_text) {
        fp_json_quote(out, s);
        return;
    }
    fp_json_base64(out, s);
    fp_buf_char(out, '"');
}
