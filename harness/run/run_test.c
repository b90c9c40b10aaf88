/* SPDX-License-Identifier: MIT
 * run_test.c - small cases with shell programs as clients, end to end: the
 * verdicts, what is kept, and that no process is left. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/run/run.h"
#include "harness/run/temp.h"

enum { MOST = 8 };

/* A client that has polled, and tries no WebSocket, fails this soon. */
static const char soon[] =
    "title: T\nwhy: W\nprotocols: [plain]\n"
    "expect:\n  - connects: {transport: websocket, within: 300ms}\n";
/* A case that is as good as never decided. */
static const char late[] = "title: T\nwhy: W\nprotocols: [plain]\n"
                           "expect:\n  - connects: {within: 60s}\n";

#define POLL                                                                   \
    "exec 3<>/dev/tcp/127.0.0.1/${FALLPROOF_URL##*:};"                         \
    "printf 'GET /updates?since=0 HTTP/1.1\r\nHost: t\r\n\r\n' >&3;"           \
    "read -r -t 20 status <&3;"
#define IDLE POLL "exec cat"

struct bench {
    char dir[FP_TEMP_BYTES];
    struct fp_case *cases[MOST];
    struct fp_run_client clients[MOST];
    char *argv[MOST][4];
    struct fp_run_item items[MOST];
    size_t n;
    struct fp_run_conf conf;
    struct fp_results results;
    struct fp_err err;
    bool interrupted;
    size_t told;
    int told_fd; /* written to at each result */
};

static void on_result(void *user, const struct fp_case_result *r)
{
    struct bench *b = user;
    (void)r;
    b->told++;
    if (b->told_fd > 0)
        (void)!write(b->told_fd, "r", 1);
}

static void begin(struct bench *b)
{
    *b = (struct bench){0};
    assert_int_equal(fp_temp_new(b->dir, NULL, &b->err), FP_OK);
    b->conf = (struct fp_run_conf){.items = b->items,
                                   .seed = 1,
                                   .out_dir = b->dir,
                                   .on_result = on_result,
                                   .user = b};
}

static void
add(struct bench *b, const char *name, const char *yaml, const char *script)
{
    size_t i = b->n++;
    struct fp_diags diags = {0};
    assert_int_equal(
        fp_case_parse(&b->cases[i], "t.yaml", name, fp_str_of(yaml), &diags),
        FP_OK);
    char **argv = b->argv[i];
    static char sh[] = "bash", dash_c[] = "-c";
    argv[0] = sh;
    argv[1] = dash_c;
    argv[2] = strdup(script);
    b->clients[i] = (struct fp_run_client){
        .name = FP_STR("shell"), .argv = argv, .dir = b->dir};
    b->items[i] = (struct fp_run_item){
        .c = b->cases[i], .protocol = FP_PLAIN, .client = &b->clients[i]};
    b->conf.n_items = b->n;
}

static enum fp_status run(struct bench *b)
{
    return fp_run(&b->conf, &b->results, &b->interrupted, &b->err);
}

static void assert_no_child_is_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void finish(struct bench *b)
{
    assert_no_child_is_left();
    fp_results_deinit(&b->results);
    for (size_t i = 0; i < b->n; i++) {
        fp_case_free(b->cases[i]);
        free(b->argv[i][2]);
    }
    fp_temp_free(b->dir);
}

static const struct fp_check_result *
check(const struct fp_case_result *r, const char *name)
{
    for (size_t i = 0; i < r->n_checks; i++)
        if (fp_str_eqz(r->checks[i].name, name))
            return &r->checks[i];
    fail_msg("there is no check %s", name);
    return NULL;
}

static void assert_error(const struct fp_case_result *r, const char *part)
{
    struct fp_buf text = {0};
    fp_buf_str(&text, r->error);
    assert_int_equal(r->verdict, FP_ERROR);
    if (strstr(fp_buf_cstr(&text), part) == NULL)
        fail_msg("'%s' is not in '%s'", part, fp_buf_cstr(&text));
    fp_buf_deinit(&text);
}

static char *path_in(const struct bench *b, const char *name, char out[512])
{
    (void)snprintf(out, 512, "%s/%s", b->dir, name);
    return out;
}

static void await_file(const char *path)
{
    while (access(path, F_OK) != 0)
        (void)poll(NULL, 0, 1);
}

static pid_t pid_in(const char *path)
{
    char text[32] = "";
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    (void)fclose(f);
    return (pid_t)strtol(text, NULL, 10);
}

static void assert_is_gone(pid_t pid)
{
    assert_true(pid > 0);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
}

