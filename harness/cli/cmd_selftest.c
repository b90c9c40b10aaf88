/* SPDX-License-Identifier: MIT
 * cmd_selftest.c - `fallproof selftest`: clients that are wrong in one known
 * way, and whether the checks see it. */
#include "harness/base/alloc.h"
#include "harness/cli/output.h"
#include "harness/cli/selftest.h"

enum {
    JOBS_DEFAULT = 64, /* they wait, nearly all of the time */
    JOBS_MAX = 512,
    JOBS_AGAIN = 2, /* of what a stall took the verdict of */
};

static const struct fp_option options[] = {
    {"full", 0, NULL, "every mutant in every case"},
    {"jobs", 'j', "N", "cases at once (64)"},
    {"cases", 0, "DIR", "look for the cases here"},
    {"out", 'o', "DIR", "keep results.jsonl and traces/ here"},
    {"json", 0, NULL, "JSON Lines on standard output"},
    {"verbose", 'v', NULL, "tell each failure that was expected too"},
};

struct selftest {
    struct fp_selftest_plan plan;
    struct fp_run_conf conf;
    struct fp_results results;
    struct fp_selftest_verdict verdict;
    size_t done;
    bool live, interrupted;
};

static void on_result(void *user, const struct fp_case_result *r)
{
    struct selftest *s = user;
    (void)r;
    s->done++;
    if (!s->live)
        return;
    (void)printf("\r\033[K  %zu of %zu runs done", s->done, s->conf.n_items);
    (void)fflush(stdout);
}

static bool read_conf(struct selftest *s, const struct fp_args *a)
{
    bool ok = true;
    uint64_t jobs = fp_arg_count(a, "jobs", JOBS_DEFAULT, &ok);
    if (ok && (jobs == 0 || jobs > JOBS_MAX)) {
        (void)fp_usage_error(a, "--jobs: from 1 to %d", JOBS_MAX);
        return false;
    }
    s->live = fp_output_width(stdout) > 0 && !fp_arg_flag(a, "json");
    s->conf = (struct fp_run_conf){
        .items = s->plan.items,
        .n_items = s->plan.n,
        .jobs = (unsigned)jobs,
        .seed = 1,
        .out_dir = fp_arg(a, "out"),
        .on_result = on_result,
        .user = s,
    };
    return ok;
}

/* FP_OK: there is a result for each item, or *interrupted. */
static enum fp_status run_items(struct selftest *s, struct fp_err *err)
{
    enum fp_status status = fp_run(&s->conf, &s->results, &s->interrupted, err);
    if (s->live)
        (void)fputs("\r\033[K", stdout);
    if (status != FP_OK || s->interrupted)
        return status;
    if (s->results.n != s->plan.n)
        return fp_fail(err, FP_EIO, "%zu of %zu runs gave a result",
                       s->results.n, s->plan.n);
    return fp_selftest_judge(&s->verdict, &s->plan, s->results.items, err);
}

static enum fp_status
run_undecided(struct selftest *s, size_t n, struct fp_err *err)
{
    struct fp_run_item *items = fp_calloc(n, sizeof *items);
    struct fp_run_conf conf = s->conf;
    struct fp_results again = {0};
    if (items == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    conf.items = items;
    conf.n_items = 0;
    conf.jobs = JOBS_AGAIN;
    conf.out_dir = NULL; /* the first traces stay */
    for (size_t i = 0; i < s->plan.n; i++)
        if (s->verdict.undecided[i])
            items[conf.n_items++] = s->plan.items[i];
    enum fp_status status = fp_run(&conf, &again, &s->interrupted, err);
    size_t k = 0;
    for (size_t i = 0; i < s->plan.n && again.n == n; i++) {
        if (!s->verdict.undecided[i])
            continue;
        struct fp_case_result first = s->results.items[i];
        s->results.items[i] = again.items[k];
        again.items[k++] = first;
    }
    fp_results_deinit(&again);
    fp_free(items);
    return status;
}

/* What a stall took the verdict of gets another chance, in peace. */
static enum fp_status run_again(struct selftest *s, struct fp_err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < s->plan.n; i++)
        n += s->verdict.undecided[i];
    if (n == 0)
        return FP_OK;
    enum fp_status status = run_undecided(s, n, err);
    if (status != FP_OK || s->interrupted)
        return status;
    fp_selftest_verdict_deinit(&s->verdict);
    return fp_selftest_judge(&s->verdict, &s->plan, s->results.items, err);
}

static int report(struct selftest *s, const struct fp_args *a)
{
    struct fp_buf out = {0};
    if (fp_arg_flag(a, "json"))
        fp_selftest_write_json(&out, &s->plan, &s->verdict, s->results.items);
    else
        fp_selftest_write_text(&out, &s->plan, &s->verdict, s->results.items,
                               fp_arg_flag(a, "verbose"));
    int written = fp_output(stdout, &out);
    return written != FP_EXIT_OK ? written : fp_selftest_exit_code(&s->verdict);
}

static int run_all(struct selftest *s, const struct fp_args *a)
{
    struct fp_err err = {0};
    if (!read_conf(s, a))
        return FP_EXIT_USAGE;
    enum fp_status status = run_items(s, &err);
    if (status == FP_OK && !s->interrupted)
        status = run_again(s, &err);
    if (s->interrupted)
        return FP_EXIT_INTERRUPTED;
    return status == FP_OK ? report(s, a) : fp_report_error(a, &err);
}

static int run(const struct fp_args *a)
{
    struct selftest s = {0};
    int code = fp_selftest_plan(&s.plan, a);
    if (code == FP_EXIT_OK)
        code = run_all(&s, a);
    fp_selftest_verdict_deinit(&s.verdict);
    fp_results_deinit(&s.results);
    fp_selftest_plan_deinit(&s.plan);
    return code;
}

const struct fp_command fp_cmd_selftest = {
    .name = "selftest",
    .summary = "prove that the checks see what they are there for",
    .usage = "[MUTANT…]",
    .about =
        "Runs the reference client, which must pass, and its mutants, each "
        "wrong in one known way, in the cases that are to catch them. Prints "
        "which check killed which mutant, and fails where a mutant survives, "
        "another check than said catches it, or a check is killed by none.\n"
        "\n"
        "Without a word, every mutant runs, in under a minute. "
        "docs/selftest.md lists them.\n"
        "\n"
        "Examples:\n"
        "  fallproof selftest\n"
        "  fallproof selftest flaps -v --out /tmp/flaps",
    .options = options,
    .n_options = FP_COUNT(options),
    .max_words = SIZE_MAX,
    .run = run,
};
