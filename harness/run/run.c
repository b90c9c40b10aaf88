/* SPDX-License-Identifier: MIT
 * run.c - runs cases: a worker process each, many at once. */
#include "harness/run/run.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/alloc.h"
#include "harness/run/identity.h"
#include "harness/run/pool.h"
#include "harness/run/self.h"
#include "harness/run/store.h"
#include "harness/run/temp.h"
#include "harness/run/worker.h"
#include "reports/baseline.h"

/* How many clients a core bears at once. A case mostly waits; what costs is to
 * start a client (a Node.js or Python library 0.2 s of CPU, a browser 2 s) and
 * the memory it then takes. */
static const struct {
    uint64_t start_cost_ms; /* below this */
    unsigned jobs;
} jobs_a_core[] = {{50, 128}, {1000, 24}, {UINT64_MAX, 2}};

enum {
    /* Starts take at most this share of the cores (1/2), so that no client is
     * judged while others starve it. */
    START_SHARE = 2,
};

struct run {
    const struct fp_run_conf *conf;
    struct fp_store store;
    struct fp_case_result *done; /* by item */
    bool *is_done;
    size_t *order;  /* what the pool's i-th is: an item */
    bool is_second; /* what was inconclusive is run again, alone */
    char temp[FP_TEMP_BYTES];
    unsigned cores;
    enum fp_status status;
    struct fp_err *err;
};

static const struct fp_run_item *item_at(const struct run *r, size_t i)
{
    return &r->conf->items[r->order[i]];
}

/* -- callbacks of the pool ----------------------------------------------- */

static int work(void *user, size_t i, int answer_fd)
{
    const struct run *r = user;
    const struct fp_run_item *item = item_at(r, i);
    struct fp_buf file = {0}, name = {0};
    bool keeps = fp_store_trace_path(&file, &r->store, item, true) &&
                 fp_store_trace_path(&name, &r->store, item, false);
    struct fp_worker_conf worker = {
        .run = r->conf,
        .item = item,
        .temp_root = r->temp,
        .trace_file = keeps ? fp_buf_cstr(&file) : NULL,
        .trace_name = keeps ? fp_buf_cstr(&name) : NULL,
    };
    int status = fp_worker_run(&worker, answer_fd);
    fp_buf_deinit(&file);
    fp_buf_deinit(&name);
    return status;
}

static uint64_t limit_ms(void *user, size_t i)
{
    const struct run *r = user;
    return fp_worker_limit_ms(r->conf, item_at(r, i));
}

/* So that about one client a core is starting. */
static uint64_t gap_ms(void *user, size_t i)
{
    const struct run *r = user;
    const struct fp_run_client *client = item_at(r, i)->client;
    if (client == NULL || r->conf->jobs == 1)
        return 0;
    return START_SHARE * client->start_cost_ms / r->cores;
}

static void on_start(void *user, size_t i)
{
    const struct run *r = user;
    if (r->conf->on_started != NULL && !r->is_second)
        r->conf->on_started(r->conf->user, item_at(r, i));
}

/* -- results ------------------------------------------------------------- */

static void describe_death(struct fp_buf *out, const struct fp_pool_end *end)
{
    if (end->overdue)
        fp_buf_z(out, "the harness hung in this case and was killed");
    else if (WIFSIGNALED(end->status))
        fp_buf_printf(out, "the harness crashed in this case: signal %d (%s)",
                      WTERMSIG(end->status), strsignal(WTERMSIG(end->status)));
    else if (WEXITSTATUS(end->status) == FP_POOL_LEAKED)
        fp_buf_z(out, "the harness leaked memory in this case");
    else
        fp_buf_printf(out, "the harness failed in this case: exit status %d",
                      WEXITSTATUS(end->status));
    fp_buf_z(out, "; please report it with this output");
    struct fp_str last = end->complaint;
    while (last.n > 0 && last.p[last.n - 1] == '\n')
        last.n--;
    if (last.n > 0)
        fp_buf_printf(out, ":\n%.*s", FP_STR_ARG(last));
}

static void result_of_death(struct fp_case_result *result, const struct run *r,
                            const struct fp_pool_end *end)
{
    struct fp_buf text = {0};
    describe_death(&text, end);
    fp_run_identify(result, r->conf, item_at(r, end->index));
    fp_run_set_error(result, fp_buf_view(&text));
    fp_buf_deinit(&text);
}

static void result_of(struct fp_case_result *result, const struct run *r,
                      const struct fp_pool_end *end)
{
    struct fp_loc loc = {.file = "a worker's answer"};
    struct fp_str line = end->answer;
    while (line.n > 0 && line.p[line.n - 1] == '\n')
        line.n--;
    *result = (struct fp_case_result){0};
    if (end->status != 0 || end->overdue ||
        fp_result_parse_json(result, line, loc, NULL) != FP_OK)
        result_of_death(result, r, end);
    else
        (void)!fp_self_apply(result, item_at(r, end->index)->c, NULL);
}

static void replace(struct run *r, size_t item, struct fp_case_result *result)
{
    if (r->is_done[item])
        fp_case_result_deinit(&r->done[item]);
    r->done[item] = *result;
    r->is_done[item] = true;
}

static void tell(struct run *r, const struct fp_case_result *result)
{
    if (r->status == FP_OK)
        r->status = fp_store_append(&r->store, result, r->err);
    if (r->conf->on_result != NULL)
        r->conf->on_result(r->conf->user, result);
}

