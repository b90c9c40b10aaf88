/* SPDX-License-Identifier: MIT
 * pool.c - runs a function many times, a process each, many at once. */
#include "harness/run/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixtures/net/descendants.h"
#include "harness/base/alloc.h"
#include "harness/base/clock.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

enum {
    COMPLAINT_BYTES = 4096,
    ANSWER_BYTES = 64 * 1024 * 1024,
    STRAYS_MS = 2000,
    MOST_JOBS = 512,
};

/* One worker. pid 0: free. */
struct slot {
    size_t index;
    pid_t pid;
    int answer_fd, complaint_fd; /* reading ends; -1 = ended */
    struct fp_buf answer, complaint;
    uint64_t due_ns; /* UINT64_MAX = never */
    bool overdue, exited;
    int status;
};

struct pool {
    const struct fp_pool_conf *conf;
    struct slot *slots;
    struct pollfd *polled; /* 0: signals; then two a slot */
    unsigned jobs;         /* lowered when the system has no more to give */
    unsigned running;
    size_t next;
    uint64_t start_ns; /* not before this may the next one start */
    int signal_fd;
    sigset_t old_mask;
    struct sigaction old_chld;
    struct fp_pids keep; /* children that are not ours to kill, workers */
    size_t n_foreign;    /* how many of keep were there before */
    bool stop, interrupted;
};

/* -- in the worker ------------------------------------------------------- */

static void redirect(int complaint_fd)
{
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd >= 0)
        (void)dup2(null_fd, STDIN_FILENO);
    (void)dup2(complaint_fd, STDOUT_FILENO);
    (void)dup2(complaint_fd, STDERR_FILENO);
    if (null_fd > STDERR_FILENO)
        close(null_fd);
    if (complaint_fd > STDERR_FILENO)
        close(complaint_fd);
}

static bool has_leaked(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return __lsan_do_recoverable_leak_check() != 0;
#else
    return false;
#endif
}

static void
be_worker(struct pool *p, size_t index, int answer_fd, int complaint_fd)
{
    (void)setpgid(0, 0);
    fp_descendants_adopt();
    redirect(complaint_fd);
    close(p->signal_fd);
    for (unsigned i = 0; i < p->conf->jobs; i++) {
        if (p->slots[i].pid == 0)
            continue;
        close(p->slots[i].answer_fd);
        close(p->slots[i].complaint_fd);
    }
    (void)sigaction(SIGCHLD, &p->old_chld, NULL);
    (void)sigprocmask(SIG_SETMASK, &p->old_mask, NULL);
    int status = p->conf->work(p->conf->user, index, answer_fd);
    if (status == 0 && has_leaked())
        status = FP_POOL_LEAKED;
    _exit(status); /* not exit(): the parent's buffers are not ours */
}

/* -- starting ------------------------------------------------------------ */

/* Both ends close on exec; the reading end does not block. */
static bool pipe_open(int fd[2])
{
    if (pipe(fd) != 0)
        return false;
    (void)fcntl(fd[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(fd[1], F_SETFD, FD_CLOEXEC);
    (void)fcntl(fd[0], F_SETFL, O_NONBLOCK);
    return true;
}

static void pipe_close(int fd[2])
{
    close(fd[0]);
    close(fd[1]);
}

/* 0, or errno. */
static int fork_worker(struct pool *p, struct slot *s, size_t index)
{
    int answer[2], complaint[2], sys;
    pid_t parent = getpid();
    if (!pipe_open(answer))
        return errno;
    if (!pipe_open(complaint)) {
        sys = errno;
        pipe_close(answer);
        return sys;
    }
    (void)fflush(NULL);
    pid_t pid = fork();
    sys = errno;
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1); /* it died before the call above */
        close(answer[0]);
        close(complaint[0]);
        be_worker(p, index, answer[1], complaint[1]);
    }
    if (pid < 0) {
        pipe_close(answer);
        pipe_close(complaint);
        return sys;
    }
    (void)setpgid(pid, pid); /* whoever comes first */
    close(answer[1]);
    close(complaint[1]);
    s->pid = pid;
    s->answer_fd = answer[0];
    s->complaint_fd = complaint[0];
    return 0;
}

static uint64_t ms_from(uint64_t now, uint64_t ms)
{
    return ms > (UINT64_MAX - now) / FP_NS_PER_MS ? UINT64_MAX
                                                  : now + ms * FP_NS_PER_MS;
}

static struct slot *free_slot(struct pool *p)
{
    for (unsigned i = 0; i < p->conf->jobs; i++)
        if (p->slots[i].pid == 0)
            return &p->slots[i];
    return NULL;
}

static void set_times(struct pool *p, struct slot *s)
{
    const struct fp_pool_conf *c = p->conf;
    uint64_t now = fp_clock_ns();
    uint64_t limit = c->limit_ms == NULL ? 0 : c->limit_ms(c->user, s->index);
    s->due_ns = limit == 0 ? UINT64_MAX : ms_from(now, limit);
    if (c->gap_ms != NULL)
        p->start_ns = ms_from(now, c->gap_ms(c->user, s->index));
}

