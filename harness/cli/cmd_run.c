/* SPDX-License-Identifier: MIT
 * cmd_run.c - `fallproof run`: cases, a client behind them, verdicts. */
#include <stdio.h>
#include <string.h>

#include "harness/base/alloc.h"
#include "harness/base/clock.h"
#include "harness/cli/client_choice.h"
#include "harness/cli/host_choice.h"
#include "harness/cli/html.h"
#include "harness/cli/known.h"
#include "harness/cli/output.h"
#include "harness/cli/progress.h"
#include "harness/cli/selection.h"
#include "harness/run/run.h"
#include "reports/baseline.h"

static const struct fp_option options[] = {
    {"client", 'c', "NAME|DIR", "the plug-in to run (reference)"},
    {"config", 0, "NAME", "its configuration; may be repeated; all = each"},
    {"protocol", 'p', "NAME", "only this: engine.io-4, engine.io-3, plain"},
    {"host", 0, "NAME|FILE", "put a host's hops in front of the server"},
    {"skip", 0, "PATTERN", "leave these cases out; may be repeated"},
    {"cases", 0, "DIR", "look for patterns here"},
    {"jobs", 'j', "N", "cases at once (as many as this machine bears)"},
    {"out", 'o', "DIR", "results.jsonl and traces/ go here (fallproof-out)"},
    {"junit", 0, "FILE", "JUnit XML too"},
    {"html", 0, "FILE", "one HTML file for a browser too"},
    {"html-traces", 0, "WHICH",
     "timelines in it: problems (the default), all, none"},
    {"tap", 0, NULL, "TAP version 14 on standard output"},
    {"json", 0, NULL, "JSON Lines on standard output"},
    {"timeout", 't', "TIME", "wall limit of a case (what its checks need)"},
    {"keep", 'k', NULL, "keep the traces of passes too"},
    {"time-scale", 0, "N", "the client's clock runs N times faster (1)"},
    {"fail-fast", 'x', NULL, "stop at the first unexpected result"},
    {"repeat", 'n', "N", "run each case N times"},
    {"seed", 0, "N", "for faults with a probability (1)"},
    {"baseline", 'b', "FILE", "what is known to fail; may be repeated"},
    {"strict", 0, NULL, "a failed should, a check never exercised: exit 1"},
    {"verbose", 'v', NULL, "show what passed too"},
};

struct run {
    const struct fp_args *args;
    struct fp_client_choice choice;
    struct fp_known known;
    struct fp_selection selection;
    struct fp_run_item *items;
    size_t n_items;
    struct fp_progress progress;
    bool quiet; /* standard output belongs to TAP or JSON */
};

static bool make_items(struct run *r, size_t repeat)
{
    const size_t copies = repeat > 1 ? repeat : 1;
    const size_t total = r->selection.n * r->choice.n * copies;
    r->items = fp_calloc(total, sizeof *r->items);
    if (r->items == NULL)
        return false;
    for (size_t k = 0; k < r->choice.n; k++)
        for (size_t i = 0; i < r->selection.n; i++)
            for (size_t copy = 0; copy < copies; copy++)
                r->items[r->n_items++] = (struct fp_run_item){
                    .c = r->selection.items[i].c,
                    .protocol = r->selection.items[i].protocol,
                    .client = &r->choice.clients[k],
                    .copy = repeat > 1 ? (unsigned)copy + 1 : 0,
                };
    return true;
}

static void on_started(void *user, const struct fp_run_item *item)
{
    struct run *r = user;
    (void)item;
    fp_progress_started(&r->progress);
}

static void on_result(void *user, const struct fp_case_result *result)
{
    struct run *r = user;
    fp_progress_result(&r->progress, result);
}

static bool read_conf(struct fp_run_conf *conf, const struct fp_args *a,
                      const struct fp_baseline *known)
{
    bool ok = true;
    uint64_t jobs = fp_arg_count(a, "jobs", 0, &ok);
    if (ok && (jobs > 1024 || (fp_arg(a, "jobs") != NULL && jobs == 0))) {
        (void)fp_usage_error(a, "--jobs: from 1 to 1024");
        return false;
    }
    if (!fp_html_check(a))
        return false;
    const char *out = fp_arg(a, "out");
    *conf = (struct fp_run_conf){
        .jobs = (unsigned)jobs,
        .seed = fp_arg_count(a, "seed", 1, &ok),
        .timeout_ms = fp_arg_duration(a, "timeout", 0, &ok),
        .out_dir = out == NULL ? "fallproof-out" : out,
        .keep_passes = fp_arg_flag(a, "keep"),
        .fail_fast = fp_arg_flag(a, "fail-fast"),
        .strict = fp_arg_flag(a, "strict"),
        .known = known,
        .on_started = on_started,
        .on_result = on_result,
    };
    return ok;
}