static bool is_bad(const struct run *r, size_t item)
{
    const struct fp_case_result *result = &r->done[item];
    return result->verdict == FP_ERROR ||
           fp_result_is_unexpected(result, r->conf->strict);
}

static bool is_undecided(const struct run *r, size_t item)
{
    return r->is_done[item] &&
           fp_result_is_undecided(&r->done[item], r->conf->strict);
}

static bool on_end(void *user, const struct fp_pool_end *end)
{
    struct run *r = user;
    struct fp_case_result result;
    size_t item = r->order[end->index];
    result_of(&result, r, end);
    result.rerun = r->is_second;
    if (r->conf->known != NULL)
        fp_baseline_apply(r->conf->known, &result);
    replace(r, item, &result);
    /* Told when it has been run again. */
    if (is_undecided(r, item) && !r->is_second)
        return true;
    tell(r, &r->done[item]);
    if (r->conf->fail_fast && is_bad(r, item))
        return false;
    return r->status == FP_OK; /* a full disk will not empty itself */
}

/* -- passes -------------------------------------------------------------- */

static unsigned jobs_default(const struct run *r)
{
    uint64_t cost_ms = 0;
    for (size_t i = 0; i < r->conf->n_items; i++) {
        const struct fp_run_client *client = r->conf->items[i].client;
        if (client != NULL && client->start_cost_ms > cost_ms)
            cost_ms = client->start_cost_ms;
    }
    size_t i = 0;
    while (cost_ms >= jobs_a_core[i].start_cost_ms)
        i++;
    return jobs_a_core[i].jobs * r->cores;
}

static bool run_pass(struct run *r, size_t n, bool *interrupted)
{
    unsigned jobs = r->conf->jobs == 0 ? jobs_default(r) : r->conf->jobs;
    struct fp_pool_conf pool = {
        .n = n,
        .jobs = r->is_second ? 1 : jobs,
        .work = work,
        .limit_ms = limit_ms,
        .gap_ms = gap_ms,
        .on_start = on_start,
        .on_end = on_end,
        .user = r,
    };
    enum fp_status status = fp_pool_run(&pool, interrupted, r->err);
    if (r->status == FP_OK)
        r->status = status;
    return r->status == FP_OK && !*interrupted;
}

static bool was_stopped(const struct run *r)
{
    for (size_t i = 0; r->conf->fail_fast && i < r->conf->n_items; i++)
        if (r->is_done[i] && is_bad(r, i))
            return true;
    return false;
}

static void run_again(struct run *r, bool *interrupted)
{
    size_t n = 0;
    for (size_t i = 0; i < r->conf->n_items; i++) {
        if (!is_undecided(r, i))
            continue;
        fp_store_set_aside(&r->store, &r->conf->items[i]);
        r->order[n++] = i;
    }
    r->is_second = true;
    if (n > 0)
        (void)run_pass(r, n, interrupted);
}

/* What stayed undecided because there was no second time. */
static void tell_the_rest(struct run *r)
{
    for (size_t i = 0; i < r->conf->n_items; i++)
        if (is_undecided(r, i) && !r->done[i].rerun)
            tell(r, &r->done[i]);
}

/* Long cases first, so that none of them is begun when all else is done. */
static void order_starts(struct run *r)
{
    size_t n = 0;
    for (int is_long = 1; is_long >= 0; is_long--)
        for (size_t i = 0; i < r->conf->n_items; i++)
            if (r->conf->items[i].c->is_long == (is_long == 1))
                r->order[n++] = i;
}

static void run_passes(struct run *r, bool *interrupted)
{
    order_starts(r);
    if (run_pass(r, r->conf->n_items, interrupted) && !was_stopped(r))
        run_again(r, interrupted);
    tell_the_rest(r);
}

static void hand_over(struct run *r, struct fp_results *results)
{
    for (size_t i = 0; i < r->conf->n_items; i++) {
        if (!r->is_done[i])
            continue;
        enum fp_status status = fp_results_add(results, &r->done[i]);
        if (status == FP_OK)
            continue;
        fp_case_result_deinit(&r->done[i]);
        if (r->status == FP_OK)
            r->status = fp_fail(r->err, status, "out of memory");
    }
}

static unsigned count_cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 64 ? 64 : (unsigned)n;
}

static enum fp_status prepare(struct run *r, struct fp_err *err)
{
    size_t n = r->conf->n_items + 1;
    r->cores = count_cores();
    r->done = fp_calloc(n, sizeof *r->done);
    r->is_done = fp_calloc(n, sizeof *r->is_done);
    r->order = fp_calloc(n, sizeof *r->order);
    if (r->done == NULL || r->is_done == NULL || r->order == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    enum fp_status status = fp_store_open(&r->store, r->conf->out_dir, err);
    if (status == FP_OK)
        status = fp_temp_new(r->temp, NULL, err);
    return status;
}

enum fp_status
fp_run(const struct fp_run_conf *conf, struct fp_results *results,
       bool *interrupted, struct fp_err *err)
{
    struct run r = {.conf = conf, .store = {.fd = -1}, .err = err};
    *interrupted = false;
    r.status = prepare(&r, err);
    if (r.status == FP_OK) {
        run_passes(&r, interrupted);
        hand_over(&r, results);
        enum fp_status kept = fp_store_finish(&r.store, results, err);
        if (r.status == FP_OK)
            r.status = kept;
    }
    fp_temp_free(r.temp);
    fp_store_close(&r.store);
    fp_free(r.done);
    fp_free(r.is_done);
    fp_free(r.order);
    return r.status;
}
