/* SPDX-License-Identifier: MIT
 * check_fault.c - faults, and a server, that can never be. */
#include "harness/scenario/checks.h"

#include <string.h>

/* What a fault acts on. */
enum {
    ON_WEBSOCKET = 1, /* an upgrade or an open WebSocket only */
    ON_POLLING = 2,   /* polling only */
    DIRECTED = 4,     /* on one direction's bytes */
    BEFORE_HEAD = 8,  /* before any request can be read */
};

static const unsigned traits[FP_FAULT_KIND_COUNT] = {
    [FP_FAULT_REFUSE] = ON_WEBSOCKET,
    [FP_FAULT_BAD_ACCEPT] = ON_WEBSOCKET,
    [FP_FAULT_SILENT_101] = ON_WEBSOCKET,
    [FP_FAULT_CUT] = ON_WEBSOCKET | DIRECTED,
    [FP_FAULT_LOSE_AFTER_101] = ON_WEBSOCKET,
    [FP_FAULT_COALESCE_101] = ON_WEBSOCKET,
    [FP_FAULT_INJECT] = ON_WEBSOCKET,
    [FP_FAULT_BLOCK_POLLING] = ON_POLLING,
    [FP_FAULT_CLOSE_DELIMITED] = ON_POLLING,
    [FP_FAULT_CACHE] = ON_POLLING,
    [FP_FAULT_HALF_CLOSE] = ON_WEBSOCKET,
    [FP_FAULT_DROP_FRAMES] = ON_WEBSOCKET | DIRECTED,
    [FP_FAULT_REPEAT_FRAMES] = ON_WEBSOCKET | DIRECTED,
    [FP_FAULT_FRAME_BITS] = ON_WEBSOCKET | DIRECTED,
    [FP_FAULT_REFRAGMENT] = ON_WEBSOCKET | DIRECTED,
    [FP_FAULT_FRAME_LIMIT] = ON_WEBSOCKET | DIRECTED,
    [FP_FAULT_THROTTLE] = DIRECTED,
    [FP_FAULT_SLOW_CLOSE] = DIRECTED,
    [FP_FAULT_IDLE_TIMEOUT] = DIRECTED,
    [FP_FAULT_MUTE] = DIRECTED,
    [FP_FAULT_DELAY] = DIRECTED,
    [FP_FAULT_BUFFER] = DIRECTED,
    [FP_FAULT_SLICE] = DIRECTED,
    [FP_FAULT_RENAME_CASE] = DIRECTED,
    [FP_FAULT_TCP_REFUSE] = BEFORE_HEAD,
};

/* Refuse key, where it is given, because … */
static void
not_with(struct fp_load *l, const struct fp_fault *f, const struct fp_map *map,
         const char *key, const char *because)
{
    if (fp_map_given(map, key))
        (void)fp_load_problem(l, f->loc, "'%s' in '%s': %s", key,
                              fp_fault_key(f->kind), because);
}

static void check_scope(struct fp_load *l, const struct fp_fault *f,
                        const struct fp_map *map)
{
    const struct fp_fault_scope *s = &f->scope;
    if (s->first_attempt > 0 && s->transport == FP_POLLING)
        not_with(l, f, map, "attempts",
                 "attempts are upgrade requests, never polling");
    if (fp_map_given(map, "until") && s->until_ms <= s->from_ms)
        not_with(l, f, map, "until", "it is over before it begins");
    if (s->nth > 0 && s->every > 0)
        not_with(l, f, map, "nth", "give nth or every, not both");
    if (s->probability == 0)
        not_with(l, f, map, "probability", "with 0 the fault never acts");
    if (s->path_glob.p != NULL && s->path_glob.p[0] != '/' &&
        s->path_glob.p[0] != '*')
        not_with(l, f, map, "path", "a path begins with /");
}

