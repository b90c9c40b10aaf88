/* SPDX-License-Identifier: MIT
 * exchange.c - a request goes out byte by byte as built; the answer is read as
 * far as it says it goes. */
#include "harness/probe/exchange.h"

#include <stdio.h>
#include <string.h>

#include "harness/base/clock.h"
#include "harness/trace/redact.h"

enum { LINE_BYTES = 200 }; /* of a line shown */

/* -- reading ---------------------------------------------------------------*/

static enum fp_end end_of(enum fp_received r)
{
    if (r == FP_RECEIVED_END)
        return FP_END_CLOSED;
    return r == FP_RECEIVED_RESET ? FP_END_RESET : FP_END_SILENT;
}

/* true: go on reading. */
static bool read_head(struct fp_exchange *x)
{
    for (;;) {
        size_t used = 0;
        enum fp_io io = fp_http_response_parse(fp_buf_view(&x->raw), 0,
                                               &x->head, &used, NULL);
        if (io == FP_IO_ERROR) {
            x->end = FP_END_NOT_HTTP;
            x->head.status = 0;
            return false;
        }
        if (io == FP_IO_AGAIN) {
            x->head.status = 0;
            return x->raw.n < FP_EXCHANGE_BYTES;
        }
        if (x->head.status >= 200 || x->head.status == 101) {
            x->head_bytes = used;
            return false;
        }
        x->interim++; /* RFC 9110 section 15.2: not the answer yet */
        fp_buf_drop(&x->raw, used);
    }
}

/* The body so far; true once it is whole. */
static bool read_body(struct fp_exchange *x, struct fp_str method)
{
    uint64_t length = 0;
    struct fp_http_body body;
    struct fp_str rest = fp_str_from(fp_buf_view(&x->raw), x->head_bytes);
    enum fp_http_framing framing = fp_http_framing(&x->head, method, &length);
    fp_http_body_init(&body, framing, length);
    fp_buf_clear(&x->body);
    for (;;) {
        size_t used = 0;
        struct fp_str payload = FP_STR_NONE;
        enum fp_io io = fp_http_body_feed(&body, rest, &used, &payload, NULL);
        fp_buf_str(&x->body, payload);
        rest = fp_str_from(rest, used);
        if (io == FP_IO_DONE)
            return true;
        if (io == FP_IO_ERROR || rest.n == 0)
            return io == FP_IO_ERROR;
    }
}

/* A parsed head borrows from raw, which moves as it grows. */
static void parse_again(struct fp_exchange *x)
{
    size_t used = 0;
    (void)!fp_http_response_parse(fp_buf_view(&x->raw), 0, &x->head, &used,
                                  NULL);
}

static void read_answer(struct fp_exchange *x, struct fp_str method,
                        uint64_t start_ns, uint64_t deadline_ns)
{
    bool more = true;
    enum fp_received r = FP_RECEIVED;
    while (more && r == FP_RECEIVED) {
        r = fp_link_receive(&x->link, &x->raw, deadline_ns);
        more = r == FP_RECEIVED && read_head(x);
    }
    x->ms = (unsigned)((fp_clock_ns() - start_ns) / FP_NS_PER_MS);
    if (x->end == FP_END_NOT_HTTP)
        return;
    if (x->head.status == 0) {
        x->end = end_of(r);
        return;
    }
    x->end = FP_END_ANSWERED;
    if (x->head.status == 101)
        return;
    while (!read_body(x, method) && r == FP_RECEIVED &&
           x->raw.n < FP_EXCHANGE_BYTES) {
        r = fp_link_receive(&x->link, &x->raw, deadline_ns);
        parse_again(x);
    }
    (void)read_body(x, method);
}

/* -- showing ---------------------------------------------------------------*/

/* Frames behind a 101 are bytes: none of them reaches the terminal as it is. */
static void show_line(const char *mark, struct fp_str line)
{
    (void)printf("    %s ", mark);
    for (size_t i = 0; i < line.n && i < LINE_BYTES; i++) {
        unsigned char c = (unsigned char)line.p[i];
        if (c != '\r')
            (void)fputc(c < 0x20 || c >= 0x7f ? '?' : c, stdout);
    }
    (void)fputc('\n', stdout);
}

static void show(const char *mark, struct fp_str bytes)
{
    struct fp_buf clean = {0};
    fp_redact(&clean, bytes);
    struct fp_str rest = fp_buf_view(&clean);
    while (rest.n > 0)
        show_line(mark, fp_str_split(rest, '\n', &rest));
    fp_buf_deinit(&clean);
}

static struct fp_str method_of(struct fp_str request)
{
    struct fp_str rest = FP_STR_NONE;
    return fp_str_split(request, ' ', &rest);
}

