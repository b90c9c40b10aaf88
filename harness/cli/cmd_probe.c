/* SPDX-License-Identifier: MIT
 * cmd_probe.c - `fallproof probe`: checks the words, then becomes the program
 * that does it (fallproof-probe), which alone loads libcurl. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/locate.h"
#include "harness/base/terms.h"
#include "harness/cli/cli.h"

enum { WORDS = 32, TIMEOUT_MS = 5000, LONGEST_MS = 600000 };

static const struct fp_option options[] = {
    {"protocol", 'p', "NAME", "engine.io-4 (default), engine.io-3 or plain"},
    {"origin", 0, "ORIGIN",
     "the page's origin, for Origin and CORS (the URL's own)"},
    {"header", 'H', "\"NAME: VALUE\"",
     "send it with every request; may be repeated; the value is never shown"},
    {"cacert", 0, "FILE", "trust these certificates (PEM)"},
    {"timeout", 't', "TIME", "for each step (5s)"},
    {"idle", 0, "TIME", "keep the WebSocket open so long, and see if it lives"},
    {"usual-paths", 0, NULL, "where the path is wrong, try the usual ones"},
    {"json", 0, NULL, "one JSON object instead of text"},
    {"verbose", 'v', NULL, "show every request and answer"},
};

struct words {
    char *argv[WORDS + 1];
    size_t n;
    struct fp_buf text[WORDS];
};

static void add(struct words *w, const char *name, const char *value)
{
    if (value == NULL || w->n == WORDS)
        return;
    struct fp_buf *b = &w->text[w->n];
    fp_buf_printf(b, "%s=%s", name, value);
    (void)fp_buf_cstr(b);
    w->argv[w->n++] = b->p;
}

static void add_ms(struct words *w, const char *name, uint64_t ms)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)ms);
    add(w, name, text);
}

static bool
check(const struct fp_args *a, uint64_t *timeout_ms, uint64_t *idle_ms)
{
    bool ok = true;
    enum fp_protocol protocol;
    const char *name = fp_arg(a, "protocol");
    *timeout_ms = fp_arg_duration(a, "timeout", TIMEOUT_MS, &ok);
    *idle_ms = fp_arg_duration(a, "idle", 0, &ok);
    if (name != NULL && !fp_protocol_parse(fp_str_of(name), &protocol)) {
        (void)fp_usage_error(
            a, "unknown protocol '%s' (engine.io-4, engine.io-3, plain)", name);
        return false;
    }
    if (!ok)
        return false;
    if (*timeout_ms == 0 || *timeout_ms > LONGEST_MS || *idle_ms > LONGEST_MS) {
        (void)fp_usage_error(a, "--timeout and --idle go up to 10m");
        return false;
    }
    return true;
}

static int become(const struct fp_args *a, struct words *w, const char *program)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->argv[i] == NULL || w->text[i].failed)
            return fp_usage_error(a, "no memory");
    w->argv[w->n] = NULL;
    (void)fflush(stdout);
    (void)execv(program, w->argv);
    struct fp_err err = {0};
    (void)fp_fail_sys(&err, errno, "%s", program);
    return fp_report_error(a, &err);
}

static int run(const struct fp_args *a)
{
    uint64_t timeout_ms, idle_ms;
    struct fp_buf program = {0};
    static struct words w;
    if (!check(a, &timeout_ms, &idle_ms))
        return FP_EXIT_USAGE;
    if (!fp_locate_program(&program, "fallproof-probe"))
        return fp_usage_error(a, "fallproof-probe is not installed beside it");
    (void)fp_buf_cstr(&program); /* ends it with NUL, where it may move */
    w.argv[w.n++] = program.p;
    add(&w, "url", a->words[0]);
    add(&w, "protocol", fp_arg(a, "protocol"));
    add(&w, "origin", fp_arg(a, "origin"));
    add(&w, "cacert", fp_arg(a, "cacert"));
    add(&w, "json", fp_arg(a, "json"));
    add(&w, "verbose", fp_arg(a, "verbose"));
    add(&w, "usual-paths", fp_arg(a, "usual-paths"));
    add_ms(&w, "timeout-ms", timeout_ms);
    add_ms(&w, "idle-ms", idle_ms);
    for (size_t i = 0; fp_arg_nth(a, "header", i) != NULL; i++)
        add(&w, "header", fp_arg_nth(a, "header", i));
    int code = become(a, &w, fp_buf_cstr(&program));
    for (size_t i = 0; i < w.n; i++)
        fp_buf_deinit(&w.text[i]);
    fp_buf_deinit(&program);
    return code;
}

const struct fp_command fp_cmd_probe = {
    .name = "probe",
    .summary = "where does the upgrade die? Asks a real server, step by step",
    .usage = "URL",
    .about =
        "Connects to the server at URL (http, https, ws or wss), by polling "
        "and by WebSocket, and changes one thing at a time until it can say "
        "what is wrong and how to put it right. Without a path it is "
        "/socket.io/ (plain: /updates). Proxies are taken from the environment "
        "as curl does.\n"
        "\n"
        "It makes at most 36 requests, one at a time, and only to the host "
        "named: redirects are reported, never followed.\n"
        "\n"
        "Exit codes: 0 both transports work, 1 not both, 2 usage, 3 it could "
        "not connect.\n"
        "\n"
        "    fallproof probe https://app.example/socket.io/ --origin "
        "https://page.example",
    .options = options,
    .n_options = FP_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
