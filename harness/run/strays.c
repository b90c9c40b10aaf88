/* SPDX-License-Identifier: MIT
 * strays.c - processes that lost their parent and became ours. */
#include "harness/run/strays.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/alloc.h"
#include "harness/base/clock.h"
#include "harness/base/str.h"

enum { LOOK_EVERY_MS = 2 };

void fp_pids_deinit(struct fp_pids *p)
{
    fp_free(p->pid);
    *p = (struct fp_pids){0};
}

void fp_pids_add(struct fp_pids *p, pid_t pid)
{
    if (p->n == p->cap) {
        size_t cap = p->cap == 0 ? 16 : 2 * p->cap;
        pid_t *more = fp_realloc(p->pid, cap * sizeof *more);
        if (more == NULL)
            return;
        p->pid = more;
        p->cap = cap;
    }
    p->pid[p->n++] = pid;
}

static bool has(const struct fp_pids *p, pid_t pid)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->pid[i] == pid)
            return true;
    return false;
}

/* The parent of a process; -1 when it is gone. In /proc/PID/stat the name, in
 * parentheses, may itself hold blanks and parentheses. */
static pid_t parent_of(const char *pid)
{
    char path[64], text[512];
    (void)snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return -1;
    text[n] = '\0';
    const char *end = strrchr(text, ')');
    if (end == NULL || strlen(end) < 5)
        return -1;
    return (pid_t)strtol(end + 4, NULL, 10); /* ") S PPID" */
}

struct process {
    pid_t pid, parent;
};

/* Every process there is; *n of them. NULL when there is no memory or /proc. */
static struct process *list_all(size_t *n)
{
    DIR *dir = opendir("/proc");
    if (dir == NULL)
        return NULL;
    struct fp_buf all = {0};
    const struct dirent *d;
    while ((d = readdir(dir)) != NULL) {
        struct process p = {(pid_t)strtol(d->d_name, NULL, 10), -1};
        if (p.pid > 0)
            p.parent = parent_of(d->d_name);
        if (p.parent > 0)
            fp_buf_add(&all, &p, sizeof p);
    }
    closedir(dir);
    *n = all.n / sizeof(struct process);
    return (struct process *)(void *)all.p;
}

static void
add_below(struct fp_pids *found, const struct process *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (has(found, all[i].parent) && !has(found, all[i].pid))
            fp_pids_add(found, all[i].pid);
}

/* Strays and what is below them. */
static void find(struct fp_pids *found, const struct fp_pids *keep)
{
    size_t n = 0, before;
    struct process *all = list_all(&n);
    if (all == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        if (all[i].parent == getpid() && !has(keep, all[i].pid))
            fp_pids_add(found, all[i].pid);
    do {
        before = found->n;
        add_below(found, all, n);
    } while (found->n > before);
    fp_free(all);
}

void fp_pids_add_children(struct fp_pids *p)
{
    size_t n = 0;
    struct process *all = list_all(&n);
    for (size_t i = 0; all != NULL && i < n; i++)
        if (all[i].parent == getpid())
            fp_pids_add(p, all[i].pid);
    fp_free(all);
}

size_t fp_strays_kill(const struct fp_pids *keep, unsigned timeout_ms)
{
    uint64_t until = fp_clock_ns() + (uint64_t)timeout_ms * FP_NS_PER_MS;
    for (;;) {
        struct fp_pids found = {0};
        find(&found, keep);
        for (size_t i = 0; i < found.n; i++)
            (void)kill(found.pid[i], SIGKILL);
        for (size_t i = 0; i < found.n; i++)
            (void)waitpid(found.pid[i], NULL, WNOHANG);
        size_t left = found.n;
        fp_pids_deinit(&found);
        if (left == 0 || fp_clock_ns() > until)
            return left;
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}
