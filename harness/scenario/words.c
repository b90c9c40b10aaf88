/* SPDX-License-Identifier: MIT
 * words.c - values and keys in words. */
#include "harness/scenario/words.h"

#include <string.h>

void fp_words_duration(struct fp_buf *out, uint64_t ms)
{
    if (ms > 0 && ms % 60000 == 0)
        fp_buf_printf(out, "%llum", (unsigned long long)(ms / 60000));
    else if (ms > 0 && ms % 1000 == 0)
        fp_buf_printf(out, "%llus", (unsigned long long)(ms / 1000));
    else
        fp_buf_printf(out, "%llums", (unsigned long long)ms);
}

static void bytes(struct fp_buf *out, uint64_t n)
{
    if (n > 0 && n % 1048576 == 0)
        fp_buf_printf(out, "%lluMiB", (unsigned long long)(n / 1048576));
    else if (n > 0 && n % 1024 == 0)
        fp_buf_printf(out, "%lluKiB", (unsigned long long)(n / 1024));
    else
        fp_buf_printf(out, "%llu", (unsigned long long)n);
}

/* Long and unprintable text is only hinted at. */
static void text(struct fp_buf *out, struct fp_str s)
{
    enum { SHOWN = 48 };
    fp_buf_char(out, '"');
    size_t i = 0;
    for (; i < s.n && i < SHOWN; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '\n' || c == '\r')
            fp_buf_z(out, c == '\n' ? "\\n" : "\\r");
        else if (c < 0x20 || c == 0x7f)
            fp_buf_printf(out, "\\x%02x", c);
        else
            fp_buf_char(out, s.p[i]);
    }
    while (i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80)
        fp_buf_char(out, s.p[i++]);
    fp_buf_z(out, i < s.n ? "…\"" : "\"");
}

static void edits(struct fp_buf *out, const struct fp_header_edit *e, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fp_buf_z(out, i == 0 ? "" : ", ");
        fp_buf_str(out, e[i].name);
        if (e[i].value.p != NULL) {
            fp_buf_z(out, ": ");
            fp_buf_str(out, e[i].value);
        }
    }
}

static void attempts(struct fp_buf *out, const unsigned *range)
{
    if (range[0] == range[1])
        fp_buf_printf(out, "%u", range[0]);
    else
        fp_buf_printf(out, "%u..%u", range[0], range[1]);
}

static const struct fp_header_edit *
edits_of(const struct fp_key *key, const void *base, size_t *n)
{
    const void *items;
    memcpy(n, (const char *)base + key->offset_n, sizeof *n);
    memcpy(&items, (const char *)base + key->offset, sizeof items);
    return items;
}

/* NOLINTNEXTLINE(readability-function-size): one arm a type */
void fp_words_value(struct fp_buf *out, const struct fp_key *key,
                    const void *base)
{
    const void *at = (const char *)base + key->offset;
    size_t n = 0;
    const struct fp_header_edit *list;
    bool up, down;
    switch (key->type) {
    case FP_V_DURATION:
        fp_words_duration(out, *(const uint64_t *)at);
        break;
    case FP_V_COUNT:
        fp_buf_printf(out, "%u", *(const unsigned *)at);
        break;
    case FP_V_BYTES:
        bytes(out, *(const uint64_t *)at);
        break;
    case FP_V_SIZE:
        bytes(out, *(const size_t *)at);
        break;
    case FP_V_STATUS:
    case FP_V_CLOSE_CODE:
        fp_buf_printf(out, "%d", *(const int *)at);
        break;
    case FP_V_TEXT:
    case FP_V_LINE:
        text(out, *(const struct fp_str *)at);
        break;
    case FP_V_BOOL:
        fp_buf_z(out, *(const bool *)at ? "true" : "false");
        break;
    case FP_V_ENDING:
        fp_buf_z(out, fp_ending_name(*(const enum fp_ending *)at));
        break;
    case FP_V_LEVEL:
        fp_buf_z(out, fp_level_name(*(const enum fp_level *)at));
        break;
    case FP_V_TRANSPORT:
        fp_buf_z(out, fp_transport_name(*(const enum fp_transport *)at));
        break;
    case FP_V_PROBABILITY:
        fp_buf_printf(out, "%g", *(const double *)at);
        break;
    case FP_V_HEADER_EDITS:
        list = edits_of(key, base, &n);
        edits(out, list, n);
        break;
    case FP_V_HEADER_MATCH:
        edits(out, at, 1);
        break;
    case FP_V_ATTEMPTS:
        attempts(out, at);
        break;
    case FP_V_DIRECTION:
        up = *(const bool *)at;
        down = *(const bool *)((const char *)base + key->offset_n);
        fp_buf_z(out, up && down ? "both" : up ? "up" : "down");
        break;
    case FP_V_LINES:
    case FP_V_PROTOCOLS:
    case FP_V_TRANSPORTS:
    case FP_V_SERVER:
    case FP_V_PATH:
    case FP_V_FAULTS:
    case FP_V_EXPECT:
    case FP_V_CANNOT:
    case FP_V_CONFIGS:
    case FP_V_KNOWN:
    case FP_V_CLAIMS:
        break; /* said by those who take them apart */
    }
}

