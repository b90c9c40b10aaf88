/* SPDX-License-Identifier: MIT
 * fingerprint_test.c - answers as hosts and proxies write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/probe/fingerprint.h"

static struct row {
    const char *name, *answer;
    const char *hops;
    const char *down; /* how the hint begins; NULL = none */
} rows[] = {
    {"node alone", "HTTP/1.1 200 OK\r\nDate: x\r\n\r\nok", "", NULL},
    {"nginx",
     "HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\n\r\n"
     "<hr><center>nginx/1.22.1</center>",
     "nginx", NULL},
    {"nginx that hides itself",
     "HTTP/1.1 502 Bad Gateway\r\n\r\n<hr><center>nginx</center>", "nginx",
     NULL},
    {"HAProxy",
     "HTTP/1.1 503 Service Unavailable\r\n\r\n<html>No server is available to "
     "handle this request.",
     "HAProxy", NULL},
    {"Varnish and its cache",
     "HTTP/1.1 200 OK\r\nX-Varnish: 163848 196650\r\nAge: 3\r\n"
     "Via: 1.1 varnish (Varnish/7.1)\r\n\r\n",
     "Varnish, a cache", NULL},
    {"Squid",
     "HTTP/1.1 500 Internal Server Error\r\n"
     "X-Squid-Error: ERR_CANNOT_FORWARD 0\r\n\r\n",
     "Squid", NULL},
    {"Caddy", "HTTP/1.1 101 Switching Protocols\r\nserver: Caddy\r\n\r\n",
     "Caddy", NULL},
    {"Railway without an application",
     "HTTP/1.1 502 Bad Gateway\r\nserver: railway-edge\r\n"
     "x-railway-fallback: true\r\n\r\nApplication failed to respond",
     "Railway edge", "Railway found no process"},
    {"Railway without a service",
     "HTTP/1.1 404 Not Found\r\nx-railway-fallback: true\r\n\r\n"
     "{\"message\":\"Application not found\"}",
     "Railway edge", "Railway knows no running service"},
    {"Railway with an application",
     "HTTP/1.1 404 Not Found\r\nx-railway-edge: fra1\r\n\r\n", "Railway edge",
     NULL},
    {"Render behind Cloudflare",
     "HTTP/1.1 404 Not Found\r\nServer: cloudflare\r\nCF-RAY: 8a\r\n"
     "x-render-routing: no-server\r\nrndr-id: 1\r\n\r\n",
     "Cloudflare, Render", "Render has no running instance"},
    {"Render that did not wake",
     "HTTP/1.1 503 Service Unavailable\r\n"
     "x-render-routing: hibernate-wake-error\r\nserver: cloudflare\r\n\r\n",
     "Cloudflare, Render", "Render's free instance"},
    {"Fly.io",
     "HTTP/1.1 502 Bad Gateway\r\nfly-request-id: 01H\r\n"
     "via: 1.1 fly.io\r\n\r\n",
     "Fly.io proxy", "Fly.io reached the machine"},
    {"Fly.io with an application",
     "HTTP/1.1 400 Bad Request\r\nfly-request-id: 01H\r\n\r\n", "Fly.io proxy",
     NULL},
    {"Vercel", "HTTP/1.1 404 Not Found\r\nx-vercel-id: fra1::x\r\n\r\n",
     "Vercel", NULL},
};

static void names_hops(void **state)
{
    const struct row *row = *state;
    struct fp_http_head head;
    struct fp_hop_seen hops[FP_PROBE_HOPS];
    size_t used = 0;
    const char *down = NULL;
    char got[256] = "";
    struct fp_str in = fp_str_of(row->answer);
    assert_int_equal(FP_IO_DONE,
                     fp_http_response_parse(in, 0, &head, &used, NULL));
    size_t n = fp_fingerprint_find(&head, fp_str_from(in, used), hops,
                                   FP_COUNT(hops), &down);
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(got);
        (void)snprintf(got + at, sizeof got - at, "%s%s", i > 0 ? ", " : "",
                       hops[i].name);
    }
    assert_string_equal(row->hops, got);
    if (row->down == NULL)
        assert_null(down);
    else
        assert_true(fp_str_starts(fp_str_of(down), fp_str_of(row->down)));
}

int main(void)
{
    static struct CMUnitTest tests[FP_COUNT(rows)];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] =
            (struct CMUnitTest){rows[i].name, names_hops, 0, 0, &rows[i]};
    return cmocka_run_group_tests_name("fingerprint", tests, NULL, NULL);
}