static void check_traits(struct fp_load *l, const struct fp_fault *f,
                         const struct fp_map *map)
{
    unsigned t = traits[f->kind];
    if ((t & ON_WEBSOCKET) && f->scope.transport == FP_POLLING)
        not_with(l, f, map, "transport",
                 "it acts on upgrades and WebSockets, never on polling");
    if ((t & ON_POLLING) && f->scope.transport == FP_WEBSOCKET)
        not_with(l, f, map, "transport", "it acts on polling only");
    if (t & ON_POLLING)
        not_with(l, f, map, "attempts", "it acts on polling only");
    if (!(t & DIRECTED))
        not_with(l, f, map, "direction", "it has no direction");
    if (!(t & BEFORE_HEAD))
        return;
    static const char *const of_requests[] = {"attempts", "transport", "path",
                                              "header"};
    for (size_t i = 0; i < FP_COUNT(of_requests); i++)
        not_with(l, f, map, of_requests[i],
                 "it acts before any request can be read");
}

static void
check_how(struct fp_load *l, const struct fp_fault *f, const struct fp_map *map)
{
    /* What an answer has; refuse and interim always answer. */
    static const char *const of_answer[] = {"status", "body", "content-type",
                                            "headers"};
    bool has_how = false;
    struct fp_key_table keys = fp_fault_keys(f->kind);
    for (size_t i = 0; i < keys.n; i++)
        has_how |= keys.keys[i].type == FP_V_ENDING;
    if (!has_how)
        return;
    for (size_t i = 0; i < FP_COUNT(of_answer) && f->how != FP_END_STATUS; i++)
        not_with(l, f, map, of_answer[i], "only with `how: status`");
    if (f->how != FP_END_CLOSE)
        not_with(l, f, map, "code", "only with `how: close`");
    if (f->how != FP_END_CLOSE && f->how != FP_END_STATUS)
        not_with(l, f, map, "reason",
                 "only where there is an answer or a "
                 "Close frame");
    if (f->how == FP_END_CLOSE && f->scope.transport == FP_POLLING)
        not_with(l, f, map, "how", "polling has no Close frames");
    if (f->kind == FP_FAULT_IDLE_TIMEOUT && f->how == FP_END_STATUS &&
        f->scope.transport != FP_POLLING)
        not_with(l, f, map, "how",
                 "an open WebSocket cannot be answered with a status: add "
                 "transport: polling");
    if (f->kind == FP_FAULT_SILENT_101 && f->how == FP_END_SILENCE)
        not_with(l, f, map, "after",
                 "silence has no end: say how (fin, rst, close)");
}

static void check_answer(struct fp_load *l, const struct fp_fault *f,
                         const struct fp_map *map)
{
    bool interim = f->kind == FP_FAULT_INTERIM;
    if (!fp_map_given(map, "status"))
        return;
    if (interim && (f->status > 199 || f->status == 101))
        not_with(l, f, map, "status", "100 to 199, but not 101");
    if (!interim && f->status < 200)
        not_with(l, f, map, "status",
                 "1xx is not a final answer (see 'interim')");
    if (f->location.p != NULL && (f->status < 300 || f->status > 399))
        not_with(l, f, map, "location", "only with a status 3xx");
    /* RFC 9110 section 6.4.1. */
    if (f->status == 204 || f->status == 304)
        not_with(l, f, map, "body", "204 and 304 have no content");
}

