/* fingerprint.h - which proxies and hosts an answer shows it came through.
 * Sources: the vendors' documentation, named in the table.
 * Uses: exchange (reading only). */
#pragma once
#include "harness/probe/exchange.h"

/* Names of hops that this head and body show, into names; how many. *down: a
 * host's own way of saying that no application answers, with what to do about
 * it; untouched when there is none. */
size_t
fp_fingerprint_find(const struct fp_http_head *head, struct fp_str body,
                    struct fp_hop_seen *hops, size_t cap, const char **down);
/* The same, added to what was seen before, each hop once. */
void fp_fingerprint(struct fp_observed *seen, const struct fp_exchange *x);