static enum fp_status start_one(struct pool *p, struct fp_err *err)
{
    struct slot *s = free_slot(p);
    if (s == NULL)
        return FP_OK;
    int sys = fork_worker(p, s, p->next);
    if (sys != 0 && p->running > 0) {
        p->jobs = p->running; /* go on with as many as the system can bear */
        return FP_OK;
    }
    if (sys != 0)
        return fp_fail_sys(err, sys,
                           "cannot start a worker process (more processes or "
                           "open files may be needed: ulimit -u, -n)");
    s->index = p->next++;
    s->overdue = s->exited = false;
    fp_buf_clear(&s->answer);
    fp_buf_clear(&s->complaint);
    (void)fp_pids_add(&p->keep, s->pid);
    p->running++;
    set_times(p, s);
    if (p->conf->on_start != NULL)
        p->conf->on_start(p->conf->user, s->index);
    return FP_OK;
}

static bool may_start(const struct pool *p)
{
    return !p->stop && p->next < p->conf->n && p->running < p->jobs &&
           fp_clock_ns() >= p->start_ns;
}

/* -- listening ----------------------------------------------------------- */

/* Reads what is there. Beyond keep bytes only the last are kept. */
static void drain(int *fd, struct fp_buf *to, size_t keep)
{
    char bytes[16 * 1024];
    while (*fd >= 0) {
        ssize_t n = read(*fd, bytes, sizeof bytes);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            close(*fd);
            *fd = -1;
            return;
        }
        fp_buf_add(to, bytes, (size_t)n);
        if (to->n > 2 * keep)
            fp_buf_drop(to, to->n - keep);
    }
}

static void kill_worker(const struct slot *s)
{
    if (s->exited)
        return;
    (void)kill(-s->pid, SIGKILL);
    (void)kill(s->pid, SIGKILL); /* its group may not stand yet */
}

static void listen_to(struct slot *s)
{
    drain(&s->answer_fd, &s->answer, ANSWER_BYTES);
    drain(&s->complaint_fd, &s->complaint, COMPLAINT_BYTES);
}

static void on_signals(struct pool *p)
{
    struct signalfd_siginfo info;
    while (read(p->signal_fd, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            continue;
        p->stop = p->interrupted = true;
    }
}

static struct slot *slot_of(struct pool *p, pid_t pid)
{
    for (unsigned i = 0; i < p->conf->jobs; i++)
        if (p->slots[i].pid == pid)
            return &p->slots[i];
    return NULL;
}

/* Orphans of workers are reaped too: we are their subreaper. */
static void reap(struct pool *p)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct slot *s = slot_of(p, pid);
        if (s == NULL)
            continue;
        s->exited = true;
        s->status = status;
    }
}

/* -- ends ---------------------------------------------------------------- */

static void forget(struct pool *p, struct slot *s)
{
    for (size_t i = p->n_foreign; i < p->keep.n; i++)
        if (p->keep.pid[i] == s->pid)
            p->keep.pid[i] = p->keep.pid[--p->keep.n];
    if (s->answer_fd >= 0)
        close(s->answer_fd);
    if (s->complaint_fd >= 0)
        close(s->complaint_fd);
    s->pid = 0;
    p->running--;
}

static void finish(struct pool *p, struct slot *s)
{
    listen_to(s);
    struct fp_str complaint = fp_buf_view(&s->complaint);
    if (complaint.n > COMPLAINT_BYTES)
        complaint = fp_str_from(complaint, complaint.n - COMPLAINT_BYTES);
    struct fp_pool_end end = {
        .index = s->index,
        .answer = fp_buf_view(&s->answer),
        .complaint = complaint,
        .status = s->status,
        .overdue = s->overdue,
    };
    forget(p, s);
    if (end.status != 0) /* it could not clear up after itself */
        (void)fp_descendants_kill(&p->keep, STRAYS_MS);
    if (!p->stop && !p->conf->on_end(p->conf->user, &end))
        p->stop = true;
}

static void finish_ended(struct pool *p)
{
    for (unsigned i = 0; i < p->conf->jobs; i++)
        if (p->slots[i].pid != 0 && p->slots[i].exited)
            finish(p, &p->slots[i]);
}

static void kill_overdue(struct pool *p)
{
    uint64_t now = fp_clock_ns();
    for (unsigned i = 0; i < p->conf->jobs; i++) {
        struct slot *s = &p->slots[i];
        if (s->pid == 0 || s->overdue || s->due_ns > now)
            continue;
        s->overdue = true;
        kill_worker(s);
    }
}

/* -- waiting ------------------------------------------------------------- */

