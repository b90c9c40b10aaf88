/* SPDX-License-Identifier: MIT
 * worker.c - one case, run in a process of its own. */
#include "harness/run/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures/net/descendants.h"
#include "fixtures/net/net.h"
#include "harness/base/clock.h"
#include "harness/run/ending.h"
#include "harness/run/identity.h"
#include "harness/run/live.h"
#include "harness/run/scaled_clock.h"
#include "harness/run/temp.h"

enum {
    WALL_MARGIN_MS = 10000,  /* over the latest deadline of any check */
    LIMIT_MARGIN_MS = 15000, /* over that: shutdown and clearing up */
    REAP_MS = 2000,
    /* A worker that cannot end itself in order ends all the same. */
    LAST_SECONDS = 10,
};

struct worker {
    const struct fp_worker_conf *conf;
    char temp[FP_TEMP_BYTES];
    struct fp_trace *trace;
    struct fp_judge *judge;
    struct fp_case_result result;
    struct fp_live_end end;
    uint64_t began_ns;
    int64_t began_unix_ms;
};

/* -- limits -------------------------------------------------------------- */

static uint64_t longest_check_ms(const struct fp_case *c)
{
    uint64_t longest = 0;
    for (size_t i = 0; i < c->n_expect; i++) {
        const struct fp_check *k = &c->expect[i];
        uint64_t ms = k->budget_ms + k->within_ms + k->for_ms + k->window_ms;
        longest = ms > longest ? ms : longest;
    }
    return longest;
}

static uint64_t
wall_ms(const struct fp_run_conf *run, const struct fp_run_item *item)
{
    if (run->timeout_ms != 0)
        return run->timeout_ms;
    const struct fp_case *c = item->c;
    const struct fp_server_conf *s = &c->server;
    /* One after the other, which is longer than any order that a judge may
     * wait in. */
    uint64_t ms = c->patience_ms + longest_check_ms(c) + 4 * c->window_ms +
                  s->restart_at_ms + s->restart_for_ms + s->publish_from_ms;
    return (uint64_t)((double)ms / fp_run_time_scale(item)) + WALL_MARGIN_MS;
}

uint64_t fp_worker_limit_ms(const struct fp_run_conf *run,
                            const struct fp_run_item *item)
{
    return wall_ms(run, item) + LIMIT_MARGIN_MS;
}

/* -- SIGTERM: the parent died (run.h), or somebody wants us gone --------- */

static int term_pipe[2] = {-1, -1};

static void on_sigterm(int signal)
{
    (void)signal;
    int kept = errno;
    (void)!write(term_pipe[1], "t", 1);
    alarm(LAST_SECONDS); /* SIGALRM ends a loop that never turns again */
    errno = kept;
}

