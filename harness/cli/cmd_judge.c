/* SPDX-License-Identifier: MIT
 * cmd_judge.c - `fallproof judge`: a stored trace, judged again. */
#include "harness/cli/output.h"
#include "harness/run/run.h"

static const struct fp_option options[] = {
    {"strict", 0, NULL, "a failed should counts as a failure"},
    {"json", 0, NULL, "the result as one line of JSON"},
    {"verbose", 'v', NULL, "passing checks too"},
};

static int judge(struct fp_results *all, const struct fp_args *a)
{
    for (size_t i = 0; i < a->n_words; i++) {
        struct fp_err err = {0};
        struct fp_case_result r = {0};
        if (fp_run_judge_trace(a->words[i], &r, &err) != FP_OK)
            return fp_report_error(a, &err);
        r.verdict =
            fp_case_verdict(r.checks, r.n_checks, fp_arg_flag(a, "strict"));
        enum fp_status status = fp_results_add(all, &r);
        fp_case_result_deinit(&r);
        if (status != FP_OK)
            return FP_EXIT_HARNESS;
    }
    return FP_EXIT_OK;
}

static int run(const struct fp_args *a)
{
    const bool strict = fp_arg_flag(a, "strict");
    const struct fp_text_style style = {
        .colour = fp_output_is_coloured(stdout),
        .verbose = fp_arg_flag(a, "verbose"),
        .strict = strict,
        .width = fp_output_width(stdout),
    };
    struct fp_results all = {0};
    struct fp_buf out = {0};
    int code = judge(&all, a);
    for (size_t i = 0; i < all.n; i++) {
        if (fp_arg_flag(a, "json")) {
            fp_result_write_json(&out, &all.items[i]);
            fp_buf_char(&out, '\n');
        } else {
            fp_text_write_case(&out, &all.items[i], &style);
        }
    }
    if (code == FP_EXIT_OK)
        code = fp_results_exit_code(&all, strict, false);
    fp_results_deinit(&all);
    int written = fp_output(stdout, &out);
    return written != FP_EXIT_OK ? written : code;
}

const struct fp_command fp_cmd_judge = {
    .name = "judge",
    .summary = "judge a stored trace again",
    .usage = "TRACE…",
    .about = "A trace holds the case and every fact, so the same file always "
             "gives the same verdicts, here and on any other machine.",
    .options = options,
    .n_options = FP_COUNT(options),
    .min_words = 1,
    .max_words = SIZE_MAX,
    .run = run,
};
