/* client_env.h - the environment of a client (docs/plugin.md).
 * Uses: base, model, run. */
#pragma once
#include "harness/run/run.h"

/* In the client's temporary folder: how fast its clock ran, a line a process.
 */
#define FP_CLOCK_FILE "clock"

struct fp_client_env {
    const struct fp_run_item *item;
    uint16_t port;    /* of the first hop */
    const char *temp; /* becomes TMPDIR */
};

/* NULL-terminated NAME=VALUE: the FALLPROOF_ variables, then those of the
 * client's own configuration (which win), then what is inherited, without any
 * other FALLPROOF_. NULL when out of memory. Lives in arena. */
char **fp_client_env_make(const struct fp_client_env *env,
                          char *const *inherited, struct fp_arena *arena);
