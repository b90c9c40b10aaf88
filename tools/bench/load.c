/* SPDX-License-Identifier: MIT
 * load.c - many Socket.IO clients by WebSocket: how fast they connect, how late
 * a broadcast reaches them. Prints a JSON line when all have joined and one at
 * the end; tools/bench/servers.py drives it.
 * usage: fallproof-load PORT CLIENTS SECONDS [IN-FLIGHT] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "fixtures/net/net.h"
#include "fixtures/wire/eio.h"
#include "fixtures/wire/sio.h"
#include "fixtures/wire/ws.h"
#include "harness/base/alloc.h"
#include "harness/base/clock.h"

enum { LATENCIES_MAX = 8 * 1000 * 1000, CONNECT_SECONDS_MAX = 60 };

struct load;

enum client_state { CONNECTING, HANDSHAKE, JOINING, JOINED, DEAD };

struct client {
    struct load *load;
    struct fp_stream *stream;
    struct fp_ws_reader reader;
    enum client_state state;
};

struct load {
    struct fp_loop *loop;
    struct fp_timer *over, *patience;
    struct client *clients;
    uint16_t port;
    size_t n, begun, joined, dead, in_flight, in_flight_max;
    uint64_t seconds, began_ns, connected_ns;
    bool measuring;
    int64_t *latencies_ms;
    size_t n_latencies;
};

static void begin_more(struct load *l);

static void settle(struct client *c)
{
    c->load->in_flight--;
    begin_more(c->load);
}

static void lose(struct client *c)
{
    bool pending = c->state != JOINED;
    if (c->state == DEAD)
        return;
    c->state = DEAD;
    c->load->dead++;
    fp_stream_reset(c->stream);
    c->stream = NULL;
    if (pending)
        settle(c);
}

static void send_text(struct client *c, struct fp_str text)
{
    static const uint8_t mask[4] = {1, 2, 3, 4};
    struct fp_buf out = {0};
    fp_ws_write(&out, 0x80 | FP_WS_TEXT, text, mask);
    fp_stream_write(c->stream, fp_buf_view(&out));
    fp_buf_deinit(&out);
}

/* Servers count t_ms from a moment of their own. The first client to get a
 * broadcast has it within the millisecond, so the smallest difference seen is
 * that moment's distance, and is taken off in print(). */
static void on_update(struct load *l, struct fp_str data)
{
    const struct fp_str key = FP_STR("\"t_ms\":");
    size_t at = fp_str_find(data, key);
    if (!l->measuring || at == data.n || l->n_latencies == LATENCIES_MAX)
        return;
    l->latencies_ms[l->n_latencies++] =
        (int64_t)(fp_clock_ns() / FP_NS_PER_MS) -
        strtoll(data.p + at + key.n, NULL, 10);
}

static void on_joined(struct client *c)
{
    struct load *l = c->load;
    c->state = JOINED;
    if (++l->joined == l->n) {
        l->connected_ns = fp_clock_ns();
        l->measuring = true;
        (void)printf("{\"joined\":%zu,\"connect_s\":%.4f}\n", l->joined,
                     (double)(l->connected_ns - l->began_ns) / 1e9);
        (void)fflush(stdout);
        fp_timer_start(l->over, l->seconds * 1000);
    }
    settle(c);
}

static void on_text(struct client *c, struct fp_str text)
{
    if (c->state == JOINING && fp_str_starts(text, FP_STR("0{")))
        send_text(c, FP_STR("40"));
    else if (c->state == JOINING && fp_str_starts(text, FP_STR("40")))
        on_joined(c);
    else if (fp_str_eq(text, FP_STR("2")))
        send_text(c, FP_STR("3"));
    else if (fp_str_starts(text, FP_STR("42")))
        on_update(c->load, text);
}

static void on_frames(struct client *c, struct fp_str bytes)
{
    struct fp_ws_event ev;
    fp_ws_reader_add(&c->reader, bytes);
    while (c->state != DEAD &&
           fp_ws_reader_next(&c->reader, &ev) == FP_IO_DONE) {
        if (ev.type == FP_WS_EV_MESSAGE)
            on_text(c, ev.payload);
        else if (ev.type == FP_WS_EV_VIOLATION || ev.opcode == FP_WS_CLOSE)
            lose(c);
    }
}

static void on_data(void *user, struct fp_str bytes)
{
    struct client *c = user;
    if (c->state != HANDSHAKE) {
        on_frames(c, bytes);
        return;
    }
    size_t end = fp_str_find(bytes, FP_STR("\r\n\r\n"));
    if (!fp_str_starts(bytes, FP_STR("HTTP/1.1 101")) || end == bytes.n) {
        lose(c);
        return;
    }
    c->state = JOINING;
    on_frames(c, fp_str_from(bytes, end + 4));
}