static int write_formats(struct fp_results *all, const struct fp_args *a)
{
    const bool strict = fp_arg_flag(a, "strict");
    const char *junit = fp_arg(a, "junit");
    struct fp_buf out = {0};
    int code = FP_EXIT_OK;
    if (junit != NULL) {
        fp_junit_write(&out, all, strict);
        code = fp_output_file(a, junit, &out);
    }
    if (fp_arg_flag(a, "tap")) {
        fp_tap_write(&out, all, strict);
    } else if (fp_arg_flag(a, "json")) {
        for (size_t i = 0; i < all->n; i++) {
            fp_result_write_json(&out, &all->items[i]);
            fp_buf_char(&out, '\n');
        }
    }
    int written = fp_output(stdout, &out);
    return code != FP_EXIT_OK ? code : written;
}

/* Last, since it sorts what the other formats give in the order of the run. */
static int
write_html(struct fp_results *all, const struct fp_args *a, const char *out_dir)
{
    if (fp_arg(a, "html") == NULL)
        return FP_EXIT_OK;
    struct fp_buf results = {0}, out = {0};
    fp_buf_printf(&results, "%s/results.jsonl", out_dir);
    const char *path = fp_buf_cstr(&results);
    fp_results_sort(all);
    int code = fp_html_render(&out, all, a, &path, 1);
    fp_buf_deinit(&results);
    return code != FP_EXIT_OK ? code
                              : fp_output_file(a, fp_arg(a, "html"), &out);
}

static int write_summary(const struct run *r, const struct fp_results *all,
                         bool interrupted, const char *out_dir)
{
    struct fp_buf out = {0};
    fp_text_write_summary(&out, all, &r->progress.style);
    fp_buf_printf(&out, "%.1f s; results in %s/results.jsonl\n",
                  (double)(fp_clock_ns() - r->progress.began_ns) / 1e9,
                  out_dir);
    if (interrupted)
        fp_buf_printf(&out, "interrupted: %zu of %zu were run\n", all->n,
                      r->n_items);
    return fp_output(stdout, &out);
}

/* Entries that are about nothing belong to no result: they are told on
 * standard error, where they disturb no format. How many there are. */
static size_t tell_unmatched(const struct run *r, const struct fp_results *all)
{
    const struct fp_args *a = r->args;
    const bool whole =
        a->n_words == 0 && all->n == r->n_items && fp_arg(a, "skip") == NULL &&
        fp_arg(a, "cases") == NULL && fp_arg(a, "protocol") == NULL;
    struct fp_buf out = {0};
    size_t n = fp_baseline_write_unmatched(&out, &r->known.all, all, whole);
    (void)fp_output(stderr, &out);
    return n;
}

static int finish(struct run *r, struct fp_results *all, bool interrupted,
                  const struct fp_run_conf *conf)
{
    fp_progress_end(&r->progress);
    int code = write_formats(all, r->args);
    if (!r->quiet) {
        int written = write_summary(r, all, interrupted, conf->out_dir);
        code = code != FP_EXIT_OK ? code : written;
    }
    int html = write_html(all, r->args, conf->out_dir);
    code = code != FP_EXIT_OK ? code : html;
    if (interrupted)
        return FP_EXIT_INTERRUPTED;
    size_t unmatched = tell_unmatched(r, all);
    if (code != FP_EXIT_OK || unmatched > 0)
        return code != FP_EXIT_OK ? code : FP_EXIT_UNEXPECTED;
    return fp_results_exit_code(all, conf->strict,
                                r->choice.clients[0].is_reference);
}

