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

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static void end_line(struct fp_redactor *r)
{
    bool was_value = r->state == VALUE || r->state == VALUE_ENDED;
    begin(r, was_value ? VALUE_ENDED : LINE_START);
}

static bool in_param_value(struct fp_redactor *r, char c)
{
    if (c != '&' && c != ' ')
        return true;
    begin(r, c == '&' ? PARAM : REST);
    return false;
}

/* Moves to c's state; whether c itself is to be hidden. */
static bool in_line(struct fp_redactor *r, char c)
{
    if (r->state == VALUE_ENDED)
        begin(r, is_blank(c) ? VALUE : LINE_START);
    switch (r->state) {
    case VALUE:
        return !is_blank(c);
    case PARAM_VALUE:
        return in_param_value(r, c);
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

/* -- JSON members, as in Socket.IO's CONNECT 40{"token":"…"} --------------- */

enum {
    OUTSIDE,
    STRING,  /* may be a member's name */
    COLON,   /* behind a secret's name */
    OPENING, /* behind its colon */
    SECRET,  /* masked, up to the closing quote */
    ESCAPED, /* masked, behind a backslash in it */
};

static void in_string(struct fp_redactor *r, char c)
{
    if (c != '"') {
        if (r->key_n < sizeof r->key)
            r->key[r->key_n] = c;
        r->key_n++;
        return;
    }
    bool secret = r->key_n <= sizeof r->key &&
                  is_secret_param((struct fp_str){r->key, r->key_n});
    r->json = secret ? COLON : OUTSIDE;
}

static void between(struct fp_redactor *r, char c, char wanted, int next)
{
    if (c == wanted)
        r->json = next;
    else if (!is_blank(c))
        r->json = OUTSIDE;
}

static bool in_json(struct fp_redactor *r, char c)
{
    switch (r->json) {
    case STRING:
        in_string(r, c);
        return false;
    case COLON:
        between(r, c, ':', OPENING);
        return false;
    case OPENING:
        between(r, c, '"', SECRET);
        return false;
    case SECRET:
        r->json = c == '"' ? OUTSIDE : c == '\\' ? ESCAPED : SECRET;
        return c != '"';
    case ESCAPED:
        r->json = SECRET;
        return true;
    default:
        r->json = c == '"' ? STRING : OUTSIDE;
        r->key_n = 0;
        return false;
    }
}

static char shown(struct fp_redactor *r, char c)
{
    if (c == '\n' || c == '\r') {
        end_line(r);
        r->json = OUTSIDE;
        return c;
    }
    bool hidden_line = in_line(r, c);
    bool hidden_json = in_json(r, c);
    if (hidden_line || hidden_json)
        return '*';
    return c;
}

void fp_redactor_feed(struct fp_redactor *r, struct fp_buf *out,
                      struct fp_str bytes)
{
    char *to = bytes.n == 0 ? NULL : fp_buf_room(out, bytes.n);
    if (to == NULL)
        return;
    for (size_t i = 0; i < bytes.n; i++)
        to[i] = shown(r, bytes.p[i]);
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
