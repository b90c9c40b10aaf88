/* SPDX-License-Identifier: MIT
 * cmd_schema.c - `fallproof schema`: the JSON Schema of a case, for editors. */
#include "harness/cli/output.h"
#include "harness/scenario/scenario.h"

static const struct fp_option options[] = {
    {"reference", 0, NULL, "the reference of every key, in Markdown, instead"},
};

static int run(const struct fp_args *a)
{
    struct fp_buf out = {0};
    if (fp_arg_flag(a, "reference"))
        fp_case_reference_write(&out);
    else
        fp_case_schema_write(&out);
    return fp_output(stdout, &out);
}

const struct fp_command fp_cmd_schema = {
    .name = "schema",
    .summary = "the JSON Schema of a case, for editors",
    .usage = "",
    .about = "Prints the schema (JSON Schema 2020-12). With the YAML language "
             "server, a first line in a case turns it on:\n"
             "  # yaml-language-server: $schema=case.schema.json",
    .options = options,
    .n_options = FP_COUNT(options),
    .run = run,
};
