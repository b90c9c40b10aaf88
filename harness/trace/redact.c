/* SPDX-License-Identifier: MIT
 * redact.c - secrets never reach a trace. */
#include "harness/trace/redact.h"

#include <string.h>

/* Which part of a line the next byte belongs to. A body has no header lines,
 * but one that looks so is masked all the same: knowing where bodies end is not
 * worth a parser here. */
enum {
    LINE_START,  /* nothing of the line seen yet */
    NAME,        /* may be a header's name */
    REST,        /* nothing to look for but a query */
    PARAM,       /* after '?' or '&': may be a parameter's name */
    PARAM_VALUE, /* masked, up to '&', a blank or the line's end */
    VALUE,       /* masked, up to the line's end */
    VALUE_ENDED, /* a masked line ended; a folded one goes on (obs-fold) */
};

static bool is_listed(struct fp_str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fp_str_ieqz(name, list[i]))
            return true;
    return false;
}

static bool is_secret_header(struct fp_str name)
{
    static const char *const names[] = {"Authorization", "Proxy-Authorization",
                                        "Cookie", "Set-Cookie"};
    return is_listed(fp_str_trim(name), names, FP_COUNT(names));
}

static bool is_secret_param(struct fp_str name)
{
    static const char *const names[] = {"token", "access_token", "auth", "key",
                                        "password"};
    return is_listed(name, names, FP_COUNT(names));
}

static void collect(struct fp_redactor *r, int state, char c)
{
    r->state = state;
    if (r->n < sizeof r->name)
        r->name[r->n] = c;
    r->n++;
}

static bool
collected(const struct fp_redactor *r, bool (*is_secret)(struct fp_str))
{
    return r->n <= sizeof r->name && is_secret((struct fp_str){r->name, r->n});
}

static void begin(struct fp_redactor *r, int state)
{
    r->state = state;
    r->n = 0;
}

static void in_name(struct fp_redactor *r, char c)
{
    if (c == ':')
        begin(r, collected(r, is_secret_header) ? VALUE : REST);
    else if (c == '?')
        begin(r, PARAM);
    else
        collect(r, NAME, c);
}

static void in_param(struct fp_redactor *r, char c)
{
    if (c == '=')
        begin(r, collected(r, is_secret_param) ? PARAM_VALUE : REST);
    else if (c == '&' || c == '?')
        begin(r, PARAM);
    else if (c == ' ')
        begin(r, REST);
    else
        collect(r, PARAM, c);
}

/* Moves to c's state; whether c itself is to be hidden. */
static bool step(struct fp_redactor *r, char c)
{
    bool is_end = c == '\n' || c == '\r';
    if (r->state == VALUE_ENDED && !is_end)
        begin(r, c == ' ' || c == '\t' ? VALUE : LINE_START);
    if (is_end) {
        bool was_value = r->state == VALUE || r->state == VALUE_ENDED;
        begin(r, was_value ? VALUE_ENDED : LINE_START);
        return false;
    }
    switch (r->state) {
    case VALUE:
        return c != ' ' && c != '\t';
    case PARAM_VALUE:
        if (c != '&' && c != ' ')
            return true;
        begin(r, c == '&' ? PARAM : REST);
        return false;
    case PARAM:
        in_param(r, c);
        return false;
    case REST:
        if (c == '?' || c == '&')
            begin(r, PARAM);
        return false;
    default:
        in_name(r, c);
        return false;
    }
}

void fp_redactor_feed(struct fp_redactor *r, struct fp_buf *out,
                      struct fp_str bytes)
{
    char *to = bytes.n == 0 ? NULL : fp_buf_room(out, bytes.n);
    if (to == NULL)
        return;
    for (size_t i = 0; i < bytes.n; i++)
        to[i] = step(r, bytes.p[i]) ? '*' : bytes.p[i];
    fp_buf_grow(out, bytes.n);
}

void fp_redact(struct fp_buf *out, struct fp_str bytes)
{
    struct fp_redactor r = {0};
    fp_redactor_feed(&r, out, bytes);
}

void fp_redact_target(struct fp_buf *out, struct fp_str target)
{
    struct fp_str query;
    fp_buf_str(out, fp_str_split(target, '?', &query));
    char before = '?';
    while (query.p != NULL) {
        struct fp_str value, name;
        struct fp_str pair = fp_str_split(query, '&', &query);
        name = fp_str_split(pair, '=', &value);
        fp_buf_char(out, before);
        before = '&';
        if (value.p == NULL || !is_secret_param(name)) {
            fp_buf_str(out, pair);
            continue;
        }
        fp_buf_str(out, name);
        fp_buf_z(out, "=***");
    }
}
