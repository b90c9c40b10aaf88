/* SPDX-License-Identifier: MIT
 * fingerprint.c - a table: header or body to the hop that writes it. */
#include "harness/probe/fingerprint.h"

#include <stdio.h>
#include <string.h>

struct mark {
    const char *header; /* NULL: in the body */
    const char *has;    /* NULL: any value */
    const char *hop;
};

static const struct mark marks[] = {
    {"Server", "cloudflare", "Cloudflare"},
    {"CF-RAY", NULL, "Cloudflare"},
    {"X-Railway-Edge", NULL, "Railway edge"},
    {"X-Railway-Fallback", NULL, "Railway edge"},
    {"X-Railway-Request-Id", NULL, "Railway edge"},
    {"X-Render-Routing", NULL, "Render"},
    {"rndr-id", NULL, "Render"},
    {"Fly-Request-Id", NULL, "Fly.io proxy"},
    {"Via", "fly.io", "Fly.io proxy"},
    {"X-Vercel-Id", NULL, "Vercel"},
    {"X-Nf-Request-Id", NULL, "Netlify"},
    {"Via", "heroku", "Heroku router"},
    {"Via", "vegur", "Heroku router"},
    {"X-Amz-Cf-Id", NULL, "CloudFront"},
    {"Server", "awselb", "AWS load balancer"},
    {"X-Varnish", NULL, "Varnish"},
    {"Via", "varnish", "Varnish"},
    {NULL, "Guru Meditation", "Varnish"},
    {"X-Squid-Error", NULL, "Squid"},
    {"Via", "squid", "Squid"},
    {"Via", "tinyproxy", "tinyproxy"},
    {"Server", "nginx", "nginx"},
    {NULL, "<center>nginx", "nginx"},
    {"Server", "Caddy", "Caddy"},
    {"Via", "Caddy", "Caddy"},
    {"Server", "Apache", "Apache httpd"},
    {NULL, "The server is temporarily unable to service your", "Apache httpd"},
    {"Server", "lighttpd", "lighttpd"},
    {"Server", "envoy", "Envoy"},
    {"X-Envoy-Upstream-Service-Time", NULL, "Envoy"},
    {NULL, "No server is available to handle this request", "HAProxy"},
    {"X-Cache", NULL, "a cache"},
    {"Age", NULL, "a cache"},
};

struct sign {
    const char *header, *has; /* as in marks; status 0: any */
    int status;
    const char *says;
};

/* No application behind the edge, in the hosts' own signs. */
static const struct sign signs[] = {
    /* docs.railway.com, troubleshooting: application failed to respond */
    {"X-Railway-Fallback", NULL, 502,
     "Railway found no process on the target port: listen on 0.0.0.0:$PORT, "
     "and compare the domain's target port; a sleeping service answers so "
     "once"},
    {"X-Railway-Fallback", NULL, 404,
     "Railway knows no running service under this name: compare the domain; a "
     "service that wakes up answers so for some seconds"},
    /* community.render.com: x-render-routing */
    {"X-Render-Routing", "no-server", 0,
     "Render has no running instance under this name: look at the deploy; a "
     "free instance may still be waking"},
    {"X-Render-Routing", "hibernate-wake-error", 0,
     "Render's free instance did not wake in time: ask again in a minute"},
    /* fly.io/docs, getting started: troubleshooting */
    {"Fly-Request-Id", NULL, 502,
     "Fly.io reached the machine and no application: listen on "
     "0.0.0.0:internal_port"},
    {"Fly-Request-Id", NULL, 503,
     "Fly.io has no healthy machine: look at the health checks and autostart"},
    {NULL, "Application failed to respond", 502,
     "the host's edge found no process: listen on 0.0.0.0:$PORT; a sleeping "
     "service answers so until it is awake"},
};

static bool contains(struct fp_str s, const char *what)
{
    struct fp_str needle = fp_str_of(what);
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (fp_str_ieq(fp_str_upto(fp_str_from(s, i), needle.n), needle))
            return true;
    return false;
}

/* Where it stands; absent when it does not. */
static struct fp_str find(const struct fp_http_head *head, struct fp_str body,
                          const char *header, const char *has)
{
    struct fp_str s = header != NULL ? fp_http_header(head, header) : body;
    if (s.p == NULL || (has != NULL && !contains(s, has)))
        return FP_STR_NONE;
    return header != NULL ? s : fp_str_of(has);
}

static void add_hop(struct fp_hop_seen *hops, size_t *n, size_t cap,
                    const struct fp_hop_seen *hop)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(hops[i].name, hop->name) == 0)
            return;
    if (*n < cap)
        hops[(*n)++] = *hop;
}

size_t
fp_fingerprint_find(const struct fp_http_head *head, struct fp_str body,
                    struct fp_hop_seen *hops, size_t cap, const char **down)
{
    size_t n = 0;
    for (size_t i = 0; i < FP_COUNT(marks); i++) {
        const struct mark *m = &marks[i];
        struct fp_str at = find(head, body, m->header, m->has);
        struct fp_hop_seen hop = {.name = m->hop};
        if (at.p == NULL)
            continue;
        (void)snprintf(hop.evidence, sizeof hop.evidence, "%s: %.*s",
                       m->header != NULL ? m->header : "body",
                       FP_STR_ARG(fp_str_upto(at, 64)));
        add_hop(hops, &n, cap, &hop);
    }
    for (size_t i = 0; i < FP_COUNT(signs); i++) {
        const struct sign *s = &signs[i];
        if ((s->status == 0 || s->status == head->status) &&
            find(head, body, s->header, s->has).p != NULL) {
            *down = s->says;
            break;
        }
    }
    return n;
}

void fp_fingerprint(struct fp_observed *seen, const struct fp_exchange *x)
{
    struct fp_hop_seen found[FP_PROBE_HOPS];
    if (x->head.status == 0)
        return;
    size_t n = fp_fingerprint_find(&x->head, fp_buf_view(&x->body), found,
                                   FP_COUNT(found), &seen->down);
    for (size_t i = 0; i < n; i++)
        add_hop(seen->hops, &seen->n_hops, FP_PROBE_HOPS, &found[i]);
}