static uint64_t next_moment(const struct pool *p)
{
    uint64_t next = UINT64_MAX;
    if (p->next < p->conf->n && p->running < p->jobs)
        next = p->start_ns;
    for (unsigned i = 0; i < p->conf->jobs; i++) {
        const struct slot *s = &p->slots[i];
        if (s->pid != 0 && !s->overdue && s->due_ns < next)
            next = s->due_ns;
    }
    return next;
}

static int timeout_until(uint64_t moment)
{
    if (moment == UINT64_MAX)
        return -1;
    uint64_t now = fp_clock_ns();
    uint64_t ms = moment <= now ? 0 : (moment - now) / FP_NS_PER_MS + 1;
    return ms > 60000 ? 60000 : (int)ms;
}

static void wait_and_listen(struct pool *p)
{
    p->polled[0] = (struct pollfd){.fd = p->signal_fd, .events = POLLIN};
    for (unsigned i = 0; i < p->conf->jobs; i++) {
        const struct slot *s = &p->slots[i];
        bool used = s->pid != 0;
        p->polled[1 + 2 * i] =
            (struct pollfd){.fd = used ? s->answer_fd : -1, .events = POLLIN};
        p->polled[2 + 2 * i] = (struct pollfd){
            .fd = used ? s->complaint_fd : -1, .events = POLLIN};
    }
    (void)poll(p->polled, 1 + 2 * (nfds_t)p->conf->jobs,
               timeout_until(next_moment(p)));
    on_signals(p);
    for (unsigned i = 0; i < p->conf->jobs; i++)
        if (p->slots[i].pid != 0)
            listen_to(&p->slots[i]);
    reap(p);
}

static enum fp_status run_all(struct pool *p, struct fp_err *err)
{
    while (!p->stop && (p->next < p->conf->n || p->running > 0)) {
        while (may_start(p) && p->running < p->jobs) {
            enum fp_status status = start_one(p, err);
            if (status != FP_OK)
                return status;
        }
        wait_and_listen(p);
        kill_overdue(p);
        finish_ended(p);
    }
    return FP_OK;
}

/* -- set-up -------------------------------------------------------------- */

static bool is_ignored(int signal)
{
    struct sigaction now;
    return sigaction(signal, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

/* An ignored SIGHUP (nohup) stays ignored. SIGCHLD must not be, or children
 * would vanish unreaped. */
static enum fp_status block_signals(struct pool *p, struct fp_err *err)
{
    const int stops[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    for (size_t i = 0; i < FP_COUNT(stops); i++)
        if (!is_ignored(stops[i]))
            sigaddset(&mask, stops[i]);
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    (void)sigaction(SIGCHLD, &by_default, &p->old_chld);
    (void)sigprocmask(SIG_BLOCK, &mask, &p->old_mask);
    p->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (p->signal_fd < 0)
        return fp_fail_sys(err, errno, "cannot listen to signals");
    return FP_OK;
}

static void end_all(struct pool *p)
{
    for (unsigned i = 0; i < p->conf->jobs; i++)
        if (p->slots[i].pid != 0)
            kill_worker(&p->slots[i]);
    p->keep.n = p->n_foreign; /* workers are no longer spared */
    (void)fp_descendants_kill(&p->keep, STRAYS_MS);
    for (unsigned i = 0; i < p->conf->jobs; i++) {
        if (p->slots[i].pid != 0)
            forget(p, &p->slots[i]);
        fp_buf_deinit(&p->slots[i].answer);
        fp_buf_deinit(&p->slots[i].complaint);
    }
}

static void unblock_signals(struct pool *p)
{
    if (p->signal_fd >= 0) {
        on_signals(p); /* what came while ending must not end us afterwards */
        close(p->signal_fd);
    }
    (void)sigaction(SIGCHLD, &p->old_chld, NULL);
    (void)sigprocmask(SIG_SETMASK, &p->old_mask, NULL);
}

enum fp_status fp_pool_run(const struct fp_pool_conf *given, bool *interrupted,
                           struct fp_err *err)
{
    struct fp_pool_conf conf = *given;
    conf.jobs = conf.jobs < 1 ? 1 : conf.jobs;
    conf.jobs = conf.jobs > MOST_JOBS ? MOST_JOBS : conf.jobs;
    struct pool p = {.conf = &conf, .jobs = conf.jobs, .signal_fd = -1};
    p.slots = fp_calloc(conf.jobs, sizeof *p.slots);
    p.polled = fp_calloc(1 + 2 * (size_t)conf.jobs, sizeof *p.polled);
    enum fp_status status;
    if (p.slots == NULL || p.polled == NULL) {
        status = fp_fail(err, FP_ENOMEM, "out of memory");
    } else {
        fp_descendants_adopt();
        fp_descendants_find(&p.keep, NULL);
        p.n_foreign = p.keep.n;
        status = block_signals(&p, err);
        if (status == FP_OK)
            status = run_all(&p, err);
        end_all(&p);
        unblock_signals(&p);
    }
    *interrupted = p.interrupted;
    fp_pids_deinit(&p.keep);
    fp_free(p.slots);
    fp_free(p.polled);
    return status;
}
