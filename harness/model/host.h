/* host.h - a host, as data: what is known about a product between client and
 * server, by whom and when, and the hops that behave so. From
 * fixtures/hosts/NAME.yaml; freed whole with its arena.
 * Uses: base, model/case. */
#pragma once
#include "harness/model/case.h"

/* One thing that is known: what the product does, and who says so. */
struct fp_claim {
    struct fp_loc loc;
    struct fp_str claim, value; /* "idle WebSocket", "60s, a bare FIN" */
    struct fp_str evidence;     /* documented, observed, reported */
    struct fp_str source;       /* a public URL */
    struct fp_str as_of;        /* 2026-11-24: when it was read or seen */
};

struct fp_host {
    struct fp_str name; /* the file's, without .yaml: "nginx-default" */
    struct fp_str file; /* as opened */
    struct fp_str text; /* the file, whole */
    struct fp_str title, what;
    struct fp_str as_of; /* of the profile as a whole */
    const struct fp_claim *claims;
    size_t n_claims;
    const struct fp_hop *hops;
    size_t n_hops;
    struct fp_arena arena; /* everything above lives here */
};

void fp_host_free(struct fp_host *h); /* NULL is fine */
