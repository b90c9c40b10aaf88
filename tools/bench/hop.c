/* SPDX-License-Identifier: MIT
 * hop.c - one hop without faults in front of a port, until interrupted, for
 * tools/bench/proxies.py. Prints its own port.
 * usage: fallproof-hop UPSTREAM-PORT [traced] */
#include <stdio.h>
#include <string.h>

#include "fixtures/hop/hop.h"
#include "harness/base/clock.h"

struct bench {
    struct fp_loop *loop;
    struct fp_hop_proxy *hop;
    struct fp_stop *stop;
};

static void on_stop(void *user)
{
    struct bench *b = user;
    fp_hop_close(b->hop);
    fp_stop_close(b->stop);
}

static int run(struct bench *b, uint16_t upstream, struct fp_trace *trace,
               struct fp_err *err)
{
    const struct fp_hop hop = {.name = FP_STR("bench")};
    const struct fp_hop_open open = {.hop = &hop,
                                     .address = "127.0.0.1",
                                     .upstream_port = upstream,
                                     .path = FP_STR("/socket.io/"),
                                     .time_scale = 1,
                                     .trace = trace};
    if (fp_loop_new(&b->loop, err) != FP_OK)
        return 1;
    if (fp_stop_open(&b->stop, b->loop, on_stop, b, err) != FP_OK ||
        fp_hop_open(&b->hop, b->loop, &open, err) != FP_OK)
        return 1;
    (void)printf("%u\n", fp_hop_port(b->hop));
    (void)fflush(stdout);
    fp_loop_run(b->loop);
    return fp_loop_free(b->loop, err) == FP_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    uint64_t upstream = 0;
    if (argc < 2 || !fp_str_to_u64(fp_str_of(argv[1]), &upstream) ||
        upstream == 0 || upstream > 65535) {
        (void)fputs("usage: fallproof-hop UPSTREAM-PORT [traced]\n", stderr);
        return 2;
    }
    struct bench b = {0};
    struct fp_err err = {0};
    struct fp_trace *trace = NULL;
    if (argc == 3 && strcmp(argv[2], "traced") == 0 &&
        fp_trace_new(&trace, fp_clock_ns(), &err) != FP_OK)
        return 1;
    int code = run(&b, (uint16_t)upstream, trace, &err);
    if (code != 0)
        (void)fprintf(stderr, "fallproof-hop: %s\n", err.msg);
    fp_trace_free(trace);
    return code;
}
