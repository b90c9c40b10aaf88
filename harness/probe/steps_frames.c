/* SPDX-License-Identifier: MIT
 * steps_frames.c - after the 101: the open packet, a ping, large frames,
 * silence. */
#include <stdio.h>
#include <string.h>

#include "fixtures/wire/random.h"
#include "fixtures/wire/ws.h"
#include "harness/base/clock.h"
#include "harness/probe/steps.h"

enum {
    OPEN_MS = 1000,
    KB = 1024,
    SMALL_BYTES = 16 * KB,
    LARGE_BYTES = 128 * KB,
    MAX_MESSAGE = 4 * 1024 * 1024
};

struct talk {
    struct fp_probe *p;
    struct fp_link *link;
    struct fp_ws_reader reader;
    struct fp_buf in;
    uint64_t last_ns; /* the last byte, either way */
    bool over;
};

enum want { WANT_OPEN, WANT_PONG, WANT_SILENCE };

/* -- sending ---------------------------------------------------------------*/

static void send_frame(struct talk *t, uint8_t first, struct fp_str payload)
{
    uint8_t mask[4];
    struct fp_buf out = {0};
    fp_wire_random(mask, sizeof mask);
    fp_ws_write(&out, first, payload, mask);
    t->last_ns = fp_clock_ns();
    (void)fp_link_send(t->link, fp_buf_view(&out),
                       t->last_ns + t->p->settings.timeout_ms * FP_NS_PER_MS);
    fp_buf_deinit(&out);
}

/* -- receiving -------------------------------------------------------------*/

static void on_close_frame(struct fp_ws_seen *seen, const struct fp_ws_event *e)
{
    seen->state = FP_WS_CLOSED;
    seen->code = e->code;
    (void)snprintf(seen->detail, sizeof seen->detail, "Close %u", e->code);
}

static bool is_open_packet(const struct fp_ws_event *e)
{
    return e->opcode == FP_WS_TEXT && fp_str_starts(e->payload, FP_STR("0{")) &&
           fp_str_find(e->payload, FP_STR("\"sid\"")) < e->payload.n;
}

/* True: what was wanted, or the end of the conversation. */
static bool take_event(struct talk *t, enum want want,
                       const struct fp_ws_event *e, struct fp_ws_seen *seen)
{
    if (e->type == FP_WS_EV_VIOLATION) {
        seen->state = FP_WS_BROKEN;
        (void)snprintf(seen->detail, sizeof seen->detail, "%s", e->rule);
        return true;
    }
    if (e->type == FP_WS_EV_CONTROL && e->opcode == FP_WS_CLOSE) {
        on_close_frame(seen, e);
        return true;
    }
    if (e->type == FP_WS_EV_CONTROL && e->opcode == FP_WS_PING)
        send_frame(t, 0x80 | FP_WS_PONG, e->payload);
    /* Revision 4: the server's heartbeat. */
    if (t->p->settings.protocol == FP_ENGINE_IO_4 &&
        e->type == FP_WS_EV_MESSAGE && fp_str_eqz(e->payload, "2"))
        send_frame(t, 0x80 | FP_WS_TEXT, FP_STR("3"));
    bool got = want == WANT_OPEN
                   ? is_open_packet(e)
                   : want == WANT_PONG && e->type == FP_WS_EV_CONTROL &&
                         e->opcode == FP_WS_PONG;
    if (got)
        seen->state = FP_WS_FINE;
    return got;
}

/* HTTP among the frames: an error page of a hop, or of a server that took the
 * connection and then thought better of it. */
static void name_garbage(struct talk *t, struct fp_ws_seen *seen,
                         const struct fp_buf *bytes)
{
    size_t at = fp_str_find(fp_buf_view(bytes), FP_STR("HTTP/1."));
    if (seen->state != FP_WS_BROKEN || at >= bytes->n)
        return;
    struct fp_str rest = FP_STR_NONE;
    struct fp_str line =
        fp_str_split(fp_str_from(fp_buf_view(bytes), at), '\r', &rest);
    (void)snprintf(seen->detail, sizeof seen->detail,
                   "an HTTP answer among the frames: %.*s",
                   FP_STR_ARG(fp_str_upto(line, 50)));
    (void)t;
}

static bool drain(struct talk *t, enum want want, struct fp_ws_seen *seen)
{
    struct fp_ws_event e;
    fp_ws_reader_add(&t->reader, fp_buf_view(&t->in));
    bool done = false;
    while (!done && fp_ws_reader_next(&t->reader, &e) == FP_IO_DONE)
        done = take_event(t, want, &e, seen);
    name_garbage(t, seen, &t->in);
    fp_buf_clear(&t->in);
    return done;
}

static void ended(struct fp_ws_seen *seen, enum fp_received r, enum want want)
{
    if (r == FP_RECEIVED_END)
        seen->state = FP_WS_ENDED;
    else if (r == FP_RECEIVED_RESET)
        seen->state = FP_WS_RESET;
    else
        seen->state = want == WANT_SILENCE ? FP_WS_FINE : FP_WS_SILENT;
}