static void on_connect(void *user)
{
    struct client *c = user;
    char key[FP_WS_KEY_BYTES];
    struct fp_buf out = {0};
    fp_ws_key(key);
    fp_buf_printf(&out,
                  "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                  "Host: 127.0.0.1:%u\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                  "Sec-WebSocket-Version: 13\r\n\r\n",
                  c->load->port, key);
    c->state = HANDSHAKE;
    fp_stream_write(c->stream, fp_buf_view(&out));
    fp_buf_deinit(&out);
}

static void on_eof(void *user) { lose(user); }

static void on_error(void *user, int sys)
{
    (void)sys;
    lose(user);
}

static const struct fp_stream_ops ops = {
    .on_connect = on_connect,
    .on_data = on_data,
    .on_eof = on_eof,
    .on_error = on_error,
};

static void begin_one(struct load *l)
{
    struct client *c = &l->clients[l->begun++];
    c->load = l;
    fp_ws_reader_init(&c->reader, false, 1 << 20);
    l->in_flight++;
    if (fp_stream_connect(&c->stream, l->loop, "127.0.0.1", l->port, &ops, c,
                          NULL) == FP_OK)
        return;
    c->state = DEAD;
    l->dead++;
    l->in_flight--;
}

static void begin_more(struct load *l)
{
    while (l->begun < l->n && l->in_flight < l->in_flight_max)
        begin_one(l);
}

static void on_over(void *user)
{
    struct load *l = user;
    fp_loop_stop(l->loop);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static long long percentile(const struct load *l, double p)
{
    size_t i = (size_t)(p * (double)l->n_latencies);
    if (l->n_latencies == 0)
        return 0;
    i = i < l->n_latencies ? i : l->n_latencies - 1;
    return l->latencies_ms[i] - l->latencies_ms[0];
}

static void print(struct load *l)
{
    qsort(l->latencies_ms, l->n_latencies, sizeof *l->latencies_ms, compare);
    (void)printf("{\"joined\":%zu,\"lost\":%zu,\"updates\":%zu,"
                 "\"p50_ms\":%lld,\"p99_ms\":%lld,\"max_ms\":%lld}\n",
                 l->joined, l->dead, l->n_latencies, percentile(l, 0.5),
                 percentile(l, 0.99), percentile(l, 1));
}

static void close_all(struct load *l)
{
    for (size_t i = 0; i < l->begun; i++) {
        if (l->clients[i].stream != NULL && l->clients[i].state != DEAD)
            fp_stream_reset(l->clients[i].stream);
        fp_ws_reader_deinit(&l->clients[i].reader);
    }
    fp_timer_close(l->over);
    fp_timer_close(l->patience);
}

static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static uint64_t number(const char *text, uint64_t least, uint64_t most)
{
    uint64_t n = 0;
    if (fp_str_to_u64(fp_str_of(text), &n) && n >= least && n <= most)
        return n;
    (void)fprintf(stderr, "fallproof-load: '%s' is not from %llu to %llu\n",
                  text, (unsigned long long)least, (unsigned long long)most);
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc < 4 || argc > 5) {
        (void)fputs("usage: fallproof-load PORT CLIENTS SECONDS [IN-FLIGHT]\n",
                    stderr);
        return 2;
    }
    struct load l = {
        .port = (uint16_t)number(argv[1], 1, 65535),
        .n = (size_t)number(argv[2], 1, 20000),
        .seconds = number(argv[3], 1, 120),
        .in_flight_max = argc == 5 ? (size_t)number(argv[4], 1, 1000) : 100,
    };
    struct fp_err err = {0};
    raise_file_limit();
    if (fp_loop_new(&l.loop, &err) != FP_OK) {
        (void)fprintf(stderr, "fallproof-load: %s\n", err.msg);
        return 1;
    }
    l.clients = fp_calloc(l.n, sizeof *l.clients);
    l.latencies_ms = fp_calloc(LATENCIES_MAX, sizeof *l.latencies_ms);
    l.over = fp_timer_new(l.loop, on_over, &l);
    l.patience = fp_timer_new(l.loop, on_over, &l);
    if (l.clients == NULL || l.latencies_ms == NULL || l.over == NULL)
        return 1;
    l.began_ns = fp_clock_ns();
    fp_timer_start(l.patience, (CONNECT_SECONDS_MAX + l.seconds) * 1000);
    begin_more(&l);
    fp_loop_run(l.loop);
    print(&l);
    close_all(&l);
    int code = fp_loop_free(l.loop, &err) == FP_OK && l.joined == l.n ? 0 : 1;
    fp_free(l.clients);
    fp_free(l.latencies_ms);
    return code;
}
