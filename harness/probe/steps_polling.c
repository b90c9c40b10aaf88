/* SPDX-License-Identifier: MIT
 * steps_polling.c - polling: a handshake, a session on fresh connections, and
 * what a browser on another origin would be told. */
#include <stdio.h>
#include <string.h>

#include "fixtures/wire/eio.h"
#include "harness/probe/exchange.h"
#include "harness/probe/fingerprint.h"
#include "harness/probe/request.h"
#include "harness/probe/steps.h"

void fp_probe_ask_poll(struct fp_probe *p, const struct fp_poll_request *poll,
                       struct fp_exchange *x, struct fp_answer *a)
{
    struct fp_request r = {0};
    fp_request_poll(&r, p, poll);
    fp_exchange_run(x, p, fp_buf_view(&r.sent), fp_buf_view(&r.shown));
    fp_request_deinit(&r);
    fp_answer_take(a, x);
    fp_fingerprint(&p->seen, x);
}

void fp_probe_say_answer(struct fp_probe *p, bool good, const char *name,
                         const struct fp_answer *a)
{
    struct fp_buf text = {0};
    fp_answer_write(&text, a);
    fp_probe_say(p, good ? FP_STEP_OK : FP_STEP_BAD, name, "%s",
                 fp_buf_cstr(&text));
    fp_buf_deinit(&text);
}

/* -- the handshake ---------------------------------------------------------*/

static bool
read_open_packet(struct fp_probe *p, struct fp_str body, char sid[128])
{
    struct fp_arena arena = {0};
    struct fp_eio_packet packet;
    struct fp_eio_handshake h;
    int revision = p->settings.protocol == FP_ENGINE_IO_3 ? 3 : 4;
    bool ok = fp_eio_payload_next(&body, revision, false, &arena, &packet,
                                  NULL) == FP_IO_DONE &&
              packet.type == FP_EIO_OPEN &&
              fp_eio_handshake_parse(&h, packet.data, &arena, NULL) == FP_OK &&
              h.sid.n < 128;
    if (ok) {
        p->seen.offers_websocket = h.upgrade_websocket;
        p->seen.ping_interval_ms = h.ping_interval_ms;
        p->seen.ping_timeout_ms = h.ping_timeout_ms;
        p->seen.max_payload_bytes = h.max_payload_bytes;
        (void)snprintf(sid, 128, "%.*s", FP_STR_ARG(h.sid));
    }
    fp_arena_deinit(&arena);
    return ok;
}

static bool is_updates(struct fp_str body)
{
    return fp_str_starts(fp_str_trim(body), FP_STR("{")) &&
           fp_str_find(body, FP_STR("\"updates\"")) < body.n;
}

static void say_reach(struct fp_probe *p)
{
    const struct fp_reach *r = &p->seen.reach;
    static const char *const names[] = {[FP_STAGE_OK] = "",
                                        [FP_STAGE_DNS] = "name",
                                        [FP_STAGE_TCP] = "tcp",
                                        [FP_STAGE_TLS] = "tls"};
    if (r->failed != FP_STAGE_OK) {
        fp_probe_say(p, FP_STEP_BAD, names[r->failed], "%s", r->error);
        return;
    }
    fp_probe_say(p, FP_STEP_OK, "tcp", "%s: name %u ms, connected %u ms",
                 r->address, r->dns_us / 1000, r->tcp_us / 1000);
    if (p->target.tls)
        fp_probe_say(p, FP_STEP_OK, "tls", "verified, %u ms: %s",
                     r->tls_us / 1000, r->tls);
}

void fp_probe_polling(struct fp_probe *p)
{
    char sid[128] = "";
    struct fp_exchange x = {0};
    struct fp_answer *a = &p->seen.handshake;
    fp_probe_ask_poll(p, &(struct fp_poll_request){.method = "GET"}, &x, a);
    say_reach(p);
    if (a->end != FP_END_UNREACHED) {
        bool ok = a->end == FP_END_ANSWERED && a->status == 200;
        if (fp_protocol_is_engine_io(p->settings.protocol))
            a->open = ok && read_open_packet(p, fp_buf_view(&x.body), sid);
        else
            a->open = ok && is_updates(fp_buf_view(&x.body));
        fp_probe_say_answer(p, a->open, "polling", a);
    }
    if (a->status > 0)
        fp_probe_cors_answer(p, &x.head);
    fp_exchange_deinit(&x);
    if (sid[0] != '\0')
        fp_probe_session(p, fp_str_of(sid));
}

