/* notation.h - facts and cases in a few words, for tests only.
 * A line is `MS KIND key=value…` (keys: c=CONN r=REQ cls tr dir n sid name
 * hop text=to the end of the line) or one of the stage directions in
 * `directions` below. Lines need not be in order of time.
 * Uses: base, trace, model. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/base/alloc.h"
#include "harness/base/clock.h"
#include "harness/judge/judge_private.h"

enum { NOTED_MAX = 4000 };

struct noted {
    struct fp_fact facts[NOTED_MAX];
    size_t n;
    int64_t published; /* the last number */
    struct fp_arena arena;
    bool plain;
};

static inline struct fp_fact *
note_add(struct noted *t, double ms, enum fp_fact_kind kind)
{
    assert_true(t->n < NOTED_MAX);
    struct fp_fact *f = &t->facts[t->n++];
    *f = (struct fp_fact){
        .t_ns = (uint64_t)(ms * FP_NS_PER_MS),
        .kind = kind,
        .at = kind <= FP_FACT_END    ? FP_AT_RUN
              : kind <= FP_FACT_SAID ? FP_AT_SERVER
                                     : FP_AT_HOP,
        .n = FP_N_ABSENT,
    };
    return f;
}

static inline uint64_t note_number(struct fp_str s)
{
    uint64_t v = 0;
    if (!fp_str_to_u64(s, &v))
        fail_msg("not a number: '%.*s'", FP_STR_ARG(s));
    return v;
}

static inline void note_key(struct noted *t, struct fp_fact *f,
                            struct fp_str key, struct fp_str value)
{
    static const char *const classes[] = {
        "other", "attempt", "probe", "handshake", "poll", "post", "preflight"};
    struct fp_str kept = fp_arena_str(&t->arena, value);
    if (fp_str_eqz(key, "c"))
        f->conn = (uint32_t)note_number(value);
    else if (fp_str_eqz(key, "r"))
        f->req = (uint32_t)note_number(value);
    else if (fp_str_eqz(key, "hop"))
        f->hop = (unsigned)note_number(value);
    else if (fp_str_eqz(key, "n"))
        f->n = (int64_t)note_number(value);
    else if (fp_str_eqz(key, "code"))
        f->n = -(int64_t)note_number(value);
    else if (fp_str_eqz(key, "tr"))
        f->transport = fp_str_eqz(value, "ws") ? FP_WEBSOCKET : FP_POLLING;
    else if (fp_str_eqz(key, "dir"))
        f->dir = fp_str_eqz(value, "down") ? FP_DOWN : FP_UP;
    else if (fp_str_eqz(key, "sid"))
        f->sid = kept;
    else if (fp_str_eqz(key, "name"))
        f->name = kept;
    else if (fp_str_eqz(key, "text"))
        f->text = kept;
    else if (fp_str_eqz(key, "cls"))
        for (size_t i = 0; i < FP_COUNT(classes); i++)
            f->cls = fp_str_eqz(value, classes[i]) ? (enum fp_request_class)i
                                                   : f->cls;
    else
        fail_msg("unknown key '%.*s'", FP_STR_ARG(key));
}

static inline void
note_keys(struct noted *t, struct fp_fact *f, struct fp_str rest)
{
    while (rest.n > 0) {
        struct fp_str value, key = fp_str_split(rest, '=', &value);
        struct fp_str tail = FP_STR_NONE;
        if (!fp_str_eqz(key, "text"))
            value = fp_str_split(value, ' ', &tail);
        note_key(t, f, key, value);
        rest = tail;
    }
}

/* "a b c": the words as numbers, and what follows. */
static inline void note_numbers(struct fp_str *rest, double *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct fp_str tail, word = fp_str_split(*rest, ' ', &tail);
        out[i] = (double)note_number(word);
        *rest = tail;
    }
}

static inline struct fp_fact *
note_wire(struct noted *t, double ms, enum fp_fact_kind kind, double conn,
          double req)
{
    struct fp_fact *f = note_add(t, ms, kind);
    f->conn = (uint32_t)conn;
    f->req = (uint32_t)req;
    return f;
}

static inline struct fp_fact *
note_request(struct noted *t, double ms, double conn, double req,
             enum fp_request_class cls)
{
    struct fp_fact *f = note_wire(t, ms, FP_FACT_REQUEST, conn, req);
    f->cls = cls;
    f->name = FP_STR("GET");
    f->transport = cls == FP_REQ_ATTEMPT || cls == FP_REQ_UPGRADE_PROBE
                       ? FP_WEBSOCKET
                       : FP_POLLING;
    f->text = f->transport == FP_WEBSOCKET ? FP_STR("/s/?transport=websocket")
                                           : FP_STR("/s/?transport=polling");
    return f;
}

