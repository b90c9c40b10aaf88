/* SPDX-License-Identifier: MIT
 * stall.c - when this machine stood still, so that nobody is blamed for it. */
#include "harness/run/stall.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/alloc.h"
#include "harness/base/clock.h"

enum {
    TICK_MS = 20,
    TICKS_A_SAMPLE = 5,    /* of the client's threads */
    SAMPLES_A_SEARCH = 10, /* for its children */
    MOST_THREADS = 256,    /* a browser has about 200 */
    MOST_PROCESSES = 32,
};

/* The kernel adds a wait when it is over, so one long wait shows at once, and
 * many short ones over two samples. */
struct thread {
    int tid;
    bool alive;
    struct fp_schedstat all;    /* since it began */
    struct fp_schedstat before; /* in the sample before the last */
    struct fp_schedstat last;   /* in the last sample */
};

struct fp_stall_watch {
    struct fp_timer *timer;
    struct fp_trace *trace;
    uint64_t over_ns; /* a stall is longer */
    uint64_t last_tick_ns, last_sample_ns;
    unsigned ticks, samples;
    int pids[MOST_PROCESSES]; /* the client first */
    size_t n_pids;
    struct thread threads[MOST_THREADS];
    size_t n_threads;
};

static void add_stall(struct fp_stall_watch *w, const char *whose, uint64_t ns)
{
    struct fp_fact f = {.kind = FP_FACT_STALL,
                        .at = FP_AT_RUN,
                        .n = (int64_t)(ns / FP_NS_PER_MS),
                        .name = fp_str_of(whose)};
    fp_trace_add(w->trace, &f);
}

/* -- reading /proc ------------------------------------------------------- */

bool fp_schedstat_parse(struct fp_str text, struct fp_schedstat *out)
{
    struct fp_str rest;
    struct fp_schedstat s;
    if (!fp_str_to_u64(fp_str_split(text, ' ', &rest), &s.ran_ns) ||
        rest.p == NULL ||
        !fp_str_to_u64(fp_str_split(rest, ' ', &rest), &s.waited_ns))
        return false;
    *out = s;
    return true;
}

uint64_t fp_stall_over_ns(double scale)
{
    double ms = FP_STALL_OVER_MS / (scale > 1 ? scale : 1);
    return (uint64_t)((ms > FP_STALL_LEAST_MS ? ms : FP_STALL_LEAST_MS) *
                      FP_NS_PER_MS);
}

bool fp_schedstat_is_starved(const struct fp_schedstat *span, uint64_t over_ns)
{
    return span->waited_ns > over_ns && span->ran_ns < span->waited_ns / 3;
}

/* Into text, which it fills at most to cap; the part that was read. */
static struct fp_str read_small(const char *path, char *text, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return FP_STR_NONE;
    ssize_t n = read(fd, text, cap);
    close(fd);
    return n <= 0 ? FP_STR_NONE : (struct fp_str){text, (size_t)n};
}

static bool schedstat_of(int pid, int tid, struct fp_schedstat *out)
{
    char path[64], text[128];
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", pid, tid);
    return fp_schedstat_parse(read_small(path, text, sizeof text), out);
}

typedef void tid_fn(struct fp_stall_watch *w, int pid, int tid);

static void for_each_thread(struct fp_stall_watch *w, int pid, tid_fn *fn)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *dir = opendir(path);
    if (dir == NULL)
        return;
    const struct dirent *d;
    while ((d = readdir(dir)) != NULL) {
        int tid = (int)strtol(d->d_name, NULL, 10);
        if (tid > 0)
            fn(w, pid, tid);
    }
    closedir(dir);
}

/* -- the client ---------------------------------------------------------- */

static void add_pid(struct fp_stall_watch *w, int pid)
{
    for (size_t i = 0; i < w->n_pids; i++)
        if (w->pids[i] == pid)
            return;
    if (pid > 0 && w->n_pids < MOST_PROCESSES)
        w->pids[w->n_pids++] = pid;
}

static void add_children(struct fp_stall_watch *w, int pid, int tid)
{
    char path[64], text[512];
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, tid);
    struct fp_str rest = read_small(path, text, sizeof text);
    while (rest.n > 0) {
        uint64_t child;
        struct fp_str word = fp_str_split(rest, ' ', &rest);
        if (fp_str_to_u64(word, &child) && child < INT32_MAX)
            add_pid(w, (int)child);
    }
}

static void search_children(struct fp_stall_watch *w)
{
    w->n_pids = 1;
    for (size_t i = 0; i < w->n_pids; i++)
        for_each_thread(w, w->pids[i], add_children);
}

