/* path.h - hops with faults, as a case and a host profile write them.
 * Uses: checks, map. */
#pragma once
#include "harness/scenario/map.h"

enum { FP_MAX_HOPS = 8 };

/* An item `NAME` or `NAME: {…}`: its name, and what it says. */
struct fp_item {
    struct fp_str name;
    struct fp_loc loc;
    struct fp_node body;
};
bool fp_item_read(struct fp_load *l, const struct fp_node *v,
                  const char *example, struct fp_item *out);
bool fp_item_is_list(struct fp_load *l, const char *key,
                     const struct fp_node *v, size_t most);

/* Where hops are put: a case's, a profile's. */
struct fp_path {
    const char *key; /* "path", "hops" */
    const struct fp_hop **hops;
    size_t *n;
    const struct fp_host_text **hosts; /* profiles named; NULL: none may be */
    size_t *n_hosts;
};
/* hops[n] has a name of its own, or it is a problem. */
void fp_path_check_name(struct fp_load *l, const struct fp_hop *hops, size_t n);
/* v: a list of hops; none of them: one hop without faults, named "direct". */
void fp_path_load(struct fp_load *l, const struct fp_path *to,
                  const struct fp_node *v);