/* -- a session -------------------------------------------------------------*/

static void post(struct fp_probe *p, struct fp_str sid, const char *packet,
                 struct fp_answer *a)
{
    char body[16];
    struct fp_exchange x = {0};
    bool counted = p->settings.protocol == FP_ENGINE_IO_3;
    (void)snprintf(body, sizeof body, counted ? "%zu:%s" : "%.0zu%s",
                   counted ? strlen(packet) : (size_t)0, packet);
    fp_probe_ask_poll(
        p,
        &(struct fp_poll_request){.method = "POST", .sid = sid, .body = body},
        &x, a);
    fp_exchange_deinit(&x);
}

static void count_sticky(struct fp_observed *seen, const struct fp_answer *a)
{
    seen->sticky_asked++;
    if (a->eio_code == FP_EIO_UNKNOWN_SID)
        seen->sticky_unknown++;
}

/* A Socket.IO 4 client joins first, and the answer is there at once; in
 * revision 3 the server says "40" by itself. */
static void join(struct fp_probe *p, struct fp_str sid)
{
    struct fp_answer a;
    struct fp_exchange x = {0};
    if (p->settings.protocol == FP_ENGINE_IO_4) {
        post(p, sid, "40", &a);
        count_sticky(&p->seen, &a);
        fp_probe_say_answer(p, a.status == 200, "post", &a);
    }
    fp_probe_ask_poll(p, &(struct fp_poll_request){.method = "GET", .sid = sid},
                      &x, &p->seen.poll);
    count_sticky(&p->seen, &p->seen.poll);
    fp_probe_say_answer(p, p->seen.poll.status == 200, "poll", &p->seen.poll);
    fp_exchange_deinit(&x);
}

void fp_probe_session(struct fp_probe *p, struct fp_str sid)
{
    struct fp_answer a;
    join(p, sid);
    /* A noop asks for nothing, and is answered at once. */
    while (p->seen.sticky_asked < FP_PROBE_STICKY &&
           p->seen.poll.end == FP_END_ANSWERED) {
        post(p, sid, "6", &a);
        count_sticky(&p->seen, &a);
        if (a.end != FP_END_ANSWERED)
            break;
    }
    fp_probe_say(p, p->seen.sticky_unknown == 0 ? FP_STEP_OK : FP_STEP_BAD,
                 "stickiness",
                 "%u requests of one session on fresh connections: %u times "
                 "\"Session ID unknown\"",
                 p->seen.sticky_asked, p->seen.sticky_unknown);
    post(p, sid, "1", &a); /* closes it */
}

/* -- CORS ------------------------------------------------------------------*/

void fp_probe_cors_answer(struct fp_probe *p, const struct fp_http_head *head)
{
    static const char allow[] = "Access-Control-Allow-Origin";
    const char *origin = p->settings.origin;
    struct fp_cors_seen *c = &p->seen.cors;
    if (origin == NULL || strcmp(origin, p->target.origin) == 0)
        return;
    struct fp_str value = fp_http_header(head, allow);
    c->checked = true;
    c->count = fp_http_header_count(head, allow);
    c->wildcard = fp_str_eqz(value, "*");
    c->matches = c->wildcard || fp_str_eqz(value, origin);
    c->credentials = fp_str_eqz(
        fp_http_header(head, "Access-Control-Allow-Credentials"), "true");
    bool ok = c->count == 1 && c->matches && !(c->wildcard && c->credentials);
    fp_probe_say(p, ok ? FP_STEP_OK : FP_STEP_BAD, "cors",
                 "%zu times %s: %.*s%s", c->count, allow, FP_STR_ARG(value),
                 c->credentials ? ", credentials allowed" : "");
}

void fp_probe_preflight(struct fp_probe *p)
{
    struct fp_answer a;
    struct fp_exchange x = {0};
    if (!p->seen.cors.checked)
        return;
    fp_probe_ask_poll(
        p,
        &(struct fp_poll_request){
            .method = "OPTIONS",
            .extra = "Access-Control-Request-Method: POST\r\n"
                     "Access-Control-Request-Headers: authorization\r\n"},
        &x, &a);
    p->seen.cors.preflight_ok = a.status >= 200 && a.status < 300;
    fp_probe_say(p, p->seen.cors.preflight_ok ? FP_STEP_OK : FP_STEP_NOTE,
                 "preflight",
                 "%d %s (asked by browsers only where a client "
                 "adds headers)",
                 a.status, a.body);
    fp_exchange_deinit(&x);
}
