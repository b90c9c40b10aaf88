/* SPDX-License-Identifier: MIT
 * pool_test.c - workers that answer, crash, hang, flood, and leave children
 * behind: each is told as what it is, and no process is left. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/base/clock.h"
#include "harness/run/pool.h"

enum { MOST = 64 };

struct seen {
    size_t ends, starts, stop_after;
    struct fp_buf answer[MOST], complaint[MOST];
    int status[MOST];
    bool overdue[MOST];
    uint64_t start_ns[MOST];
    size_t order[MOST];
};

static void on_start(void *user, size_t i)
{
    struct seen *seen = user;
    seen->starts++;
    seen->start_ns[i] = fp_clock_ns();
}

static bool on_end(void *user, const struct fp_pool_end *end)
{
    struct seen *seen = user;
    fp_buf_str(&seen->answer[end->index], end->answer);
    fp_buf_str(&seen->complaint[end->index], end->complaint);
    seen->status[end->index] = end->status;
    seen->overdue[end->index] = end->overdue;
    seen->order[seen->ends++] = end->index;
    return seen->stop_after == 0 || seen->ends < seen->stop_after;
}

static void deinit(struct seen *seen)
{
    for (size_t i = 0; i < MOST; i++) {
        fp_buf_deinit(&seen->answer[i]);
        fp_buf_deinit(&seen->complaint[i]);
    }
}

static void say(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        _exit(99);
}

/* For ever, without a sleep. */
static void hang(void)
{
    for (;;)
        (void)poll(NULL, 0, 1000);
}

/* A process that has left its session and its parent, and will not end. Its
 * pid is known to the test through a file. */
static void daemonise(const char *pid_file)
{
    pid_t first = fork();
    if (first != 0) {
        (void)waitpid(first, NULL, 0);
        return;
    }
    (void)setsid();
    if (fork() != 0)
        _exit(0);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGTERM, &ignore, NULL);
    (void)sigaction(SIGHUP, &ignore, NULL);
    FILE *f = fopen(pid_file, "w");
    if (f != NULL) {
        (void)fprintf(f, "%d\n", (int)getpid());
        (void)fclose(f);
    }
    hang();
}

static void await_file(const char *path)
{
    while (access(path, F_OK) != 0)
        (void)poll(NULL, 0, 1);
}

static pid_t pid_in(const char *path)
{
    FILE *f = fopen(path, "r");
    char text[32] = "";
    if (f != NULL) {
        (void)fgets(text, sizeof text, f);
        (void)fclose(f);
    }
    return (pid_t)strtol(text, NULL, 10);
}

static char *temp_name(char out[64], const char *what)
{
    (void)snprintf(out, 64, "/tmp/pool-test-%d-%s", (int)getpid(), what);
    (void)unlink(out);
    return out;
}

static void assert_no_child_is_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void run(struct seen *seen, struct fp_pool_conf conf)
{
    bool interrupted = true;
    struct fp_err err = {0};
    conf.on_start = on_start;
    conf.on_end = on_end;
    if (conf.user == NULL)
        conf.user = seen;
    assert_int_equal(fp_pool_run(&conf, &interrupted, &err), FP_OK);
    assert_false(interrupted);
    assert_no_child_is_left();
}

/* -- tests --------------------------------------------------------------- */

static int answer_index(void *user, size_t i, int fd)
{
    (void)user;
    char text[32];
    (void)snprintf(text, sizeof text, "answer %zu", i);
    say(fd, text);
    return 0;
}

static void collects_every_answer(void **state)
{
    (void)state;
    for (unsigned jobs = 0; jobs <= 20; jobs += 5) {
        struct seen seen = {0};
        run(&seen,
            (struct fp_pool_conf){.n = 20, .jobs = jobs, .work = answer_index});
        assert_int_equal(seen.ends, 20);
        for (size_t i = 0; i < 20; i++) {
            char want[32];
            (void)snprintf(want, sizeof want, "answer %zu", i);
            assert_string_equal(fp_buf_cstr(&seen.answer[i]), want);
            assert_int_equal(seen.status[i], 0);
        }
        deinit(&seen);
    }
}

