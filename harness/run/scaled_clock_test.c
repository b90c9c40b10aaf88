/* SPDX-License-Identifier: MIT
 * scaled_clock_test.c - what a client's clock did, and what it leaves. */
#include "harness/run/scaled_clock.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/run/identity.h"

static struct row {
    const char *name, *lines;
    uint64_t milli;
} rows[] = {
    {"nobody told", NULL, 0},
    {"one process", "10.012\n", 10012},
    {"the furthest counts", "10.001\n9.985\n10.002\n", 9985},
    {"one was not scaled", "10.000\n1.000\n", 1000},
    {"nothing readable", "x\n", 0},
};

static void speeds(void **state)
{
    const struct row *row = *state;
    char temp[] = "/tmp/fallproof-clock-XXXXXX", path[128];
    assert_non_null(mkdtemp(temp));
    (void)snprintf(path, sizeof path, "%s/%s", temp, FP_CLOCK_FILE);
    if (row->lines != NULL) {
        FILE *f = fopen(path, "we");
        assert_non_null(f);
        assert_true(fputs(row->lines, f) >= 0);
        assert_int_equal(0, fclose(f));
    }
    assert_int_equal(row->milli, fp_scaled_clock_speed(temp, 10));
    (void)unlink(path);
    assert_int_equal(0, rmdir(temp));
}

static void leave(const char *dir, const char *name, int pid, char path[128])
{
    (void)snprintf(path, 128, "%s/%s%d", dir, name, pid);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(0, close(fd));
}

static void sweeps_only_the_dead(void **state)
{
    (void)state;
    char dir[] = "/tmp/fallproof-clock-XXXXXX";
    char dead[128], dead_sem[128], alive[128], other[128];
    assert_non_null(mkdtemp(dir));
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(0);
    assert_int_equal(pid, waitpid(pid, NULL, 0));
    leave(dir, "faketime_shm_", (int)pid, dead);
    leave(dir, "sem.faketime_sem_", (int)pid, dead_sem);
    leave(dir, "faketime_shm_", (int)getpid(), alive);
    leave(dir, "other_shm_", (int)pid, other);
    fp_scaled_clock_sweep(dir);
    assert_int_not_equal(0, access(dead, F_OK));
    assert_int_not_equal(0, access(dead_sem, F_OK));
    assert_int_equal(0, unlink(alive));
    assert_int_equal(0, unlink(other));
    assert_int_equal(0, rmdir(dir));
}

static struct scale_row {
    const char *name;
    enum fp_fault_kind kind;
    uint64_t after_ms;
    double asked, want;
} scales[] = {
    {"not asked", FP_FAULT_DELAY, 0, 0, 1},
    {"long timers are scaled", FP_FAULT_LIFETIME, 60000, 10, 10},
    {"short pauses are not", FP_FAULT_DRIBBLE, 20, 10, 1},
    {"nor slices", FP_FAULT_SLICE, 0, 10, 1},
};

static void scale_of_a_case(void **state)
{
    const struct scale_row *row = *state;
    struct fp_fault fault = {.kind = row->kind, .after_ms = row->after_ms};
    struct fp_hop hop = {.faults = &fault, .n_faults = 1};
    struct fp_case c = {.path = &hop, .n_path = 1};
    struct fp_run_client client = {.time_scale = row->asked};
    struct fp_run_item item = {.c = &c, .client = &client};
    assert_true(fp_run_time_scale(&item) == row->want);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + FP_COUNT(scales) + 1];
    size_t n = 0;
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[n++] = (struct CMUnitTest){rows[i].name, speeds, 0, 0, &rows[i]};
    for (size_t i = 0; i < FP_COUNT(scales); i++)
        tests[n++] = (struct CMUnitTest){scales[i].name, scale_of_a_case, 0, 0,
                                         &scales[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(sweeps_only_the_dead);
    return cmocka_run_group_tests_name("scaled clock", tests, NULL, NULL);
}
