/* SPDX-License-Identifier: MIT
 * cmd_help.c - `fallproof help`: the overview, a command, the man page. */
#include <string.h>

#include "harness/cli/output.h"

static const struct fp_option options[] = {
    {"man", 0, NULL, "the man page fallproof(1), in mdoc"},
};

static int run(const struct fp_args *a)
{
    struct fp_buf out = {0};
    if (fp_arg_flag(a, "man")) {
        fp_man_write(&out);
        return fp_output(stdout, &out);
    }
    if (a->n_words == 0) {
        fp_help_overview(&out);
        return fp_output(stdout, &out);
    }
    for (size_t i = 0; fp_commands[i] != NULL; i++) {
        if (strcmp(a->words[0], fp_commands[i]->name) == 0) {
            fp_help_write(&out, fp_commands[i]);
            return fp_output(stdout, &out);
        }
    }
    return fp_usage_error(a, "no command '%s'", a->words[0]);
}

const struct fp_command fp_cmd_help = {
    .name = "help",
    .summary = "this overview, or a command's help",
    .usage = "[COMMAND]",
    .about = "Prints the overview, the help of a command, or the man page.",
    .options = options,
    .n_options = FP_COUNT(options),
    .max_words = 1,
    .run = run,
};