static void take_sigterm(void)
{
    if (pipe(term_pipe) != 0)
        return;
    for (int i = 0; i < 2; i++) {
        (void)fcntl(term_pipe[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(term_pipe[i], F_SETFL, O_NONBLOCK);
    }
    struct sigaction action = {.sa_handler = on_sigterm};
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* -- the trace file ------------------------------------------------------ */

/* The same for the trace, which does not know the model; none without memory.
 */
static void put_hosts(struct worker *w, struct fp_trace_header *h)
{
    const struct fp_case *c = w->conf->item->c;
    struct fp_trace_host *hosts =
        fp_arena_alloc(&w->result.arena, (c->n_hosts + 1) * sizeof *hosts);
    for (size_t i = 0; hosts != NULL && i < c->n_hosts; i++)
        hosts[i] = (struct fp_trace_host){c->hosts[i].name, c->hosts[i].text};
    h->hosts = hosts;
    h->n_hosts = hosts == NULL ? 0 : c->n_hosts;
}

static struct fp_trace_header header_of(const struct worker *w)
{
    const struct fp_case_result *r = &w->result;
    return (struct fp_trace_header){
        .version = fp_str_of(FP_VERSION),
        .case_name = r->case_name,
        .case_text = w->conf->item->c->text,
        .host = r->host,
        .host_text = w->conf->item->c->host_text,
        .protocol = r->protocol,
        .client = r->client,
        .client_version = r->client_version,
        .config = r->config,
        .seed = r->seed,
        .time_scale = r->time_scale,
        .started_unix_ms = w->began_unix_ms,
    };
}

static enum fp_status write_file(struct worker *w, struct fp_err *err)
{
    const char *path = w->conf->trace_file;
    FILE *f = fopen(path, "we");
    if (f == NULL)
        return fp_fail_sys(err, errno, "cannot write %s", w->conf->trace_name);
    struct fp_trace_header header = header_of(w);
    put_hosts(w, &header);
    enum fp_status status = fp_trace_write(f, &header, w->trace, err);
    if (fclose(f) != 0 && status == FP_OK)
        status =
            fp_fail_sys(err, errno, "cannot write %s", w->conf->trace_name);
    return status;
}

static void keep_trace(struct worker *w)
{
    const struct fp_run_conf *run = w->conf->run;
    struct fp_case_result *r = &w->result;
    bool passed = r->verdict == FP_PASS && !fp_run_is_bad(r, run->strict);
    if (w->conf->trace_file == NULL || (passed && !run->keep_passes))
        return;
    struct fp_err err = {0};
    if (write_file(w, &err) == FP_OK)
        r->trace = fp_arena_str(&r->arena, fp_str_of(w->conf->trace_name));
    else
        fp_run_set_error(r, fp_str_of(err.msg));
}

/* -- the case ------------------------------------------------------------ */

static enum fp_status prepare(struct worker *w, struct fp_err *err)
{
    const struct fp_run_item *item = w->conf->item;
    struct fp_judge_conf judge = {
        .c = item->c,
        .protocol = item->protocol,
        .time_scale = fp_run_time_scale(item),
        .polling_only = item->client != NULL && item->client->polling_only,
    };
    w->began_ns = fp_clock_ns();
    w->began_unix_ms = fp_clock_unix_ms();
    enum fp_status status = fp_trace_new(&w->trace, w->began_ns, err);
    if (status == FP_OK)
        status = fp_judge_new(&w->judge, &judge, err);
    if (status == FP_OK)
        status = fp_temp_new(w->temp, w->conf->temp_root, err);
    if (status == FP_OK && chdir(w->temp) != 0)
        status = fp_fail_sys(err, errno, "cannot enter %s", w->temp);
    return status;
}

static void run_live(struct worker *w, struct fp_err *err)
{
    struct fp_live_conf live = {
        .item = w->conf->item,
        .seed = fp_run_seed(w->conf->run, w->conf->item),
        .time_scale = fp_run_time_scale(w->conf->item),
        .wall_ms = wall_ms(w->conf->run, w->conf->item),
        .temp = w->temp,
        .term_fd = term_pipe[0],
        .trace = w->trace,
        .judge = w->judge,
    };
    if (w->conf->trace_file == NULL)
        fp_trace_no_bytes(w->trace);
    fp_live_run(&live, &w->end, err);
    if (fp_descendants_kill(NULL, REAP_MS) < 0)
        (void)fp_fail(err, FP_EIO,
                      "processes of the client could not be ended");
    if (live.time_scale > 1)
        fp_scaled_clock_sweep(FP_SHARED_MEMORY);
}

static void complete(struct worker *w, const struct fp_err *err)
{
    struct fp_case_result *r = &w->result;
    struct fp_err judging = {0};
    if (w->judge != NULL && err->status != FP_ENOMEM &&
        fp_judge_finish(w->judge, r, &judging) != FP_OK)
        fp_run_set_error(r, fp_str_of(judging.msg));
    fp_run_identify(r, w->conf->run, w->conf->item);
    if (w->trace != NULL)
        fp_run_apply_end(r, w->trace);
    if (err->status != FP_OK)
        fp_run_set_error(r, fp_str_of(err->msg));
    r->started_unix_ms = w->began_unix_ms;
    r->duration_ms = (fp_clock_ns() - w->began_ns) / FP_NS_PER_MS;
    if (w->end.output.n > 0)
        r->output = fp_arena_str(&r->arena, w->end.output);
    keep_trace(w);
}

static int send_result(const struct fp_case_result *r, int fd)
{
    struct fp_buf line = {0};
    fp_result_write_json(&line, r);
    fp_buf_char(&line, '\n');
    struct fp_str rest = fp_buf_view(&line);
    bool sent = !line.failed;
    while (sent && rest.n > 0) {
        ssize_t n = write(fd, rest.p, rest.n);
        sent = n >= 0 || errno == EINTR;
        rest = fp_str_from(rest, n > 0 ? (size_t)n : 0);
    }
    fp_buf_deinit(&line);
    return sent ? 0 : 1;
}

static void clear(struct worker *w)
{
    (void)!chdir("/");
    fp_temp_free(w->temp);
    if (w->end.terminated) /* the parent may be gone; not while it has more */
        (void)rmdir(w->conf->temp_root);
    fp_case_result_deinit(&w->result);
    fp_arena_deinit(&w->end.arena);
    fp_judge_free(w->judge);
    fp_trace_free(w->trace);
}

int fp_worker_run(const struct fp_worker_conf *conf, int answer_fd)
{
    struct worker w = {.conf = conf};
    struct fp_err err = {0};
    take_sigterm();
    if (prepare(&w, &err) == FP_OK)
        run_live(&w, &err);
    int status = 1;
    if (!w.end.terminated) {
        complete(&w, &err);
        status = send_result(&w.result, answer_fd);
    }
    clear(&w);
    return status;
}