static size_t lines_of_results(const struct bench *b)
{
    char path[512];
    struct fp_results stored = {0};
    assert_int_equal(
        fp_results_load(&stored, path_in(b, "results.jsonl", path), NULL),
        FP_OK);
    size_t n = stored.n;
    fp_results_deinit(&stored);
    return n;
}

/* -- verdicts ------------------------------------------------------------ */

static void a_client_that_does_nothing_fails(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    add(&b, "x/idle", soon, "echo here;" IDLE);
    assert_int_equal(run(&b), FP_OK);
    assert_int_equal(b.results.n, 1);
    const struct fp_case_result *r = &b.results.items[0];
    assert_int_equal(r->verdict, FP_FAIL);
    assert_int_equal(check(r, "connects")->verdict, FP_FAIL);
    assert_true(fp_str_eqz(r->client, "shell"));
    assert_true(fp_str_eqz(r->output, "here\n"));
    assert_true(r->duration_ms >= 300 && r->duration_ms < 9000);
    assert_int_equal(b.told, 1);
    assert_false(b.interrupted);
    assert_int_equal(lines_of_results(&b), 1);
    finish(&b);
}

static void a_trace_is_judged_as_the_run_was(void **state)
{
    (void)state;
    struct bench b;
    char path[512];
    begin(&b);
    add(&b, "x/idle", soon, IDLE);
    add(&b, "x/gone", soon, "exit 3");
    assert_int_equal(run(&b), FP_OK);
    for (size_t i = 0; i < b.n; i++) {
        const struct fp_case_result *live = &b.results.items[i];
        struct fp_case_result again = {0};
        (void)snprintf(path, sizeof path, "%.*s", FP_STR_ARG(live->trace));
        assert_int_equal(fp_run_judge_trace(path, &again, &b.err), FP_OK);
        assert_int_equal(again.verdict, live->verdict);
        assert_true(fp_str_eq(again.error, live->error));
        assert_true(fp_str_eq(again.client, live->client));
        assert_int_equal(again.n_checks, live->n_checks);
        for (size_t k = 0; k < again.n_checks; k++) {
            assert_true(fp_str_eq(again.checks[k].name, live->checks[k].name));
            assert_int_equal(again.checks[k].verdict, live->checks[k].verdict);
            assert_int_equal(again.checks[k].at_ns, live->checks[k].at_ns);
        }
        fp_case_result_deinit(&again);
    }
    finish(&b);
}

/* Every length in lines short of the end: a whole file but for its tail. */
static void a_trace_without_an_end_is_refused(void **state)
{
    (void)state;
    struct bench b;
    char path[512], cut[600];
    begin(&b);
    add(&b, "x/idle", soon, IDLE);
    assert_int_equal(run(&b), FP_OK);
    (void)snprintf(path, sizeof path, "%.*s",
                   FP_STR_ARG(b.results.items[0].trace));
    (void)snprintf(cut, sizeof cut, "%s/cut.jsonl", b.dir);
    FILE *from = fopen(path, "rb"), *to = fopen(cut, "wb");
    assert_non_null(from);
    assert_non_null(to);
    char *line = NULL;
    size_t room = 0, lines = 0;
    while (getline(&line, &room, from) > 0 &&
           strstr(line, "\"kind\":\"end\"") == NULL) {
        assert_true(fputs(line, to) >= 0);
        assert_int_equal(fflush(to), 0);
        struct fp_case_result r = {0};
        struct fp_err err = {0};
        assert_int_equal(fp_run_judge_trace(cut, &r, &err), FP_EPARSE);
        assert_non_null(strstr(err.msg, "cut.jsonl: no 'end' fact"));
        lines++;
    }
    assert_true(lines > 3);
    free(line);
    (void)fclose(from);
    (void)fclose(to);
    finish(&b);
}

static void a_client_that_breaks_is_an_error(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    add(&b, "x/exit", soon, "echo no library >&2; exit 3");
    add(&b, "x/crash", soon, "kill -SEGV $$");
    add(&b, "x/missing", soon, "cat");
    static char missing[] = "no-such-client";
    char *argv[] = {missing, NULL};
    b.clients[2].argv = argv;
    assert_int_equal(run(&b), FP_OK);
    assert_int_equal(b.results.n, 3);
    assert_error(&b.results.items[0], "exited with code 3");
    assert_error(&b.results.items[0], "no library");
    assert_error(&b.results.items[1], "signal 11");
    assert_error(&b.results.items[2], "no-such-client");
    assert_error(&b.results.items[2], "check the command");
    finish(&b);
}

