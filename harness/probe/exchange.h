/* exchange.h - one request, one answer, on a connection of its own; every byte
 * of both is kept.
 * Spec: RFC 9112. Uses: base, wire, connect. */
#pragma once
#include "fixtures/wire/http1.h"
#include "harness/probe/connect.h"

enum { FP_EXCHANGE_BYTES = 256 * 1024 };

struct fp_exchange {
    struct fp_link link;      /* open after a 101, else closed */
    struct fp_buf raw;        /* from the final head on */
    struct fp_http_head head; /* borrows from raw; valid when status > 0 */
    size_t head_bytes;
    struct fp_buf body;
    enum fp_end end;
    unsigned ms;
    unsigned interim; /* 1xx answers before it */
};

/* Send, read one answer within the settings' time. shown: the request without
 * the user's secrets, for --verbose. */
void fp_exchange_run(struct fp_exchange *x, struct fp_probe *p,
                     struct fp_str request, struct fp_str shown);
void fp_exchange_deinit(struct fp_exchange *x);

/* What a diagnosis needs of it. */
void fp_answer_take(struct fp_answer *a, const struct fp_exchange *x);
/* "400 Bad Request, text/html, 12 bytes: …" or "closed without an answer". */
void fp_answer_write(struct fp_buf *out, const struct fp_answer *a);
