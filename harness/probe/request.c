/* SPDX-License-Identifier: MIT
 * request.c - writes the probe's requests. */
#include "harness/probe/request.h"

#include <stdio.h>
#include <string.h>

static void add(struct fp_request *r, const char *fmt, ...) FP_PRINTF(2, 3);
static void add(struct fp_request *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    size_t from = r->sent.n;
    fp_buf_vprintf(&r->sent, fmt, ap);
    va_end(ap);
    fp_buf_str(&r->shown, fp_str_from(fp_buf_view(&r->sent), from));
}

static void add_secret(struct fp_request *r, const char *line)
{
    struct fp_str rest = FP_STR_NONE;
    struct fp_str name = fp_str_split(fp_str_of(line), ':', &rest);
    fp_buf_printf(&r->sent, "%s\r\n", line);
    fp_buf_printf(&r->shown, "%.*s: ***\r\n", FP_STR_ARG(name));
}

/* The user's own query is theirs: it may hold a token. */
static void
add_query(struct fp_request *r, const struct fp_probe *p, const char *separator)
{
    if (p->target.query[0] == '\0')
        return;
    fp_buf_printf(&r->sent, "%s%s", separator, p->target.query);
    fp_buf_printf(&r->shown, "%s***", separator);
}

static void add_path(struct fp_request *r, const struct fp_probe *p,
                     const char *path, bool toggle)
{
    struct fp_str s = fp_str_of(path != NULL ? path : p->target.path);
    bool ends = s.n > 1 && s.p[s.n - 1] == '/';
    if (toggle && ends)
        s.n--;
    add(r, "%.*s%s", FP_STR_ARG(s), toggle && !ends ? "/" : "");
}

static int revision(const struct fp_probe *p)
{
    return p->settings.protocol == FP_ENGINE_IO_3 ? 3 : 4;
}

static const char *origin_of(const struct fp_probe *p)
{
    return p->settings.origin != NULL ? p->settings.origin : p->target.origin;
}

static void add_users(struct fp_request *r, const struct fp_probe *p)
{
    for (size_t i = 0; i < p->settings.n_headers; i++)
        add_secret(r, p->settings.headers[i]);
}

/* Names as most write them, or all in lower case (HTTP/2 hops do so). */
static void add_field(struct fp_request *r, unsigned vary, const char *name,
                      const char *value)
{
    char text[40];
    const bool low = (vary & FP_VARY_LOWER_CASE) != 0;
    (void)snprintf(text, sizeof text, "%s", name);
    for (char *c = text; low && *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c | 0x20); /* ASCII */
    add(r, "%s: %s\r\n", text, value);
}

static void add_handshake(struct fp_request *r, const struct fp_probe *p,
                          unsigned vary, const char *key)
{
    const bool list = (vary & FP_VARY_KEEP_ALIVE) != 0;
    add_field(r, vary, "Host", p->target.authority);
    if ((vary & FP_VARY_BARE) == 0) {
        add_field(r, vary, "Upgrade", "websocket");
        add_field(r, vary, "Connection",
                  list ? "keep-alive, Upgrade" : "Upgrade");
    }
    add_field(r, vary, "Sec-WebSocket-Key", key);
    add_field(r, vary, "Sec-WebSocket-Version", "13");
    if ((vary & FP_VARY_NO_EXTENSIONS) == 0)
        add_field(r, vary, "Sec-WebSocket-Extensions",
                  "permessage-deflate; client_max_window_bits");
    if ((vary & FP_VARY_NO_ORIGIN) == 0)
        add_field(r, vary, "Origin", origin_of(p));
}

void fp_request_upgrade(struct fp_request *r, const struct fp_probe *p,
                        unsigned vary, const char *path, const char *key)
{
    add(r, "GET ");
    add_path(r, p, path, (vary & FP_VARY_SLASH) != 0);
    if (fp_protocol_is_engine_io(p->settings.protocol)) {
        add(r, "?EIO=%d&transport=websocket", revision(p));
        add_query(r, p, "&");
    } else {
        add_query(r, p, "?");
    }
    add(r, " HTTP/1.1\r\n");
    add_handshake(r, p, vary, key);
    add_users(r, p);
    add(r, "\r\n");
}

void fp_request_poll(struct fp_request *r, const struct fp_probe *p,
                     const struct fp_poll_request *poll)
{
    add(r, "%s ", poll->method);
    add_path(r, p, poll->path, false);
    if (fp_protocol_is_engine_io(p->settings.protocol))
        add(r, "?EIO=%d&transport=polling", revision(p));
    else
        add(r, "?since=0");
    if (poll->sid.p != NULL)
        add(r, "&sid=%.*s", FP_STR_ARG(poll->sid));
    add_query(r, p, "&");
    add(r, " HTTP/1.1\r\nHost: %s\r\nAccept: */*\r\nOrigin: %s\r\n",
        p->target.authority, origin_of(p));
    if (poll->extra != NULL)
        add(r, "%s", poll->extra);
    add_users(r, p);
    if (poll->body != NULL)
        add(r,
            "Content-Type: text/plain;charset=UTF-8\r\n"
            "Content-Length: %zu\r\n",
            strlen(poll->body));
    add(r, "Connection: close\r\n\r\n%s", poll->body != NULL ? poll->body : "");
}

void fp_request_deinit(struct fp_request *r)
{
    fp_buf_deinit(&r->sent);
    fp_buf_deinit(&r->shown);
}