void fp_exchange_run(struct fp_exchange *x, struct fp_probe *p,
                     struct fp_str request, struct fp_str shown)
{
    struct fp_reach reach;
    bool first = p->seen.requests++ == 0;
    if (p->settings.verbose && !p->settings.json)
        show(">", shown);
    bool open = fp_link_open(&x->link, p, &reach);
    if (first)
        p->seen.reach = reach;
    if (!open) {
        x->end = FP_END_UNREACHED;
        fp_buf_z(&x->body, reach.error);
        return;
    }
    uint64_t start = fp_clock_ns();
    uint64_t deadline = start + p->settings.timeout_ms * FP_NS_PER_MS;
    /* A peer that answers and closes before it has read all still counts. */
    (void)fp_link_send(&x->link, request, deadline);
    read_answer(x, method_of(request), start, deadline);
    if (x->head.status != 101)
        fp_link_close(&x->link);
    if (p->settings.verbose && !p->settings.json)
        show("<", fp_str_upto(fp_buf_view(&x->raw), 2048));
}

void fp_exchange_deinit(struct fp_exchange *x)
{
    fp_link_close(&x->link);
    fp_buf_deinit(&x->raw);
    fp_buf_deinit(&x->body);
}

/* -- what it means ---------------------------------------------------------*/

static void copy_printable(char *out, size_t cap, struct fp_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n + 1 < cap; i++) {
        unsigned char c = (unsigned char)s.p[i];
        out[n] = ' ';
        if (c >= 0x20 && c < 0x7f)
            out[n] = s.p[i];
        n++;
    }
    out[n] = '\0';
}

/* {"code":3,"message":"Bad request"}: engine.io's own errors. */
static int eio_code(struct fp_str body)
{
    struct fp_str begin = FP_STR("{\"code\":");
    if (!fp_str_starts(body, begin) || body.n <= begin.n)
        return -1;
    char c = body.p[begin.n];
    return c >= '0' && c <= '9' ? c - '0' : -1;
}

static bool has_text(struct fp_str s, const char *text)
{
    return s.p != NULL && fp_str_find(s, fp_str_of(text)) < s.n;
}

static void take_head(struct fp_answer *a, const struct fp_http_head *head)
{
    struct fp_str type = fp_http_header(head, "Content-Type");
    uint64_t age = 0;
    a->html = has_text(type, "text/html");
    /* abortUpgrade() writes three headers, and no Date as node's own answers
     * have: this came out of the origin's upgrade handler. */
    a->aborted = head->status == 400 && a->html &&
                 fp_http_has_token(head, "Connection", "close") &&
                 fp_http_header(head, "Date").p == NULL &&
                 fp_http_header(head, "Server").p == NULL;
    a->cached = fp_str_to_u64(fp_http_header(head, "Age"), &age) && age > 0;
    copy_printable(a->location, sizeof a->location,
                   fp_http_header(head, "Location"));
}

void fp_answer_take(struct fp_answer *a, const struct fp_exchange *x)
{
    struct fp_buf clean = {0};
    *a = (struct fp_answer){.end = x->end,
                            .status = x->head.status,
                            .ms = x->ms,
                            .eio_code = eio_code(fp_buf_view(&x->body))};
    if (x->head.status > 0)
        take_head(a, &x->head);
    fp_redact(&clean, x->end == FP_END_NOT_HTTP ? fp_buf_view(&x->raw)
                                                : fp_buf_view(&x->body));
    copy_printable(a->body, sizeof a->body, fp_buf_view(&clean));
    fp_buf_deinit(&clean);
}

void fp_answer_write(struct fp_buf *out, const struct fp_answer *a)
{
    static const char *const ends[] = {
        [FP_END_NOT_MADE] = "not asked",
        [FP_END_ANSWERED] = "",
        [FP_END_CLOSED] = "closed without an answer",
        [FP_END_RESET] = "reset without an answer",
        [FP_END_SILENT] = "no answer",
        [FP_END_NOT_HTTP] = "not HTTP: ",
        [FP_END_UNREACHED] = "no connection: ",
    };
    fp_buf_z(out, ends[a->end]);
    if (a->end == FP_END_ANSWERED)
        fp_buf_printf(out, "%d %s%s", a->status, fp_http_reason(a->status),
                      a->body[0] != '\0' ? " " : "");
    if (a->location[0] != '\0')
        fp_buf_printf(out, "to %s ", a->location);
    fp_buf_z(out, a->body);
    if (a->end != FP_END_NOT_MADE && a->end != FP_END_UNREACHED)
        fp_buf_printf(out, " (%u ms)", a->ms);
}
