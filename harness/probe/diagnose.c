/* SPDX-License-Identifier: MIT
 * diagnose.c - rules in order; in each group the first that applies names the
 * cause. */
#include "harness/probe/diagnose.h"

#include <string.h>

/* engine.io's destroyUpgradeTimeout: it lets an upgrade on a path that is not
 * its own live for a second. */
enum { DESTROY_FROM_MS = 900, DESTROY_TO_MS = 1900 };

typedef bool (*applies_fn)(const struct fp_observed *o);

struct rule {
    enum fp_cause cause;
    applies_fn applies;
};

/* -- asking an answer ------------------------------------------------------*/

static bool says(const struct fp_answer *a, const char *text)
{
    return a->end == FP_END_ANSWERED && strstr(a->body, text) != NULL;
}

static bool is_status(const struct fp_answer *a, int status)
{
    return a->end == FP_END_ANSWERED && a->status == status;
}

static bool is_redirect(const struct fp_answer *a)
{
    return a->end == FP_END_ANSWERED && a->status >= 300 && a->status < 400 &&
           a->status != 304;
}

/* What gateways say when there is nothing behind them. */
static bool is_gateway_error(const struct fp_answer *a)
{
    return a->end == FP_END_ANSWERED &&
           ((a->status >= 502 && a->status <= 504) ||
            (a->status >= 520 && a->status <= 530));
}

static bool is_cut(const struct fp_answer *a)
{
    return a->end == FP_END_CLOSED || a->end == FP_END_RESET;
}

static bool same_answer(const struct fp_answer *a, const struct fp_answer *b)
{
    return a->end == FP_END_ANSWERED && b->end == FP_END_ANSWERED &&
           a->status == b->status && strcmp(a->body, b->body) == 0;
}

static bool variant_works(const struct fp_observed *o, const char *name)
{
    for (size_t i = 0; i < o->n_variants; i++)
        if (strcmp(o->variants[i].name, name) == 0)
            return o->variants[i].answer.status == 101;
    return false;
}

static bool usual_path_works(const struct fp_observed *o)
{
    for (size_t i = 0; i < o->n_variants; i++)
        if (o->variants[i].name[0] == '/' &&
            o->variants[i].answer.status == 101)
            return true;
    return false;
}

static bool closed_after_a_second(const struct fp_answer *a)
{
    return a->end == FP_END_CLOSED && a->ms >= DESTROY_FROM_MS &&
           a->ms <= DESTROY_TO_MS;
}

static bool is_engine_io(const struct fp_observed *o)
{
    return fp_protocol_is_engine_io(o->protocol);
}

static bool ws_works(const struct fp_observed *o)
{
    return o->upgrade.status == 101 && o->upgrade_flaw == NULL &&
           o->open.state == FP_WS_FINE && o->pong.state == FP_WS_FINE;
}

static bool polling_works(const struct fp_observed *o)
{
    return o->handshake.open && o->sticky_unknown == 0 &&
           (!is_engine_io(o) || is_status(&o->poll, 200));
}

/* -- no connection ---------------------------------------------------------*/

static bool no_name(const struct fp_observed *o)
{
    return o->reach.failed == FP_STAGE_DNS;
}
static bool no_tcp(const struct fp_observed *o)
{
    return o->reach.failed == FP_STAGE_TCP;
}
static bool no_tls(const struct fp_observed *o)
{
    return o->reach.failed == FP_STAGE_TLS;
}

static const struct rule connecting[] = {
    {FP_CAUSE_NAME, no_name},
    {FP_CAUSE_TCP, no_tcp},
    {FP_CAUSE_TLS, no_tls},
};

/* -- neither transport -----------------------------------------------------*/

static bool redirected(const struct fp_observed *o)
{
    return is_redirect(&o->upgrade) && is_redirect(&o->handshake);
}
static bool app_down(const struct fp_observed *o)
{
    return o->down != NULL ||
           (is_gateway_error(&o->upgrade) && is_gateway_error(&o->handshake));
}
static bool version_refused(const struct fp_observed *o)
{
    return says(&o->handshake, "Unsupported protocol version") ||
           says(&o->upgrade, "Unsupported protocol version");
}
static bool path_wrong(const struct fp_observed *o)
{
    return usual_path_works(o) || variant_works(o, "other slash") ||
           is_status(&o->handshake, 404) || closed_after_a_second(&o->upgrade);
}
static bool no_listener(const struct fp_observed *o)
{
    return is_status(&o->handshake, 200) && o->upgrade.status == 200;
}
static bool all_refused(const struct fp_observed *o)
{
    return o->handshake.end == FP_END_ANSWERED &&
           o->upgrade.end == FP_END_ANSWERED && o->upgrade.status != 101 &&
           o->handshake.eio_code < 0;
}
static bool all_silent(const struct fp_observed *o)
{
    return o->handshake.end == FP_END_SILENT && o->upgrade.end == FP_END_SILENT;
}

