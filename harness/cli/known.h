/* known.h - the known failures that a command line is about: those of the
 * client, and those of --baseline.
 * Uses: base, scenario/baseline, cli/client_choice. */
#pragma once
#include "harness/cli/cli.h"
#include "harness/cli/client_choice.h"
#include "harness/scenario/baseline.h"

struct fp_known {
    struct fp_baseline all;
    struct fp_baseline_file *files; /* one for each --baseline */
    size_t n_files;
};

/* Prints what is wrong and returns an exit code. The client's are borrowed. */
int fp_known_choose(struct fp_known *out, const struct fp_args *a,
                    const struct fp_client_choice *c);
void fp_known_deinit(struct fp_known *k);
/* One baseline file; absent_is_empty: where there is none, nothing is known. */
int fp_known_load(struct fp_baseline_file *out, const char *path,
                  bool absent_is_empty);
