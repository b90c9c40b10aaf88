/* SPDX-License-Identifier: MIT
 * utf8.c - which bytes are UTF-8. */
#include "harness/base/utf8.h"

static size_t lead_length(unsigned char c)
{
    if (c < 0x80)
        return 1;
    if (c < 0xc2 || c > 0xf4)
        return 0;
    return c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* The second byte's range is narrower after four of the lead bytes. */
static bool second_fits(unsigned char lead, unsigned char second)
{
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

size_t fp_utf8_length(struct fp_str s, size_t i)
{
    unsigned char lead = (unsigned char)s.p[i];
    size_t n = lead_length(lead);
    if (n <= 1)
        return n;
    if (s.n - i < n || !second_fits(lead, (unsigned char)s.p[i + 1]))
        return 0;
    for (size_t k = 2; k < n; k++)
        if (((unsigned char)s.p[i + k] & 0xc0) != 0x80)
            return 0;
    return n;
}

void fp_utf8_scrub(struct fp_buf *out, struct fp_str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t n = fp_utf8_length(s, i);
        if (n == 0)
            fp_buf_z(out, "\xef\xbf\xbd");
        else
            fp_buf_add(out, s.p + i, n);
        i += n == 0 ? 1 : n;
    }
}
