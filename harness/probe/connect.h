/* connect.h - a connection as libcurl opens it: resolved, through the proxy
 * that the environment names, with a verified certificate; then its bytes are
 * ours. Blocking, with deadlines.
 * Uses: base, libcurl (CURLOPT_CONNECT_ONLY). */
#pragma once
#include "harness/probe/probe.h"

struct fp_link {
    void *curl; /* CURL * */
    int fd;
};

enum fp_received {
    FP_RECEIVED, /* *n bytes */
    FP_RECEIVED_END,
    FP_RECEIVED_RESET,
    FP_RECEIVED_NOTHING, /* until the deadline */
};

/* Once per process. */
FP_MUST_USE enum fp_status fp_link_global_init(struct fp_err *err);

/* Always a fresh connection; *reach says how it went, also when it failed.
 * false: not open, nothing to close. */
bool fp_link_open(struct fp_link *l, const struct fp_probe *p,
                  struct fp_reach *reach);
/* All of it, until the deadline (fp_clock_ns). */
bool fp_link_send(struct fp_link *l, struct fp_str bytes, uint64_t deadline_ns);
enum fp_received
fp_link_receive(struct fp_link *l, struct fp_buf *into, uint64_t deadline_ns);
void fp_link_close(struct fp_link *l);