static void accepts_nothing_to_do(void **state)
{
    (void)state;
    struct seen seen = {0};
    run(&seen, (struct fp_pool_conf){.n = 0, .jobs = 4, .work = answer_index});
    assert_int_equal(seen.starts + seen.ends, 0);
}

static int misbehave(void *user, size_t i, int fd)
{
    (void)user;
    switch (i) {
    case 0:
        say(STDERR_FILENO, "about to abort\n");
        (void)raise(SIGKILL);
        return 0;
    case 1:
        hang();
        return 0;
    case 2:
        say(fd, "half an ans");
        return 3;
    default:
        return answer_index(user, i, fd);
    }
}

static uint64_t short_limit(void *user, size_t i)
{
    (void)user;
    return i == 1 ? 100 : 60000;
}

static void tells_a_crash_from_a_hang(void **state)
{
    (void)state;
    struct seen seen = {0};
    run(&seen,
        (struct fp_pool_conf){
            .n = 4, .jobs = 4, .work = misbehave, .limit_ms = short_limit});
    assert_int_equal(seen.ends, 4);
    assert_true(WIFSIGNALED(seen.status[0]));
    assert_int_equal(WTERMSIG(seen.status[0]), SIGKILL);
    assert_false(seen.overdue[0]);
    assert_string_equal(fp_buf_cstr(&seen.complaint[0]), "about to abort\n");
    assert_true(seen.overdue[1]);
    assert_int_equal(WEXITSTATUS(seen.status[2]), 3);
    assert_string_equal(fp_buf_cstr(&seen.answer[2]), "half an ans");
    assert_string_equal(fp_buf_cstr(&seen.answer[3]), "answer 3");
    deinit(&seen);
}

static int flood(void *user, size_t i, int fd)
{
    (void)user;
    (void)i;
    char block[4096];
    memset(block, 'x', sizeof block);
    for (int n = 0; n < 4096; n++)
        if (write(n % 2 == 0 ? STDERR_FILENO : STDOUT_FILENO, block,
                  sizeof block) < 0)
            return 1;
    for (int n = 0; n < 256; n++)
        if (write(fd, block, sizeof block) < 0)
            return 1;
    say(STDERR_FILENO, "the end");
    return 0;
}

static void keeps_the_end_of_a_flood(void **state)
{
    (void)state;
    struct seen seen = {0};
    run(&seen, (struct fp_pool_conf){.n = 2, .jobs = 2, .work = flood});
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(seen.status[i], 0);
        assert_int_equal(seen.answer[i].n, 1024 * 1024);
        assert_int_equal(seen.complaint[i].n, 4096);
        assert_non_null(strstr(fp_buf_cstr(&seen.complaint[i]), "xthe end"));
    }
    deinit(&seen);
}

static const char *daemon_file;

static int leave_a_daemon(void *user, size_t i, int fd)
{
    (void)user;
    (void)fd;
    if (i != 0)
        return 0;
    daemonise(daemon_file);
    await_file(daemon_file);
    (void)raise(SIGSEGV);
    return 0;
}

