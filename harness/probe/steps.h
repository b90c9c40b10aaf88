/* steps.h - the steps of one probe, by what they are about.
 * Uses: exchange, request. */
#pragma once
#include "harness/probe/exchange.h"
#include "harness/probe/request.h"

/* In this order: */
void fp_probe_polling(struct fp_probe *p); /* and the connection itself */
void fp_probe_preflight(struct fp_probe *p);
void fp_probe_upgrade(struct fp_probe *p);

/* Parts of them. */
void fp_probe_session(struct fp_probe *p, struct fp_str sid);
void fp_probe_cors_answer(struct fp_probe *p, const struct fp_http_head *head);
/* After a right 101: speaks WebSocket on x's open connection. */
void fp_probe_frames(struct fp_probe *p, struct fp_exchange *x);

void fp_probe_ask_poll(struct fp_probe *p, const struct fp_poll_request *poll,
                       struct fp_exchange *x, struct fp_answer *a);
void fp_probe_say_answer(struct fp_probe *p, bool good, const char *name,
                         const struct fp_answer *a);
