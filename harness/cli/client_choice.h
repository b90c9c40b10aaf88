/* client_choice.h - the client that a command line names: --client with its
 * configurations, or the words after --.
 * Uses: base, scenario/client_file, run. */
#pragma once
#include "harness/cli/cli.h"
#include "harness/run/run.h"
#include "harness/scenario/client_file.h"

struct fp_client_choice {
    struct fp_client_file *file;   /* NULL: the words after -- */
    struct fp_run_client *clients; /* one for each chosen configuration */
    size_t n;
    unsigned protocols;   /* bits that it speaks */
    struct fp_str absent; /* what it needs and this machine lacks: skip */
    struct fp_arena arena;
};

/* --client (reference unless said), --config (the first unless said; `all`),
 * or the words after --. Prints what is wrong and returns an exit code. */
int fp_client_choose(struct fp_client_choice *out, const struct fp_args *a);
void fp_client_choice_deinit(struct fp_client_choice *c);
