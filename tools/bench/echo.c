/* SPDX-License-Identifier: MIT
 * echo.c - round trips of WebSocket messages through a proxy to `fallproof
 * serve --app echo`: how many a second, how long each. Prints one JSON line.
 * usage: fallproof-echo PORT CLIENTS SECONDS BYTES */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures/net/net.h"
#include "fixtures/wire/ws.h"
#include "harness/base/alloc.h"
#include "harness/base/clock.h"

enum { SAMPLES_MAX = 4 * 1000 * 1000, WARM_UP_MS = 300 };

struct echo;

struct client {
    struct echo *echo;
    struct fp_stream *stream;
    struct fp_ws_reader reader;
    bool open;
    uint64_t sent_ns;
};

struct echo {
    struct fp_loop *loop;
    struct fp_timer *over, *warm;
    struct client *clients;
    size_t n;
    uint16_t port;
    struct fp_buf message; /* a whole masked frame */
    bool measuring, failed;
    uint64_t seconds;
    uint32_t *samples_us;
    size_t n_samples;
};

static void ping(struct client *c)
{
    c->sent_ns = fp_clock_ns();
    fp_stream_write(c->stream, fp_buf_view(&c->echo->message));
}

static void on_message(struct client *c, struct fp_str text)
{
    struct echo *e = c->echo;
    if (text.n > 0 && text.p[0] == '4' && e->measuring &&
        e->n_samples < SAMPLES_MAX)
        e->samples_us[e->n_samples++] =
            (uint32_t)((fp_clock_ns() - c->sent_ns) / 1000);
    if (text.n > 0 && (text.p[0] == '4' || text.p[0] == '0'))
        ping(c);
}

static void on_data(void *user, struct fp_str bytes)
{
    struct client *c = user;
    if (!c->open) {
        size_t end = fp_str_find(bytes, FP_STR("\r\n\r\n"));
        if (!fp_str_starts(bytes, FP_STR("HTTP/1.1 101")) || end == bytes.n) {
            c->echo->failed = true;
            fp_loop_stop(c->echo->loop);
            return;
        }
        c->open = true;
        bytes = fp_str_from(bytes, end + 4);
    }
    struct fp_ws_event ev;
    fp_ws_reader_add(&c->reader, bytes);
    while (fp_ws_reader_next(&c->reader, &ev) == FP_IO_DONE)
        if (ev.type == FP_WS_EV_MESSAGE)
            on_message(c, ev.payload);
}

static void on_connect(void *user)
{
    struct client *c = user;
    char key[FP_WS_KEY_BYTES];
    struct fp_buf out = {0};
    fp_ws_key(key);
    fp_buf_printf(&out,
                  "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                  "Host: 127.0.0.1:%u\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                  "Sec-WebSocket-Version: 13\r\n\r\n",
                  c->echo->port, key);
    fp_stream_write(c->stream, fp_buf_view(&out));
    fp_buf_deinit(&out);
}

static void on_eof(void *user)
{
    struct client *c = user;
    c->echo->failed = true;
    fp_loop_stop(c->echo->loop);
}

static void on_error(void *user, int sys)
{
    (void)sys;
    on_eof(user);
}

static const struct fp_stream_ops ops = {
    .on_connect = on_connect,
    .on_data = on_data,
    .on_eof = on_eof,
    .on_error = on_error,
};

static void on_over(void *user)
{
    struct echo *e = user;
    fp_loop_stop(e->loop);
}

static void on_warm(void *user)
{
    struct echo *e = user;
    e->measuring = true;
    fp_timer_start(e->over, e->seconds * 1000);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void print(struct echo *e)
{
    qsort(e->samples_us, e->n_samples, sizeof *e->samples_us, compare);
    const size_t n = e->n_samples;
    (void)printf("{\"clients\":%zu,\"messages\":%zu,\"per_second\":%.0f,"
                 "\"p50_us\":%u,\"p99_us\":%u}\n",
                 e->n, n, (double)n / (double)e->seconds,
                 n == 0 ? 0 : e->samples_us[n / 2],
                 n == 0 ? 0 : e->samples_us[n * 99 / 100]);
}

static bool begin(struct echo *e)
{
    for (size_t i = 0; i < e->n; i++) {
        struct client *c = &e->clients[i];
        c->echo = e;
        fp_ws_reader_init(&c->reader, false, 1 << 20);
        if (fp_stream_connect(&c->stream, e->loop, "127.0.0.1", e->port, &ops,
                              c, NULL) != FP_OK)
            return false;
    }
    return true;
}

static void finish(struct echo *e)
{
    for (size_t i = 0; i < e->n; i++) {
        if (e->clients[i].stream != NULL)
            fp_stream_reset(e->clients[i].stream);
        fp_ws_reader_deinit(&e->clients[i].reader);
    }
    fp_timer_close(e->over);
    fp_timer_close(e->warm);
}

static uint64_t number(const char *text, uint64_t most)
{
    uint64_t n = 0;
    if (fp_str_to_u64(fp_str_of(text), &n) && n > 0 && n <= most)
        return n;
    (void)fprintf(stderr, "fallproof-echo: bad number '%s'\n", text);
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        (void)fputs("usage: fallproof-echo PORT CLIENTS SECONDS BYTES\n",
                    stderr);
        return 2;
    }
    static const uint8_t mask[4] = {9, 8, 7, 6};
    struct echo e = {.port = (uint16_t)number(argv[1], 65535),
                     .n = (size_t)number(argv[2], 1000),
                     .seconds = number(argv[3], 60)};
    size_t bytes = (size_t)number(argv[4], 65536);
    char *text = fp_calloc(1, bytes);
    e.clients = fp_calloc(e.n, sizeof *e.clients);
    e.samples_us = fp_calloc(SAMPLES_MAX, sizeof *e.samples_us);
    if (text == NULL || e.clients == NULL || e.samples_us == NULL ||
        fp_loop_new(&e.loop, NULL) != FP_OK)
        return 1;
    memset(text, 'x', bytes);
    text[0] = '4'; /* an Engine.IO message */
    fp_ws_write(&e.message, 0x80 | FP_WS_TEXT, (struct fp_str){text, bytes},
                mask);
    e.over = fp_timer_new(e.loop, on_over, &e);
    e.warm = fp_timer_new(e.loop, on_warm, &e);
    fp_timer_start(e.warm, WARM_UP_MS);
    if (begin(&e))
        fp_loop_run(e.loop);
    print(&e);
    finish(&e);
    bool leaked = fp_loop_free(e.loop, NULL) != FP_OK;
    fp_buf_deinit(&e.message);
    fp_free(text);
    fp_free(e.clients);
    fp_free(e.samples_us);
    return e.failed || leaked || e.n_samples == 0;
}
