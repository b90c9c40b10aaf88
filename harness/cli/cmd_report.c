/* SPDX-License-Identifier: MIT
 * cmd_report.c - `fallproof report`: stored results in another format. */
#include <string.h>

#include "harness/cli/html.h"
#include "harness/cli/known.h"
#include "harness/cli/output.h"
#include "reports/baseline.h"

static const struct fp_option options[] = {
    {"text", 0, NULL, "as `run` prints it (the default)"},
    {"junit", 0, "FILE", "JUnit XML to FILE (- is standard output)"},
    {"tap", 0, NULL, "TAP version 14"},
    {"json", 0, NULL, "JSON Lines, sorted and merged"},
    {"baseline", 'b', "FILE",
     "hold them against this instead; may be repeated"},
    {"html", 0, "FILE", "one HTML file for a browser (- is standard output)"},
    {"html-traces", 0, "WHICH",
     "timelines in it: problems (the default), all, none"},
    {"strict", 0, NULL, "a failed should counts as a failure"},
    {"verbose", 'v', NULL, "passing checks too"},
};

static int load(struct fp_results *all, const struct fp_args *a)
{
    for (size_t i = 0; i < a->n_words; i++) {
        struct fp_err err = {0};
        if (fp_results_load(all, a->words[i], &err) != FP_OK)
            return fp_report_error(a, &err);
    }
    fp_results_sort(all);
    return FP_EXIT_OK;
}

/* Holds the results against the files of --baseline, where there are any;
 * *unmatched: how many entries name a check that is not there. */
static int
hold(struct fp_results *all, const struct fp_args *a, size_t *unmatched)
{
    if (fp_arg(a, "baseline") == NULL)
        return FP_EXIT_OK;
    const struct fp_client_choice any = {0};
    struct fp_known known = {0};
    int code = fp_known_choose(&known, a, &any);
    if (code != FP_EXIT_OK)
        return code;
    for (size_t i = 0; i < all->n; i++)
        fp_baseline_apply(&known.all, &all->items[i]);
    struct fp_buf lines = {0};
    *unmatched = fp_baseline_write_unmatched(&lines, &known.all, all, false);
    fp_known_deinit(&known);
    return fp_output(stderr, &lines);
}

static void write_text(struct fp_buf *out, const struct fp_results *all,
                       const struct fp_args *a)
{
    const struct fp_text_style style = {
        .colour = fp_output_is_coloured(stdout),
        .verbose = fp_arg_flag(a, "verbose"),
        .strict = fp_arg_flag(a, "strict"),
        .width = fp_output_width(stdout),
    };
    for (size_t i = 0; i < all->n; i++)
        fp_text_write_case(out, &all->items[i], &style);
    fp_text_write_summary(out, all, &style);
}

static int write_html(const struct fp_results *all, const struct fp_args *a)
{
    struct fp_buf out = {0};
    int code = fp_html_render(&out, all, a, a->words, a->n_words);
    return code != FP_EXIT_OK ? code
                              : fp_output_file(a, fp_arg(a, "html"), &out);
}

static int render(const struct fp_results *all, const struct fp_args *a)
{
    const bool strict = fp_arg_flag(a, "strict");
    const char *junit = fp_arg(a, "junit");
    struct fp_buf out = {0};
    if (junit != NULL) {
        fp_junit_write(&out, all, strict);
        int code = fp_output_file(a, junit, &out);
        if (code != FP_EXIT_OK || strcmp(junit, "-") == 0)
            return code;
    }
    if (fp_arg(a, "html") != NULL) {
        int code = write_html(all, a);
        if (code != FP_EXIT_OK || strcmp(fp_arg(a, "html"), "-") == 0)
            return code;
    }
    if (fp_arg_flag(a, "json")) {
        for (size_t i = 0; i < all->n; i++) {
            fp_result_write_json(&out, &all->items[i]);
            fp_buf_char(&out, '\n');
        }
    } else if (fp_arg_flag(a, "tap")) {
        fp_tap_write(&out, all, strict);
    } else if ((junit == NULL && fp_arg(a, "html") == NULL) ||
               fp_arg_flag(a, "text")) {
        write_text(&out, all, a);
    }
    return fp_output(stdout, &out);
}

static int run(const struct fp_args *a)
{
    struct fp_results all = {0};
    size_t unmatched = 0;
    int code = load(&all, a);
    if (code == FP_EXIT_OK && all.n == 0)
        code = fp_usage_error(a, "no result in what was given");
    if (code == FP_EXIT_OK)
        code = hold(&all, a, &unmatched);
    if (code == FP_EXIT_OK)
        code = render(&all, a);
    if (code == FP_EXIT_OK && unmatched > 0)
        code = FP_EXIT_UNEXPECTED;
    if (code == FP_EXIT_OK)
        code = fp_results_exit_code(&all, fp_arg_flag(a, "strict"), false);
    fp_results_deinit(&all);
    return code;
}

const struct fp_command fp_cmd_report = {
    .name = "report",
    .summary = "stored results in another format",
    .usage = "RESULTS.jsonl…",
    .about = "Renders results.jsonl of one or many runs, merged, as text, "
             "JUnit, TAP, JSON Lines or HTML. Exits as the run itself would; "
             "with --baseline, as a run with that baseline would.\n"
             "\n"
             "The HTML file needs nothing else: cases by clients, each with "
             "its checks and, where the trace was kept, a timeline.",
    .options = options,
    .n_options = FP_COUNT(options),
    .min_words = 1,
    .max_words = SIZE_MAX,
    .run = run,
};