static struct thread *thread_of(struct fp_stall_watch *w, int tid)
{
    for (size_t i = 0; i < w->n_threads; i++)
        if (w->threads[i].tid == tid)
            return &w->threads[i];
    if (w->n_threads == MOST_THREADS)
        return NULL;
    struct thread *t = &w->threads[w->n_threads++];
    *t = (struct thread){.tid = tid};
    return t;
}

static void sample_thread(struct fp_stall_watch *w, int pid, int tid)
{
    struct fp_schedstat now;
    struct thread *t = thread_of(w, tid);
    if (t == NULL || !schedstat_of(pid, tid, &now))
        return;
    t->alive = true;
    if (now.waited_ns < t->all.waited_ns) /* another has its number now */
        t->all = t->last = (struct fp_schedstat){0};
    t->before = t->last;
    t->last.ran_ns = now.ran_ns - t->all.ran_ns;
    t->last.waited_ns = now.waited_ns - t->all.waited_ns;
    t->all = now;
}

static void drop_dead(struct fp_stall_watch *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->n_threads; i++)
        if (w->threads[i].alive)
            w->threads[kept++] = w->threads[i];
    w->n_threads = kept;
}

static void sample_threads(struct fp_stall_watch *w)
{
    for (size_t i = 0; i < w->n_threads; i++)
        w->threads[i].alive = false;
    for (size_t i = 0; i < w->n_pids; i++)
        for_each_thread(w, w->pids[i], sample_thread);
    drop_dead(w);
}

/* The longest wait of a starved thread over two samples; told once. */
static uint64_t longest_wait(struct fp_stall_watch *w)
{
    uint64_t longest = 0;
    for (size_t i = 0; i < w->n_threads; i++) {
        struct thread *t = &w->threads[i];
        const struct fp_schedstat span = {
            .ran_ns = t->before.ran_ns + t->last.ran_ns,
            .waited_ns = t->before.waited_ns + t->last.waited_ns,
        };
        if (!fp_schedstat_is_starved(&span, w->over_ns))
            continue;
        if (span.waited_ns > longest)
            longest = span.waited_ns;
        t->last.waited_ns = 0;
    }
    return longest;
}

static void sample_client(struct fp_stall_watch *w, uint64_t now)
{
    if (w->samples++ % SAMPLES_A_SEARCH == 0)
        search_children(w);
    sample_threads(w);
    uint64_t waited = longest_wait(w);
    /* The wait ended some time since the last sample. */
    if (waited > 0)
        add_stall(w, "client", waited + (now - w->last_sample_ns));
    w->last_sample_ns = now;
}

/* Not only at a tick: where the loop wakes up late, it may first read what came
 * meanwhile, and the stall must stand in front of those facts. */
static void look_at_loop(void *user)
{
    struct fp_stall_watch *w = user;
    uint64_t now = fp_clock_ns();
    uint64_t late = now - w->last_tick_ns;
    if (late <= w->over_ns + (uint64_t)TICK_MS * FP_NS_PER_MS)
        return;
    w->last_tick_ns = now;
    add_stall(w, "loop", late - (uint64_t)TICK_MS * FP_NS_PER_MS);
}

static void on_tick(void *user)
{
    struct fp_stall_watch *w = user;
    look_at_loop(w);
    uint64_t now = fp_clock_ns();
    w->last_tick_ns = now;
    if (w->n_pids > 0 && ++w->ticks % TICKS_A_SAMPLE == 0)
        sample_client(w, now);
}

struct fp_stall_watch *
fp_stall_watch_open(struct fp_loop *loop, struct fp_trace *trace, double scale)
{
    struct fp_stall_watch *w = fp_calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->trace = trace;
    w->over_ns = fp_stall_over_ns(scale);
    w->last_tick_ns = fp_clock_ns();
    w->timer = fp_timer_new(loop, on_tick, w);
    if (w->timer == NULL) {
        fp_free(w);
        return NULL;
    }
    fp_timer_repeat(w->timer, TICK_MS, TICK_MS);
    fp_trace_before(trace, look_at_loop, w);
    return w;
}

void fp_stall_watch_client(struct fp_stall_watch *w, int pid)
{
    w->pids[0] = pid;
    w->n_pids = 1;
    w->last_sample_ns = fp_clock_ns();
}

void fp_stall_watch_close(struct fp_stall_watch *w)
{
    if (w == NULL)
        return;
    fp_trace_before(w->trace, NULL, NULL);
    fp_timer_close(w->timer);
    fp_free(w);
}