static inline void
note_answer(struct noted *t, double ms, double conn, double req, int64_t status)
{
    note_wire(t, ms, FP_FACT_RESPONSE, conn, req)->n = status;
    struct fp_fact *end = note_wire(t, ms, FP_FACT_RESPONSE_END, conn, req);
    end->n = status;
    end->name = FP_STR("complete");
    if (status >= 400)
        end->text = FP_STR("{\"code\":3,\"message\":\"Bad request\"}");
}

/* -- stage directions --------------------------------------------------- */

/* start T: the client begins. */
static inline void dir_start(struct noted *t, struct fp_str rest)
{
    double a[1];
    note_numbers(&rest, a, 1);
    note_add(t, a[0], FP_FACT_CLIENT_START);
}

/* refused T CONN: an attempt, answered 400. */
static inline void dir_refused(struct noted *t, struct fp_str rest)
{
    double a[2];
    note_numbers(&rest, a, 2);
    note_request(t, a[0], a[1], 1, FP_REQ_ATTEMPT);
    note_answer(t, a[0] + 2, a[1], 1, 400);
}

/* hung T UNTIL CONN: an attempt that the client gives up. */
static inline void dir_hung(struct noted *t, struct fp_str rest)
{
    double a[3];
    note_numbers(&rest, a, 3);
    note_request(t, a[0], a[2], 1, FP_REQ_ATTEMPT);
    note_wire(t, a[1], FP_FACT_CONN_CLOSE, a[2], 0)->dir = FP_UP;
}

static inline void note_session(struct noted *t, double ms, double conn,
                                struct fp_str sid, enum fp_transport tr)
{
    struct fp_fact *f = note_wire(t, ms, FP_FACT_SESSION_OPEN, conn, 1);
    f->sid = sid;
    f->transport = tr;
    if (!t->plain)
        note_wire(t, ms + 2, FP_FACT_JOINED, conn, 1)->sid = sid;
}

/* ws T CONN SID: an attempt that opens a session. */
static inline void dir_ws(struct noted *t, struct fp_str rest)
{
    double a[2];
    note_numbers(&rest, a, 2);
    struct fp_str sid = fp_arena_str(&t->arena, rest);
    note_request(t, a[0], a[1], 1, FP_REQ_ATTEMPT);
    note_wire(t, a[0] + 1, FP_FACT_WS_OPEN, a[1], 1)->name = FP_STR("valid");
    note_session(t, a[0] + 2, a[1], sid, FP_WEBSOCKET);
}

/* silent T UNTIL CONN: a 101, then nothing until the client closes. */
static inline void dir_silent(struct noted *t, struct fp_str rest)
{
    double a[3];
    note_numbers(&rest, a, 3);
    note_request(t, a[0], a[2], 1, FP_REQ_ATTEMPT);
    note_wire(t, a[0] + 1, FP_FACT_WS_OPEN, a[2], 1)->name = FP_STR("valid");
    note_wire(t, a[1], FP_FACT_CONN_CLOSE, a[2], 0)->dir = FP_UP;
}

/* cut T CONN SID: its WebSocket ends. */
static inline void dir_cut(struct noted *t, struct fp_str rest)
{
    double a[2];
    note_numbers(&rest, a, 2);
    note_wire(t, a[0], FP_FACT_CONN_CLOSE, a[1], 0)->dir = FP_DOWN;
    struct fp_fact *f = note_wire(t, a[0], FP_FACT_SESSION_END, a[1], 1);
    f->dir = FP_DOWN;
    f->name = FP_STR("ws-closed");
    f->sid = fp_arena_str(&t->arena, rest);
}

/* poll T CONN SID: a polling session. */
static inline void dir_poll(struct noted *t, struct fp_str rest)
{
    double a[2];
    note_numbers(&rest, a, 2);
    struct fp_str sid = fp_arena_str(&t->arena, rest);
    note_request(t, a[0], a[1], 1, FP_REQ_HANDSHAKE);
    note_answer(t, a[0] + 1, a[1], 1, 200);
    note_session(t, a[0] + 1, a[1], sid, FP_POLLING);
}

static inline struct fp_fact *
note_probe(struct noted *t, double ms, double conn, struct fp_str sid)
{
    struct fp_fact *f = note_request(t, ms, conn, 1, FP_REQ_UPGRADE_PROBE);
    f->sid = fp_arena_str(&t->arena, sid);
    return f;
}

/* probe T CONN SID: an upgrade probe that is not answered. */
static inline void dir_probe(struct noted *t, struct fp_str rest)
{
    double a[2];
    note_numbers(&rest, a, 2);
    note_probe(t, a[0], a[1], rest);
}

/* probe-refused T CONN SID */
static inline void dir_probe_refused(struct noted *t, struct fp_str rest)
{
    double a[2];
    note_numbers(&rest, a, 2);
    note_probe(t, a[0], a[1], rest);
    note_answer(t, a[0] + 1, a[1], 1, 400);
}

