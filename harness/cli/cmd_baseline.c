/* SPDX-License-Identifier: MIT
 * cmd_baseline.c - `fallproof baseline`: what failed in stored results, as a
 * list of known failures. */
#include "harness/base/utf8.h"
#include "harness/cli/known.h"
#include "harness/cli/output.h"
#include "reports/baseline.h"

static const struct fp_option options[] = {
    {"update", 'u', "FILE", "write it there; what people wrote in it is kept"},
    {"strict", 0, NULL, "a failed should too"},
};

static int load(struct fp_results *all, const struct fp_args *a)
{
    for (size_t i = 0; i < a->n_words; i++) {
        struct fp_err err = {0};
        if (fp_results_load(all, a->words[i], &err) != FP_OK)
            return fp_report_error(a, &err);
    }
    if (all->n == 0)
        return fp_usage_error(a, "no result in what was given");
    fp_results_sort(all);
    return FP_EXIT_OK;
}

static int
two_clients(const struct fp_args *a, struct fp_str one, struct fp_str other)
{
    return fp_usage_error(a,
                          "results of '%.*s' and of '%.*s': a baseline is "
                          "about one client",
                          FP_STR_ARG(one), FP_STR_ARG(other));
}

/* Entries name no client: what is known of one is not known of another. */
static int one_client(struct fp_str *client, const struct fp_results *all,
                      const struct fp_args *a)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_str name = all->items[i].client;
        if (client->p == NULL)
            *client = name;
        if (!fp_str_eq(*client, name))
            return two_clients(a, *client, name);
    }
    return FP_EXIT_OK;
}

/* The words of a command may hold anything, a comment may not. */
static void write_head(struct fp_buf *out, struct fp_str name)
{
    struct fp_buf client = {0};
    fp_utf8_scrub(&client, name);
    for (size_t i = 0; i < client.n; i++)
        if ((unsigned char)client.p[i] < 0x20 || client.p[i] == 0x7f)
            client.p[i] = ' ';
    fp_buf_printf(out,
                  "# What is known to fail (docs/baseline.md)\n"
                  "# client: %s\n",
                  fp_buf_cstr(&client));
    fp_buf_deinit(&client);
}

static int write(const struct fp_results *all, struct fp_str client,
                 const struct fp_args *a)
{
    const char *path = fp_arg(a, "update");
    struct fp_baseline_file old = {0};
    int code = path == NULL ? FP_EXIT_OK : fp_known_load(&old, path, true);
    if (code == FP_EXIT_OK) {
        struct fp_buf out = {0};
        write_head(&out, client);
        fp_baseline_write(&out, &old.known, all, fp_arg_flag(a, "strict"));
        code = path == NULL ? fp_output(stdout, &out)
                            : fp_output_file(a, path, &out);
    }
    fp_baseline_file_deinit(&old);
    return code;
}

static int run(const struct fp_args *a)
{
    struct fp_results all = {0};
    struct fp_str client = FP_STR_NONE;
    int code = load(&all, a);
    if (code == FP_EXIT_OK)
        code = one_client(&client, &all, a);
    if (code == FP_EXIT_OK)
        code = write(&all, client, a);
    fp_results_deinit(&all);
    return code;
}

const struct fp_command fp_cmd_baseline = {
    .name = "baseline",
    .summary = "what failed, as a list of known failures",
    .usage = "RESULTS.jsonl…",
    .about =
        "Prints a baseline that expects the failures of these results, for "
        "`run --baseline FILE`; with --update it is written to FILE, where "
        "why, link and until of what still fails are kept, what passed is "
        "dropped, and what these results are not about stays.\n"
        "\n"
        "Examples:\n"
        "  fallproof run --client socket.io-client-4 --config all\n"
        "  fallproof baseline fallproof-out/results.jsonl --update known.yaml\n"
        "  fallproof run --client socket.io-client-4 --config all "
        "--baseline known.yaml",
    .options = options,
    .n_options = FP_COUNT(options),
    .min_words = 1,
    .max_words = SIZE_MAX,
    .run = run,
};