static void
listen_for(struct talk *t, enum want want, uint64_t ms, struct fp_ws_seen *seen)
{
    uint64_t start = fp_clock_ns();
    uint64_t deadline = start + ms * FP_NS_PER_MS;
    *seen = (struct fp_ws_seen){0};
    bool done = drain(t, want, seen); /* what came with the 101 */
    while (!done) {
        enum fp_received r = fp_link_receive(t->link, &t->in, deadline);
        if (r != FP_RECEIVED) {
            ended(seen, r, want);
            break;
        }
        t->last_ns = fp_clock_ns();
        done = drain(t, want, seen);
    }
    seen->ms = (unsigned)((fp_clock_ns() - start) / FP_NS_PER_MS);
    t->over = seen->state != FP_WS_FINE;
}

/* -- saying ----------------------------------------------------------------*/

static void say(struct fp_probe *p, const char *name, const char *fine,
                const struct fp_ws_seen *seen)
{
    static const char *const states[] = {
        [FP_WS_NOT_TRIED] = "not tried",
        [FP_WS_FINE] = "",
        [FP_WS_SILENT] = "nothing came",
        [FP_WS_ENDED] = "the connection was closed without a Close frame",
        [FP_WS_RESET] = "the connection was reset",
        [FP_WS_CLOSED] = "closed: ",
        [FP_WS_BROKEN] = "not WebSocket: ",
    };
    bool ok = seen->state == FP_WS_FINE;
    fp_probe_say(p, ok ? FP_STEP_OK : FP_STEP_BAD, name, "%s%s (%u ms)",
                 ok ? fine : states[seen->state], seen->detail, seen->ms);
}

/* -- the steps -------------------------------------------------------------*/

static void open_packet(struct talk *t)
{
    struct fp_observed *seen = &t->p->seen;
    if (fp_protocol_is_engine_io(seen->protocol)) {
        listen_for(t, WANT_OPEN, OPEN_MS, &seen->open);
        say(t->p, "open packet", "Engine.IO's open packet", &seen->open);
        return;
    }
    seen->open.state = FP_WS_FINE; /* a plain server need not speak first */
}

static void ping(struct talk *t, const char *name, struct fp_ws_seen *seen)
{
    if (t->over)
        return;
    send_frame(t, 0x80 | FP_WS_PING, FP_STR("fallproof"));
    listen_for(t, WANT_PONG, t->p->settings.timeout_ms, seen);
    say(t->p, name, "Pong", seen);
}

/* A noop of that size, which a server throws away; the Pong behind it shows
 * that it passed. An application's own WebSocket might not throw it away. */
static void
large(struct talk *t, size_t bytes, const char *name, struct fp_ws_seen *seen)
{
    const uint64_t limit = t->p->seen.max_payload_bytes;
    if (t->over || !fp_protocol_is_engine_io(t->p->seen.protocol) ||
        (limit > 0 && bytes > limit))
        return;
    struct fp_buf noop = {0};
    fp_buf_char(&noop, '6');
    char *room = fp_buf_room(&noop, bytes);
    if (room != NULL) {
        memset(room, '0', bytes);
        fp_buf_grow(&noop, bytes);
        send_frame(t, 0x80 | FP_WS_TEXT, fp_buf_view(&noop));
        ping(t, name, seen);
    }
    fp_buf_deinit(&noop);
}

static void idle(struct talk *t)
{
    struct fp_probe *p = t->p;
    if (t->over || p->settings.idle_ms == 0)
        return;
    p->seen.idle_asked_ms = p->settings.idle_ms;
    t->last_ns = fp_clock_ns();
    listen_for(t, WANT_SILENCE, p->settings.idle_ms, &p->seen.idle);
    if (t->over)
        p->seen.idle.ms =
            (unsigned)((fp_clock_ns() - t->last_ns) / FP_NS_PER_MS);
    say(p, "idle", "still open; only heartbeats and updates passed",
        &p->seen.idle);
    struct fp_ws_seen after = {0};
    ping(t, "ping after idle", &after);
    if (after.state != FP_WS_FINE && after.state != FP_WS_NOT_TRIED)
        p->seen.idle = after;
}

void fp_probe_frames(struct fp_probe *p, struct fp_exchange *x)
{
    struct talk t = {.p = p, .link = &x->link};
    fp_ws_reader_init(&t.reader, false, MAX_MESSAGE);
    fp_buf_str(&t.in, fp_str_from(fp_buf_view(&x->raw), x->head_bytes));
    t.last_ns = fp_clock_ns();
    open_packet(&t);
    ping(&t, "ping", &p->seen.pong);
    large(&t, SMALL_BYTES, "16 KB frame", &p->seen.frame_16k);
    large(&t, LARGE_BYTES, "128 KB frame", &p->seen.frame_128k);
    idle(&t);
    if (!t.over)
        send_frame(&t, 0x80 | FP_WS_CLOSE, FP_STR("\x03\xe8"));
    fp_ws_reader_deinit(&t.reader);
    fp_buf_deinit(&t.in);
}
