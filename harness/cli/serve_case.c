/* SPDX-License-Identifier: MIT
 * serve_case.c - `fallproof serve --case`: a case's network, for a client that
 * is started by hand; what crosses its sockets, as it comes. */
#include "harness/cli/serve_case.h"

#include <stdio.h>

#include "harness/cli/selection.h"
#include "harness/run/run.h"

struct shown {
    enum fp_protocol protocol;
    unsigned attempts, probes;
};

static void on_url(void *user, const char *url, const char *path)
{
    const struct shown *s = user;
    (void)printf("{\"url\":\"%s\",\"path\":\"%s\",\"protocol\":\"%s\"}\n", url,
                 path, fp_protocol_name(s->protocol));
    (void)fflush(stdout);
}

static void begin(struct fp_buf *out, const struct fp_fact *f)
{
    fp_buf_printf(out, "%9.3f s  #%u.%u  ", (double)f->t_ns / 1e9, f->conn,
                  f->req);
}

static void
add_request(struct shown *s, struct fp_buf *out, const struct fp_fact *f)
{
    begin(out, f);
    if (f->cls == FP_REQ_ATTEMPT)
        fp_buf_printf(out, "attempt %u", ++s->attempts);
    else if (f->cls == FP_REQ_UPGRADE_PROBE)
        fp_buf_printf(out, "upgrade probe %u", ++s->probes);
    else
        fp_buf_z(out, fp_request_class_name(f->cls));
    fp_buf_printf(out, ": %.*s %.*s\n", FP_STR_ARG(f->name),
                  FP_STR_ARG(f->text));
}

static void add_line(struct fp_buf *out, const struct fp_fact *f,
                     const char *what, struct fp_str detail)
{
    begin(out, f);
    fp_buf_printf(out, "%s%.*s\n", what, FP_STR_ARG(detail));
}

static void
add_number(struct fp_buf *out, const struct fp_fact *f, const char *what)
{
    begin(out, f);
    fp_buf_printf(out, "%s %lld by %s\n", what, (long long)f->n,
                  fp_transport_name(f->transport));
}

/* Of all facts, those that someone who watches a client wants to see. */
static void
add_fact(struct shown *s, struct fp_buf *out, const struct fp_fact *f)
{
    if (f->kind == FP_FACT_REQUEST)
        add_request(s, out, f);
    else if (f->kind == FP_FACT_RESPONSE && f->cls != FP_REQ_POLL)
        add_number(out, f, "answer");
    else if (f->kind == FP_FACT_WS_OPEN)
        add_line(out, f, "101, ", f->name);
    else if (f->kind == FP_FACT_DELIVERED)
        add_number(out, f, "update");
    else if (f->kind == FP_FACT_FAULT)
        add_line(out, f, "fault: ", f->text);
    else if (f->kind == FP_FACT_INVALID)
        add_line(out, f, "the client broke a rule: ", f->text);
    else if (f->kind == FP_FACT_SESSION_END)
        add_line(out, f, "session ends: ", f->name);
    else if (f->kind == FP_FACT_CONN_CLOSE && f->side == FP_SIDE_CLIENT)
        add_line(out, f,
                 f->dir == FP_UP ? "the client closes: " : "closed: ", f->name);
}

/* Control characters of a client's text do not reach the terminal. */
static void scrub(struct fp_buf *b)
{
    for (size_t i = 0; i + 1 < b->n; i++)
        if ((unsigned char)b->p[i] < 0x20 || b->p[i] == 0x7f)
            b->p[i] = '?';
}

static void on_fact(void *user, const struct fp_fact *f)
{
    struct fp_buf out = {0};
    add_fact(user, &out, f);
    if (out.n > 0) {
        scrub(&out);
        (void)fwrite(out.p, 1, out.n, stdout);
        (void)fflush(stdout);
    }
    fp_buf_deinit(&out);
}

static int serve(const struct fp_args *a, const struct fp_selected *chosen)
{
    bool ok = true;
    struct shown shown = {.protocol = chosen->protocol};
    uint64_t port = fp_arg_count(a, "port", 0, &ok);
    const struct fp_serve_case conf = {
        .c = chosen->c,
        .protocol = chosen->protocol,
        .port = (uint16_t)port,
        .seed = fp_arg_count(a, "seed", 1, &ok),
        .on_url = on_url,
        .on_fact = on_fact,
        .user = &shown,
    };
    if (!ok || port > UINT16_MAX)
        return ok ? fp_usage_error(a, "no such port: %s", fp_arg(a, "port"))
                  : FP_EXIT_USAGE;
    struct fp_err err = {0};
    if (fp_run_serve_case(&conf, &err) != FP_OK)
        return fp_report_error(a, &err);
    return FP_EXIT_OK;
}

int fp_serve_case(const struct fp_args *a)
{
    const char *name = fp_arg(a, "case");
    struct fp_args words = *a; /* the case as `run` would be told it */
    words.words = &name;
    words.n_words = 1;
    struct fp_selection s = {0};
    int code = fp_select(&s, &words, (1u << FP_PROTOCOLS) - 1);
    if (code != FP_EXIT_OK)
        return code;
    bool one = true;
    for (size_t i = 1; i < s.n; i++)
        one = one && s.items[i].c == s.items[0].c;
    code = one ? serve(a, &s.items[0])
               : fp_usage_error(a, "--case '%s' is more than one case", name);
    fp_selection_deinit(&s);
    return code;
}
