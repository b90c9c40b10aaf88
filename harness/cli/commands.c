/* SPDX-License-Identifier: MIT
 * commands.c - the commands, in the order that --help shows them. */
#include "harness/cli/cli.h"

const struct fp_command *const fp_commands[] = {
    &fp_cmd_run,   &fp_cmd_list,     &fp_cmd_explain,  &fp_cmd_hosts,
    &fp_cmd_judge, &fp_cmd_report,   &fp_cmd_baseline, &fp_cmd_serve,
    &fp_cmd_probe, &fp_cmd_selftest, &fp_cmd_schema,   &fp_cmd_help,
    NULL,
};