/* What the client was refused for that is not its own doing. */
static void too_few_descriptors_are_an_error(void **state)
{
    (void)state;
    struct rlimit before, few;
    struct bench b;
    begin(&b);
    add(&b, "x/late", late,
        "for ((i = 0; i < 20; i++)); do"
        " exec {c}<>/dev/tcp/127.0.0.1/${FALLPROOF_URL##*:};"
        " printf 'GET /x HTTP/1.1\r\nHost: t\r\n\r\n' >&$c;"
        " read -r -t 5 status <&$c; done; exec cat");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 40;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    enum fp_status status = run(&b);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(status, FP_OK);
    assert_error(&b.results.items[0], "ulimit -n");
    finish(&b);
}

static void the_wall_limit_is_an_error(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    add(&b, "x/late", late, "exec cat");
    b.conf.timeout_ms = 200;
    assert_int_equal(run(&b), FP_OK);
    assert_error(&b.results.items[0], "wall limit of 200 ms");
    finish(&b);
}

static void a_worker_that_dies_is_an_error(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    /* The client's parent is the worker. */
    add(&b, "x/killed", late, "kill -KILL $PPID; exec sleep 1000");
    add(&b, "x/ended", late, "kill -TERM $PPID; exec sleep 1000");
    add(&b, "x/idle", soon, IDLE);
    assert_int_equal(run(&b), FP_OK);
    assert_int_equal(b.results.n, 3);
    assert_error(&b.results.items[0], "signal 9");
    assert_error(&b.results.items[1], "exit status 1");
    assert_true(fp_str_eqz(b.results.items[1].case_name, "x/ended"));
    assert_int_equal(b.results.items[2].verdict, FP_FAIL);
    finish(&b);
}

static void what_stood_still_is_run_again(void **state)
{
    (void)state;
    struct bench b;
    char path[512];
    begin(&b);
    /* The worker is stopped over the moment at which the case fails. */
    add(&b, "x/stalled", soon,
        POLL "kill -STOP $PPID; sleep 0.6; kill -CONT $PPID; exec cat");
    add(&b, "x/idle", soon, IDLE);
    assert_int_equal(run(&b), FP_OK);
    assert_int_equal(b.results.n, 2);
    assert_int_equal(b.results.items[0].verdict, FP_INCONCLUSIVE);
    assert_true(b.results.items[0].rerun);
    assert_int_equal(b.results.items[1].verdict, FP_FAIL);
    assert_false(b.results.items[1].rerun);
    assert_int_equal(b.told, 2);
    assert_int_equal(
        access(path_in(&b, "traces/x.stalled@plain.shell.first.jsonl", path),
               R_OK),
        0);
    finish(&b);
}

/* -- what is kept -------------------------------------------------------- */

static void results_are_in_the_order_of_items(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    add(&b, "x/z", soon, IDLE);
    add(&b, "x/a", soon, "exit 1");
    add(&b, "x/m", soon, IDLE);
    b.items[2].copy = 2;
    b.conf.jobs = 3;
    assert_int_equal(run(&b), FP_OK);
    char path[512];
    struct fp_results stored = {0};
    assert_int_equal(
        fp_results_load(&stored, path_in(&b, "results.jsonl", path), NULL),
        FP_OK);
    assert_int_equal(stored.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(fp_str_eq(stored.items[i].case_name, b.cases[i]->name));
        assert_true(fp_str_eq(b.results.items[i].case_name, b.cases[i]->name));
    }
    fp_results_deinit(&stored);
    assert_int_equal(
        access(path_in(&b, "traces/x.m@plain.shell.2.jsonl", path), R_OK), 0);
    finish(&b);
}

static void nothing_is_kept_without_a_folder(void **state)
{
    (void)state;
    struct bench b;
    char path[512];
    begin(&b);
    add(&b, "x/idle", soon, IDLE);
    b.conf.out_dir = NULL;
    assert_int_equal(run(&b), FP_OK);
    assert_int_equal(b.results.n, 1);
    assert_null(b.results.items[0].trace.p);
    assert_int_equal(access(path_in(&b, "results.jsonl", path), F_OK), -1);
    finish(&b);
}

static void a_folder_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    add(&b, "x/idle", soon, IDLE);
    b.conf.out_dir = "/proc/no-such-folder";
    assert_int_equal(run(&b), FP_EIO);
    assert_non_null(strstr(b.err.msg, "/proc/no-such-folder"));
    assert_non_null(strstr(b.err.msg, "--out"));
    assert_int_equal(b.results.n, 0);
    finish(&b);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct bench b;
    char path[512];
    begin(&b);
    add(&b, "x/idle", soon, IDLE);
    assert_int_equal(symlink("/dev/full", path_in(&b, "results.jsonl", path)),
                     0);
    assert_int_equal(run(&b), FP_EIO);
    assert_non_null(strstr(b.err.msg, "make room"));
    assert_int_equal(b.results.n, 1);
    finish(&b);
}

