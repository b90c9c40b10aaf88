/* checks.h - combinations that can never be, refused before anything runs.
 * Uses: map. */
#pragma once
#include "harness/scenario/map.h"

/* map: as the fault was loaded, for which keys were given. */
void fp_check_fault(struct fp_load *l, const struct fp_fault *f,
                    const struct fp_map *map);
void fp_check_server(struct fp_load *l, const struct fp_case *c,
                     const struct fp_map *map);
/* What a case as a whole cannot ask for. */
void fp_check_case(struct fp_load *l, const struct fp_case *c);
/* The fault is over at some time: until, a last attempt, the n-th. */
bool fp_fault_ends(const struct fp_fault *f);
