/* SPDX-License-Identifier: MIT
 * cmd_explain.c - `fallproof explain`: what a case will do, before it does. */
#include "harness/cli/output.h"
#include "harness/cli/selection.h"

static const struct fp_option options[] = {
    {"protocol", 'p', "NAME", "only this: engine.io-4, engine.io-3, plain"},
    {"cases", 0, "DIR", "look here instead of in the installed cases"},
};

static int run(const struct fp_args *a)
{
    struct fp_selection s = {0};
    int code = fp_select(&s, a, (1u << FP_PROTOCOLS) - 1);
    if (code != FP_EXIT_OK)
        return code;
    struct fp_buf out = {0};
    for (size_t i = 0; i < s.n; i++) {
        if (i > 0 && s.items[i].c == s.items[i - 1].c)
            continue; /* the same under every protocol */
        if (i > 0)
            fp_buf_char(&out, '\n');
        fp_case_explain(&out, s.items[i].c);
    }
    fp_selection_deinit(&s);
    return fp_output(stdout, &out);
}

const struct fp_command fp_cmd_explain = {
    .name = "explain",
    .summary = "what a case does and judges, and why",
    .usage = "CASE…",
    .about = "Shows the path, the faults, the planned timeline, the checks "
             "with what each judges, the reason and the specification.",
    .options = options,
    .n_options = FP_COUNT(options),
    .min_words = 1,
    .max_words = SIZE_MAX,
    .run = run,
};