static int run_all(struct run *r)
{
    const struct fp_args *a = r->args;
    struct fp_run_conf conf;
    if (!read_conf(&conf, a, &r->known.all))
        return FP_EXIT_USAGE;
    bool ok = true;
    uint64_t repeat = fp_arg_count(a, "repeat", 1, &ok);
    if (!ok || repeat == 0 || repeat > 10000)
        return ok ? fp_usage_error(a, "--repeat: from 1 to 10000")
                  : FP_EXIT_USAGE;
    if (!make_items(r, (size_t)repeat))
        return FP_EXIT_HARNESS;
    fp_progress_begin(&r->progress, r->items, r->n_items, r->quiet,
                      fp_arg_flag(a, "verbose"), conf.strict);
    conf.items = r->items;
    conf.n_items = r->n_items;
    conf.user = r;
    struct fp_results all = {0};
    struct fp_err err = {0};
    bool interrupted = false;
    enum fp_status status = fp_run(&conf, &all, &interrupted, &err);
    int code = finish(r, &all, interrupted, &conf);
    if (status != FP_OK)
        code = fp_report_error(a, &err);
    fp_results_deinit(&all);
    return code;
}

static int skip_absent(const struct run *r)
{
    const struct fp_client_file *f = r->choice.file;
    struct fp_buf out = {0};
    fp_buf_printf(&out, "skip %s: %.*s is not there", f->name.p,
                  FP_STR_ARG(r->choice.absent));
    if (f->install.n > 0)
        fp_buf_printf(&out, " (install it: %.*s)", FP_STR_ARG(f->install));
    fp_buf_printf(&out, "\n0 cases run, %zu skipped\n", r->selection.n);
    int written = fp_output(stdout, &out);
    return written != FP_EXIT_OK ? written : FP_EXIT_NOTHING;
}

static int put_host(struct run *r, const char *word)
{
    struct fp_host *h = NULL;
    int code = fp_host_choose(&h, r->args, word);
    if (code == FP_EXIT_OK)
        code = fp_selection_put_host(&r->selection, h);
    fp_host_free(h);
    return code;
}

static int run(const struct fp_args *a)
{
    struct run r = {.args = a,
                    .quiet = fp_arg_flag(a, "tap") || fp_arg_flag(a, "json")};
    int code = fp_client_choose(&r.choice, a);
    if (code != FP_EXIT_OK)
        return code;
    code = fp_known_choose(&r.known, a, &r.choice);
    if (code == FP_EXIT_OK)
        code = fp_select(&r.selection, a, r.choice.protocols);
    if (code == FP_EXIT_OK && fp_arg(a, "host") != NULL)
        code = put_host(&r, fp_arg(a, "host"));
    if (code == FP_EXIT_OK && r.choice.absent.p != NULL)
        code = skip_absent(&r);
    else if (code == FP_EXIT_OK)
        code = run_all(&r);
    fp_progress_deinit(&r.progress);
    fp_free(r.items);
    fp_selection_deinit(&r.selection);
    fp_known_deinit(&r.known);
    fp_client_choice_deinit(&r.choice);
    return code;
}

const struct fp_command fp_cmd_run = {
    .name = "run",
    .summary = "run cases, judge a client",
    .usage = "[PATTERN|FILE|DIR…] [-- CMD…]",
    .about =
        "Starts, for each case, the reference server and a path of hops, runs "
        "the client behind them, and judges what crossed the wire. The client "
        "is a command after --, or a plug-in by name or folder; without "
        "either, the reference client.\n"
        "\n"
        "A word that is a file or folder is loaded; any other is a pattern: * "
        "is one part of a name, ** any number; a pattern that matches nothing "
        "is an error. A bare command is run under engine.io-4 unless "
        "--protocol says otherwise.\n"
        "\n"
        "--host puts the hops of a host profile (fallproof hosts) between the "
        "case's path and the server: what the case expects may not hold "
        "there, and that is what the run shows. Its times are real.\n"
        "\n"
        "A check that --baseline (or known_failures in client.yaml) lists has "
        "to fail, and for the reason given there: then it is expected. One "
        "that passes, has expired or is about nothing is unexpected.\n"
        "\n"
        "Examples:\n"
        "  fallproof run -- node my-client.js\n"
        "  fallproof run 'refused/*' --client reference --config "
        "polling-first\n"
        "  fallproof run --client fixtures/clients/socket.io-client-4 "
        "--config all --junit out.xml",
    .options = options,
    .n_options = FP_COUNT(options),
    .max_words = SIZE_MAX,
    .takes_command = true,
    .run = run,
};