static void
check_own(struct fp_load *l, const struct fp_fault *f, const struct fp_map *map)
{
    const char *name = fp_fault_key(f->kind);
    bool edits = f->kind == FP_FAULT_STRIP || f->kind == FP_FAULT_SET_HEADER ||
                 f->kind == FP_FAULT_ADD_HEADER;
    if (edits && f->n_request + f->n_response == 0)
        (void)fp_load_problem(l, f->loc, "'%s' needs request or response",
                              name);
    if (f->kind == FP_FAULT_REWRITE_PATH && f->text.p == NULL &&
        f->body.p == NULL && f->location.p == NULL)
        (void)fp_load_problem(l, f->loc,
                              "'%s' needs slash, prefix or drop-query", name);
    if (f->kind == FP_FAULT_BUFFER && f->scope.transport != FP_POLLING &&
        f->bytes == 0 && f->after_ms == 0)
        (void)fp_load_problem(
            l, f->loc, "'%s' needs bytes or for, or transport: polling", name);
    if (f->kind == FP_FAULT_BUFFER && f->scope.transport == FP_POLLING)
        not_with(l, f, map, "bytes", "polling is held until it is complete");
    int bounds = fp_map_given(map, "after") + fp_map_given(map, "frames") +
                 fp_map_given(map, "bytes");
    if (f->kind == FP_FAULT_CUT && bounds > 1)
        (void)fp_load_problem(
            l, f->loc, "'%s' takes one of after, frames and bytes", name);
    if (f->kind == FP_FAULT_MUTE && f->scope.transport == FP_POLLING &&
        f->scope.up && !f->scope.down)
        not_with(l, f, map, "direction",
                 "a request was read before a poll can be muted");
}

/* Bytes of the fault's own: as text, or in hexadecimal. */
static void check_bytes(struct fp_load *l, const struct fp_fault *f)
{
    struct fp_buf bytes = {0};
    if (f->kind != FP_FAULT_INJECT && f->kind != FP_FAULT_RAW_ANSWER)
        return;
    if ((f->text.p == NULL) == (f->hex.p == NULL))
        (void)fp_load_problem(l, f->loc,
                              "'%s' takes text or hex, and needs one",
                              fp_fault_key(f->kind));
    else if (f->hex.p != NULL && !fp_buf_hex(&bytes, f->hex))
        (void)fp_load_problem(l, f->loc,
                              "'hex' in '%s': pairs of hexadecimal digits",
                              fp_fault_key(f->kind));
    fp_buf_deinit(&bytes);
}

void fp_check_fault(struct fp_load *l, const struct fp_fault *f,
                    const struct fp_map *map)
{
    check_scope(l, f, map);
    check_traits(l, f, map);
    check_how(l, f, map);
    check_answer(l, f, map);
    check_own(l, f, map);
    check_bytes(l, f);
}

/* Fetch standard, "CORS protocol and credentials": a browser refuses `*` with
 * credentials. */
static void check_cors(struct fp_load *l, const struct fp_server_conf *s)
{
    if (s->cors_credentials && s->cors_origin.p == NULL)
        (void)fp_load_problem(l, s->loc, "cors.credentials needs cors.origin");
    if (s->cors_credentials && fp_str_eqz(s->cors_origin, "*"))
        (void)fp_load_problem(l, s->loc,
                              "cors.credentials with origin '*': every "
                              "browser refuses it; name the origin");
}

static void check_only_plain(struct fp_load *l, const struct fp_server_conf *s,
                             const struct fp_map *map)
{
    static const char *const of_engine_io[] = {
        "recovery.for",    "say.every",       "ping-interval",  "ping-timeout",
        "upgrade-timeout", "connect-timeout", "allow-upgrades",
    };
    for (size_t i = 0; i < FP_COUNT(of_engine_io); i++)
        if (fp_map_given(map, of_engine_io[i]))
            (void)fp_load_problem(l, s->loc, "the protocol plain has no %s",
                                  of_engine_io[i]);
}

void fp_check_server(struct fp_load *l, const struct fp_case *c,
                     const struct fp_map *map)
{
    const struct fp_server_conf *s = &c->server;
    if (!s->websocket && !s->polling)
        (void)fp_load_problem(l, s->loc, "a server without any transport");
    if (s->path.p != NULL && s->path.p[0] != '/')
        (void)fp_load_problem(l, s->loc, "server.path begins with /");
    if (fp_map_given(map, "restart.for") && !fp_map_given(map, "restart.at"))
        (void)fp_load_problem(l, s->loc, "restart.for needs restart.at");
    if (fp_map_given(map, "say.bytes") && !fp_map_given(map, "say.every"))
        (void)fp_load_problem(l, s->loc, "say.bytes needs say.every");
    check_cors(l, s);
    if (c->protocols == 1U << FP_PLAIN)
        check_only_plain(l, s, map);
}