static void kills_what_a_worker_leaves(void **state)
{
    (void)state;
    char name[64];
    daemon_file = temp_name(name, "daemon");
    struct seen seen = {0};
    run(&seen,
        (struct fp_pool_conf){.n = 3, .jobs = 1, .work = leave_a_daemon});
    pid_t left = pid_in(name);
    (void)unlink(name);
    assert_true(left > 0);
    assert_int_equal(kill(left, 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_int_equal(seen.ends, 3);
    deinit(&seen);
}

static void spares_children_that_were_there_before(void **state)
{
    (void)state;
    pid_t before = fork();
    if (before == 0)
        hang();
    struct seen seen = {0};
    struct fp_pool_conf conf = {.n = 1,
                                .jobs = 1,
                                .work = misbehave, /* a crash: strays go */
                                .on_end = on_end,
                                .user = &seen};
    bool interrupted;
    assert_int_equal(fp_pool_run(&conf, &interrupted, NULL), FP_OK);
    assert_int_equal(kill(before, 0), 0);
    assert_int_equal(waitpid(before, NULL, WNOHANG), 0);
    (void)kill(before, SIGKILL);
    (void)waitpid(before, NULL, 0);
    deinit(&seen);
}

static uint64_t gap(void *user, size_t i)
{
    (void)user;
    (void)i;
    return 30;
}

static void spaces_the_starts(void **state)
{
    (void)state;
    struct seen seen = {0};
    run(&seen, (struct fp_pool_conf){
                   .n = 4, .jobs = 4, .work = answer_index, .gap_ms = gap});
    for (size_t i = 1; i < 4; i++)
        assert_true(seen.start_ns[i] - seen.start_ns[i - 1] >=
                    30 * (uint64_t)FP_NS_PER_MS);
    deinit(&seen);
}

static int first_answers(void *user, size_t i, int fd)
{
    (void)user;
    (void)fd;
    if (i > 0)
        hang();
    return 0;
}

static void stops_when_told(void **state)
{
    (void)state;
    struct seen seen = {.stop_after = 1};
    run(&seen, (struct fp_pool_conf){.n = 9, .jobs = 3, .work = first_answers});
    assert_int_equal(seen.ends, 1);
    assert_true(seen.starts >= 1 && seen.starts <= 4);
    deinit(&seen);
}

static int hang_beside_a_daemon(void *user, size_t i, int fd)
{
    (void)user;
    (void)i;
    (void)fd;
    daemonise(daemon_file);
    hang();
    return 0;
}

/* In a process of its own, so that it can be sent signals. */
static int run_beside_a_daemon(const char *pid_file)
{
    daemon_file = pid_file;
    struct seen seen = {0};
    struct fp_pool_conf conf = {.n = 1,
                                .jobs = 1,
                                .work = hang_beside_a_daemon,
                                .on_end = on_end,
                                .user = &seen};
    bool interrupted = false;
    if (fp_pool_run(&conf, &interrupted, NULL) != FP_OK || !interrupted)
        return 1;
    return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD ? 0 : 2;
}

static void an_interruption_leaves_no_process(void **state)
{
    const int *signal = *state;
    char name[64];
    temp_name(name, "interrupted");
    (void)fflush(NULL);
    pid_t runner = fork();
    if (runner == 0)
        _exit(run_beside_a_daemon(name));
    await_file(name);
    (void)kill(runner, *signal);
    int status;
    assert_int_equal(waitpid(runner, &status, 0), runner);
    pid_t left = pid_in(name);
    (void)unlink(name);
    assert_int_equal(status, 0);
    assert_true(left == 0 || (kill(left, 0) == -1 && errno == ESRCH));
}

static void on_first_start(void *user, size_t i)
{
    (void)user;
    if (i == 3)
        (void)raise(SIGINT); /* blocked: taken up at the next wait */
}

static void keeps_what_ended_before_the_interruption(void **state)
{
    (void)state;
    (void)fflush(NULL);
    struct seen seen = {0};
    struct fp_pool_conf conf = {.n = 8,
                                .jobs = 1,
                                .work = answer_index,
                                .on_start = on_first_start,
                                .on_end = on_end,
                                .user = &seen};
    bool interrupted = false;
    assert_int_equal(fp_pool_run(&conf, &interrupted, NULL), FP_OK);
    assert_true(interrupted);
    assert_int_equal(seen.ends, 3);
    assert_string_equal(fp_buf_cstr(&seen.answer[2]), "answer 2");
    assert_no_child_is_left();
    deinit(&seen);
}

int main(void)
{
    static int interrupt = SIGINT, terminate = SIGTERM;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collects_every_answer),
        cmocka_unit_test(accepts_nothing_to_do),
        cmocka_unit_test(tells_a_crash_from_a_hang),
        cmocka_unit_test(keeps_the_end_of_a_flood),
        cmocka_unit_test(kills_what_a_worker_leaves),
        cmocka_unit_test(spares_children_that_were_there_before),
        cmocka_unit_test(spaces_the_starts),
        cmocka_unit_test(stops_when_told),
        cmocka_unit_test(keeps_what_ended_before_the_interruption),
        {"SIGINT leaves no process", an_interruption_leaves_no_process, NULL,
         NULL, &interrupt},
        {"SIGTERM leaves no process", an_interruption_leaves_no_process, NULL,
         NULL, &terminate},
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