static const struct rule neither[] = {
    {FP_CAUSE_REDIRECT, redirected},     {FP_CAUSE_APP_DOWN, app_down},
    {FP_CAUSE_VERSION, version_refused}, {FP_CAUSE_PATH, path_wrong},
    {FP_CAUSE_NO_LISTENER, no_listener}, {FP_CAUSE_ALL_REFUSED, all_refused},
    {FP_CAUSE_ALL_SILENT, all_silent},
};

/* -- the WebSocket ---------------------------------------------------------*/

static bool works_again(const struct fp_observed *o)
{
    return o->again.status == 101;
}
static bool slash_helps(const struct fp_observed *o)
{
    return variant_works(o, "other slash");
}
static bool without_extensions(const struct fp_observed *o)
{
    return variant_works(o, "no extensions");
}
static bool without_origin(const struct fp_observed *o)
{
    return variant_works(o, "no Origin");
}
static bool other_form(const struct fp_observed *o)
{
    return variant_works(o, "keep-alive, Upgrade") ||
           variant_works(o, "lower-case names");
}
static bool upgrade_redirected(const struct fp_observed *o)
{
    return is_redirect(&o->upgrade);
}
/* The origin's handler of plain requests answered an upgrade request: it
 * arrived without Upgrade. Plain servers show it by the same answer to both. */
static bool stripped(const struct fp_observed *o)
{
    if (is_engine_io(o))
        return o->upgrade.eio_code == 3;
    return o->handshake.open && same_answer(&o->upgrade, &o->bare);
}
static bool websocket_off(const struct fp_observed *o)
{
    return o->upgrade.eio_code == 0 || says(&o->upgrade, "Transport unknown");
}
/* Texts of npm ws and of others that name the header they miss. */
static bool header_lost(const struct fp_observed *o)
{
    return says(&o->upgrade, "Sec-WebSocket-Key") ||
           says(&o->upgrade, "Sec-WebSocket-Version") ||
           says(&o->upgrade, "Upgrade header") ||
           says(&o->upgrade, "Connection header");
}
static bool origin_refuses(const struct fp_observed *o)
{
    return o->upgrade.aborted || o->upgrade.eio_code >= 0;
}
static bool upgrade_path(const struct fp_observed *o)
{
    return closed_after_a_second(&o->upgrade);
}
static bool upgrade_silent(const struct fp_observed *o)
{
    return o->upgrade.end == FP_END_SILENT;
}
static bool upgrade_cut(const struct fp_observed *o)
{
    return is_cut(&o->upgrade);
}
static bool edge_refuses(const struct fp_observed *o)
{
    return o->upgrade.end == FP_END_ANSWERED && o->upgrade.status != 101;
}
static bool handshake_broken(const struct fp_observed *o)
{
    return o->upgrade_flaw != NULL || o->upgrade.end == FP_END_NOT_HTTP;
}
static bool stream_version(const struct fp_observed *o)
{
    return o->open.state == FP_WS_BROKEN &&
           strstr(o->open.detail, "HTTP/1.1 400") != NULL;
}
static bool stream_broken(const struct fp_observed *o)
{
    return o->open.state == FP_WS_BROKEN || o->pong.state == FP_WS_BROKEN;
}
static bool silent_after(const struct fp_observed *o)
{
    return o->open.state == FP_WS_SILENT || o->pong.state == FP_WS_SILENT;
}
static bool ended(enum fp_ws_state s)
{
    return s == FP_WS_ENDED || s == FP_WS_RESET || s == FP_WS_CLOSED;
}
static bool cut_after(const struct fp_observed *o)
{
    return ended(o->open.state) || ended(o->pong.state);
}