static bool is_unset(const struct fp_key *key, struct fp_str shown)
{
    switch (key->type) {
    case FP_V_DURATION:
        return fp_str_eqz(shown, "0ms");
    case FP_V_COUNT:
    case FP_V_BYTES:
    case FP_V_SIZE:
    case FP_V_ATTEMPTS:
        return fp_str_eqz(shown, "0");
    case FP_V_TEXT:
    case FP_V_LINE:
        return fp_str_eqz(shown, "\"\"");
    case FP_V_TRANSPORT:
    case FP_V_HEADER_EDITS:
    case FP_V_HEADER_MATCH:
        return shown.n == 0;
    case FP_V_STATUS:
    case FP_V_CLOSE_CODE:
    case FP_V_BOOL:
    case FP_V_ENDING:
    case FP_V_LEVEL:
    case FP_V_PROBABILITY:
    case FP_V_DIRECTION:
    case FP_V_LINES:
    case FP_V_PROTOCOLS:
    case FP_V_TRANSPORTS:
    case FP_V_SERVER:
    case FP_V_PATH:
    case FP_V_FAULTS:
    case FP_V_EXPECT:
    case FP_V_CANNOT:
    case FP_V_CONFIGS:
    case FP_V_KNOWN:
    case FP_V_CLAIMS:
        return false;
    }
    return false;
}

bool fp_words_is_said(struct fp_buf *out, const struct fp_key *key,
                      const void *base)
{
    struct fp_buf shown = {0};
    fp_words_value(&shown, key, base);
    struct fp_str s = fp_buf_view(&shown);
    struct fp_str fallback = fp_str_of(key->fallback);
    /* Text is shown in quotes; defaults are not. */
    bool quoted = key->type == FP_V_TEXT || key->type == FP_V_LINE;
    struct fp_str bare =
        quoted && s.n >= 2 ? (struct fp_str){s.p + 1, s.n - 2} : s;
    bool same = key->fallback != NULL && fp_str_eq(bare, fallback);
    bool said = !same && !is_unset(key, s);
    fp_buf_part_deinit(&shown, out);
    return said;
}

static const char *const types[] = {
    [FP_V_DURATION] = "duration",
    [FP_V_COUNT] = "number",
    [FP_V_BYTES] = "bytes",
    [FP_V_SIZE] = "bytes",
    [FP_V_STATUS] = "status",
    [FP_V_CLOSE_CODE] = "close code",
    [FP_V_TEXT] = "text",
    [FP_V_BOOL] = "true or false",
    [FP_V_ENDING] = "",
    [FP_V_LEVEL] = "must, should, may",
    [FP_V_TRANSPORT] = "websocket, polling",
    [FP_V_PROBABILITY] = "0 to 1",
    [FP_V_HEADER_EDITS] = "",
    [FP_V_HEADER_MATCH] = "{Name: pattern}",
    [FP_V_ATTEMPTS] = "2 or 1..3",
    [FP_V_DIRECTION] = "up, down, both",
    [FP_V_LINE] = "line",
    [FP_V_LINES] = "list of lines",
    [FP_V_PROTOCOLS] = "list of engine.io-4, engine.io-3, plain",
    [FP_V_TRANSPORTS] = "list of websocket, polling",
    [FP_V_SERVER] = "see *The server*",
    [FP_V_PATH] = "list of hops",
    [FP_V_FAULTS] = "list of faults",
    [FP_V_EXPECT] = "list of checks",
    [FP_V_CANNOT] = "{protocol: {check: reason}}",
    [FP_V_CONFIGS] = "{name: about}",
    [FP_V_KNOWN] = "list of known failures",
    [FP_V_CLAIMS] = "list of claims",
};

void fp_words_type(struct fp_buf *out, const struct fp_key *key)
{
    if (key->type == FP_V_HEADER_EDITS) {
        fp_buf_z(out, strcmp(key->choices, "values") == 0 ? "{Name: value}"
                                                          : "[Name, …]");
        return;
    }
    if (key->choices == NULL) {
        fp_buf_z(out, types[key->type]);
        return;
    }
    for (const char *p = key->choices; *p != '\0'; p++)
        fp_buf_z(out, *p == ' ' ? ", " : (char[2]){*p, '\0'});
}

static unsigned columns(struct fp_str word)
{
    unsigned n = 0;
    for (size_t i = 0; i < word.n; i++)
        n += ((unsigned char)word.p[i] & 0xc0) != 0x80;
    return n;
}

void fp_words_wrap(struct fp_buf *out, struct fp_str t, struct fp_wrap w)
{
    unsigned at = w.at;
    bool first = true;
    struct fp_str rest = t;
    while (rest.p != NULL && rest.n > 0) {
        struct fp_str word = fp_str_split(rest, ' ', &rest);
        unsigned n = columns(word);
        if (n == 0)
            continue;
        if (!first && at + 1 + n > w.width) {
            fp_buf_printf(out, "\n%*s", (int)w.indent, "");
            at = w.indent;
            first = true;
        }
        if (!first) {
            fp_buf_char(out, ' ');
            at++;
        }
        fp_buf_str(out, word);
        at += n;
        first = false;
    }
    fp_buf_char(out, '\n');
}