/* upgrade T CONN SID: an upgrade probe that succeeds. */
static inline void dir_upgrade(struct noted *t, struct fp_str rest)
{
    double a[2];
    note_numbers(&rest, a, 2);
    struct fp_str sid = note_probe(t, a[0], a[1], rest)->sid;
    note_wire(t, a[0] + 1, FP_FACT_WS_OPEN, a[1], 1)->name = FP_STR("valid");
    note_wire(t, a[0] + 2, FP_FACT_SESSION_UPGRADED, a[1], 1)->sid = sid;
}

/* get T CONN SINCE FIRST LAST: GET /updates with those updates (0 0: none). */
static inline void dir_get(struct noted *t, struct fp_str rest)
{
    double a[5];
    note_numbers(&rest, a, 5);
    double req = a[0] + 1; /* distinct on its connection */
    struct fp_fact *f = note_request(t, a[0], a[1], req, FP_REQ_POLL);
    f->n = (int64_t)a[2];
    f->text = FP_STR("/updates?since=…");
    for (int64_t n = (int64_t)a[3]; n > 0 && n <= (int64_t)a[4]; n++) {
        struct fp_fact *d =
            note_wire(t, a[0] + 2, FP_FACT_DELIVERED, a[1], req);
        d->n = n;
        d->transport = FP_POLLING;
    }
    note_answer(t, a[0] + 2, a[1], req, 200);
}

/* pub FROM TO EVERY: updates are published. */
static inline void dir_pub(struct noted *t, struct fp_str rest)
{
    double a[3];
    note_numbers(&rest, a, 3);
    for (double ms = a[0]; ms <= a[1]; ms += a[2])
        note_add(t, ms, FP_FACT_PUBLISHED)->n = ++t->published;
}

/* flow FROM TO EVERY key=value…: published, and delivered 2 ms later. */
static inline void dir_flow(struct noted *t, struct fp_str rest)
{
    double a[3];
    note_numbers(&rest, a, 3);
    for (double ms = a[0]; ms <= a[1]; ms += a[2]) {
        note_add(t, ms, FP_FACT_PUBLISHED)->n = ++t->published;
        struct fp_fact *f = note_add(t, ms + 2, FP_FACT_DELIVERED);
        note_keys(t, f, rest);
        f->n = t->published;
    }
}

static const struct {
    const char *name;
    void (*act)(struct noted *t, struct fp_str rest);
} directions[] = {
    {"start", dir_start},     {"refused", dir_refused},
    {"hung", dir_hung},       {"ws", dir_ws},
    {"silent", dir_silent},   {"cut", dir_cut},
    {"poll", dir_poll},       {"probe", dir_probe},
    {"upgrade", dir_upgrade}, {"probe-refused", dir_probe_refused},
    {"get", dir_get},         {"pub", dir_pub},
    {"flow", dir_flow},
};

static inline void
note_fact_line(struct noted *t, double ms, struct fp_str rest)
{
    static const char *const kinds[] = {
#define FP_X(id, json, n, doc) json,
        FP_FACT_KINDS(FP_X)
#undef FP_X
    };
    struct fp_str keys, kind = fp_str_split(rest, ' ', &keys);
    for (size_t i = 0; i < FP_COUNT(kinds); i++) {
        if (!fp_str_eqz(kind, kinds[i]))
            continue;
        note_keys(t, note_add(t, ms, (enum fp_fact_kind)i), keys);
        return;
    }
    fail_msg("unknown kind '%.*s'", FP_STR_ARG(kind));
}

static inline void note_line(struct noted *t, struct fp_str line)
{
    struct fp_str rest, word = fp_str_split(line, ' ', &rest);
    uint64_t ms = 0;
    if (fp_str_to_u64(word, &ms)) {
        note_fact_line(t, (double)ms, rest);
        return;
    }
    for (size_t i = 0; i < FP_COUNT(directions); i++) {
        if (!fp_str_eqz(word, directions[i].name))
            continue;
        directions[i].act(t, rest);
        return;
    }
    fail_msg("unknown direction '%.*s'", FP_STR_ARG(word));
}

/* By time; what was noted first stays first. */
static inline void note_sort(struct noted *t)
{
    for (size_t i = 1; i < t->n; i++) {
        struct fp_fact f = t->facts[i];
        size_t k = i;
        for (; k > 0 && t->facts[k - 1].t_ns > f.t_ns; k--)
            t->facts[k] = t->facts[k - 1];
        t->facts[k] = f;
    }
}

/* Lines end with a newline or `;`. */
static inline void note_parse(struct noted *t, const char *text, bool plain)
{
    t->n = 0;
    t->published = 0;
    t->plain = plain;
    struct fp_str rest = fp_str_of(text);
    while (rest.n > 0) {
        struct fp_str line = fp_str_split(rest, '\n', &rest);
        while (line.n > 0) {
            struct fp_str one = fp_str_split(line, ';', &line);
            if (fp_str_trim(one).n > 0)
                note_line(t, fp_str_trim(one));
        }
    }
    note_sort(t);
}