static const struct rule websocket[] = {
    {FP_CAUSE_INTERMITTENT, works_again},
    {FP_CAUSE_UPGRADE_PATH, slash_helps},
    {FP_CAUSE_EXTENSIONS, without_extensions},
    {FP_CAUSE_ORIGIN, without_origin},
    {FP_CAUSE_HEADER_FORM, other_form},
    {FP_CAUSE_REDIRECT, upgrade_redirected},
    {FP_CAUSE_STRIPPED, stripped},
    {FP_CAUSE_VERSION, version_refused},
    {FP_CAUSE_WEBSOCKET_OFF, websocket_off},
    {FP_CAUSE_HEADER_LOST, header_lost},
    {FP_CAUSE_ORIGIN_REFUSES, origin_refuses},
    {FP_CAUSE_UPGRADE_PATH, upgrade_path},
    {FP_CAUSE_UPGRADE_SILENT, upgrade_silent},
    {FP_CAUSE_UPGRADE_CUT, upgrade_cut},
    {FP_CAUSE_EDGE_REFUSES, edge_refuses},
    {FP_CAUSE_HANDSHAKE_BROKEN, handshake_broken},
    {FP_CAUSE_VERSION, stream_version},
    {FP_CAUSE_STREAM_BROKEN, stream_broken},
    {FP_CAUSE_SILENT_AFTER, silent_after},
    {FP_CAUSE_CUT_AFTER, cut_after},
};

/* -- polling ---------------------------------------------------------------*/

static bool not_sticky(const struct fp_observed *o)
{
    return o->sticky_unknown > 0;
}
static bool polling_off(const struct fp_observed *o)
{
    return o->handshake.eio_code == 0;
}
static bool polling_refused(const struct fp_observed *o)
{
    return o->handshake.end == FP_END_ANSWERED &&
           (!o->handshake.open ||
            (o->poll.end == FP_END_ANSWERED && o->poll.status != 200));
}
static bool polling_dead(const struct fp_observed *o)
{
    (void)o;
    return true; /* nothing was answered */
}

static const struct rule polling[] = {
    {FP_CAUSE_NOT_STICKY, not_sticky},
    {FP_CAUSE_POLLING_OFF, polling_off},
    {FP_CAUSE_POLLING_REFUSED, polling_refused},
    {FP_CAUSE_POLLING_SILENT, polling_dead},
};

/* -- what works, yet not for everyone --------------------------------------*/

static bool cached(const struct fp_observed *o)
{
    return o->handshake.cached || o->poll.cached;
}
static bool large_frames(const struct fp_observed *o)
{
    return o->pong.state == FP_WS_FINE && (o->frame_16k.state > FP_WS_FINE ||
                                           o->frame_128k.state > FP_WS_FINE);
}
static bool cors_twice(const struct fp_observed *o)
{
    return o->cors.checked && o->cors.count > 1;
}
static bool cors_wildcard(const struct fp_observed *o)
{
    return o->cors.checked && o->cors.wildcard && o->cors.credentials;
}
static bool cors_missing(const struct fp_observed *o)
{
    return o->cors.checked && o->cors.count < 2 && !o->cors.matches;
}
static bool idle_cut(const struct fp_observed *o)
{
    return o->idle.state > FP_WS_FINE;
}

static const struct rule beside[] = {
    {FP_CAUSE_LARGE_FRAMES, large_frames},
    {FP_CAUSE_CACHED, cached},
    {FP_CAUSE_CORS_TWICE, cors_twice},
    {FP_CAUSE_CORS_WILDCARD, cors_wildcard},
    {FP_CAUSE_CORS_MISSING, cors_missing},
    {FP_CAUSE_IDLE_CUT, idle_cut},
};

/* -- all of them -----------------------------------------------------------*/

static void add(struct fp_diagnosis *d, enum fp_cause cause)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->causes[i] == cause)
            return;
    if (d->n < FP_DIAGNOSIS_CAUSES)
        d->causes[d->n++] = cause;
}

/* The first of rules that applies. */
static bool add_first(struct fp_diagnosis *d, const struct fp_observed *o,
                      const struct rule *rules, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (rules[i].applies(o)) {
            add(d, rules[i].cause);
            return true;
        }
    }
    return false;
}

void fp_diagnose(struct fp_diagnosis *d, const struct fp_observed *o)
{
    *d = (struct fp_diagnosis){.connected = o->reach.failed == FP_STAGE_OK};
    if (add_first(d, o, connecting, FP_COUNT(connecting)))
        return;
    d->websocket = ws_works(o);
    d->polling = polling_works(o);
    bool none = !d->websocket && !o->handshake.open;
    if (!none || !add_first(d, o, neither, FP_COUNT(neither))) {
        if (!d->websocket)
            (void)add_first(d, o, websocket, FP_COUNT(websocket));
        if (!d->polling)
            (void)add_first(d, o, polling, FP_COUNT(polling));
    }
    for (size_t i = 0; i < FP_COUNT(beside); i++)
        if (beside[i].applies(o))
            add(d, beside[i].cause);
    if (d->n == 0)
        add(d, FP_CAUSE_FINE);
}