static void the_first_failure_can_end_it(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    add(&b, "x/exit", late, "exit 1");
    for (int i = 0; i < 3; i++)
        add(&b, "x/late", late, "exec cat");
    b.conf.fail_fast = true;
    assert_int_equal(run(&b), FP_OK);
    assert_int_equal(b.results.n, 1);
    assert_error(&b.results.items[0], "code 1");
    assert_int_equal(lines_of_results(&b), 1);
    finish(&b);
}

/* -- processes ----------------------------------------------------------- */

static void what_a_client_leaves_is_ended(void **state)
{
    (void)state;
    struct bench b;
    char path[512];
    begin(&b);
    add(&b, "x/daemon", soon,
        "setsid sh -c 'trap : TERM HUP; echo $$ > pid.new; mv pid.new pid;"
        "while :; do sleep 1000; done' & "
        "while [ ! -e pid ]; do :; done;" IDLE);
    assert_int_equal(run(&b), FP_OK);
    assert_int_equal(b.results.items[0].verdict, FP_FAIL);
    assert_is_gone(pid_in(path_in(&b, "pid", path)));
    finish(&b);
}

/* In a process of its own, so that it can be sent a signal. */
static int interrupted_run(struct bench *b)
{
    if (run(b) != FP_OK || !b->interrupted)
        return 1;
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
        return 2;
    return b->results.n == 1 ? 0 : 3;
}

static void an_interruption_keeps_what_there_is(void **state)
{
    (void)state;
    struct bench b;
    char path[512];
    int told[2];
    begin(&b);
    assert_int_equal(pipe(told), 0);
    add(&b, "x/exit", soon, "exit 1");
    add(&b, "x/late", late,
        "trap '' TERM INT HUP; echo $$ > pid.new; mv pid.new pid;"
        "while :; do sleep 1000; done");
    b.told_fd = told[1];
    (void)fflush(NULL);
    pid_t runner = fork();
    if (runner == 0)
        _exit(interrupted_run(&b));
    char one;
    await_file(path_in(&b, "pid", path));
    assert_int_equal(read(told[0], &one, 1), 1);
    assert_int_equal(kill(runner, SIGINT), 0);
    int status;
    assert_int_equal(waitpid(runner, &status, 0), runner);
    assert_int_equal(status, 0);
    assert_is_gone(pid_in(path));
    assert_int_equal(lines_of_results(&b), 1);
    close(told[0]);
    close(told[1]);
    finish(&b);
}

/* SIGKILL to the runner: its workers notice, and end their clients. */
static void a_killed_runner_leaves_no_client(void **state)
{
    (void)state;
    struct bench b;
    char path[512];
    begin(&b);
    add(&b, "x/late", late,
        "trap '' TERM INT HUP; echo $$ > pid.new; mv pid.new pid;"
        "while :; do sleep 1000; done");
    (void)fflush(NULL);
    pid_t runner = fork();
    if (runner == 0)
        _exit(interrupted_run(&b));
    await_file(path_in(&b, "pid", path));
    pid_t client = pid_in(path);
    assert_int_equal(kill(runner, SIGKILL), 0);
    assert_int_equal(waitpid(runner, NULL, 0), runner);
    /* The worker is handed to us, the subreaper of an earlier run. */
    assert_true(waitpid(-1, NULL, 0) > 0);
    assert_is_gone(client);
    finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_that_does_nothing_fails),
        cmocka_unit_test(a_trace_is_judged_as_the_run_was),
        cmocka_unit_test(a_trace_without_an_end_is_refused),
        cmocka_unit_test(a_client_that_breaks_is_an_error),
        cmocka_unit_test(too_few_descriptors_are_an_error),
        cmocka_unit_test(the_wall_limit_is_an_error),
        cmocka_unit_test(a_worker_that_dies_is_an_error),
        cmocka_unit_test(what_stood_still_is_run_again),
        cmocka_unit_test(results_are_in_the_order_of_items),
        cmocka_unit_test(nothing_is_kept_without_a_folder),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_an_error),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(the_first_failure_can_end_it),
        cmocka_unit_test(what_a_client_leaves_is_ended),
        cmocka_unit_test(an_interruption_keeps_what_there_is),
        cmocka_unit_test(a_killed_runner_leaves_no_client),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
