/* host_choice.h - the host profile that a command's word means: a file, or one
 * of the installed ones by its name.
 * Uses: base, scenario. */
#pragma once
#include "harness/cli/cli.h"
#include "harness/scenario/host_file.h"

/* The folder of the installed profiles appended; false when there is none. */
bool fp_hosts_locate(struct fp_buf *dir);
/* Prints what is wrong and returns an exit code: no such host (did you
 * mean …), or one with mistakes. */
int fp_host_choose(struct fp_host **out, const struct fp_args *a,
                   const char *word);
void fp_diags_print(const struct fp_diags *diags);
