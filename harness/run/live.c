/* SPDX-License-Identifier: MIT
 * live.c - a case while it runs: stage, client, judge and clock on one loop. */
#include "harness/run/live.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "fixtures/client/plugin.h"
#include "fixtures/net/net.h"
#include "harness/base/clock.h"
#include "harness/run/client_env.h"
#include "harness/run/scaled_clock.h"
#include "harness/run/stage.h"
#include "harness/run/stall.h"

extern char **environ;

enum {
    /* Long, since only a broken client is waited for. */
    TERM_MS = 5000, /* as closes-cleanly judges */
    KILL_MS = 2000,
    /* After its exit, what the client's sockets still held is read: this many
     * turns of the loop, so that a late turn cannot skip the reading. */
    SETTLE_TURNS = 5,
    SETTLE_MS = 1,
    /* A judge whose deadline does not move is asked again after this. */
    STUCK_MS = 50,
    LAST_LINE_BYTES = 160,
    SIGNALS = 65,
};

enum state {
    STARTING,
    RUNNING,
    STOPPING, /* the client was asked to end */
    SETTLING, /* the client has ended */
    OVER,
};

enum event {
    EV_DECIDED, /* the judge needs no more */
    EV_EXIT,    /* the client ended */
    EV_WALL,    /* the wall limit */
    EV_TERM,    /* the worker is to end at once */
    EV_SETTLED, /* the client's sockets are read out */
};

struct live {
    const struct fp_live_conf *conf;
    struct fp_loop *loop;
    struct fp_stage stage;
    struct fp_plugin *plugin;
    struct fp_stall_watch *stalls;
    struct fp_timer *deadline, *decide, *wall, *settle;
    struct fp_poll *term;
    enum state state;
    size_t fed; /* facts, so far */
    uint64_t deadline_ns;
    bool is_decided, has_exited, was_reached, said_unsupported, terminated,
        has_clock;
    int exit_code;
    unsigned open_conns, turns;
    const char *end_name;
    struct fp_buf end_text;
    struct fp_arena arena;
};

static const struct fp_case *case_of(const struct live *l)
{
    return l->conf->item->c;
}

static void end_as(struct live *l, const char *name)
{
    if (l->end_name == NULL)
        l->end_name = name;
}

/* Of a client that was told to run faster: what its clock does. Told with its
 * first connection, before anything can be decided. */
static void add_clock(struct live *l)
{
    const double scale = l->conf->time_scale;
    if (scale <= 1 || l->has_clock)
        return;
    l->has_clock = true;
    struct fp_fact f = {
        .kind = FP_FACT_CLOCK,
        .at = FP_AT_RUN,
        .n = (int64_t)fp_scaled_clock_speed(l->conf->temp, scale)};
    fp_trace_add(l->conf->trace, &f);
}

static void add_end(struct live *l)
{
    struct fp_fact f = {.kind = FP_FACT_END,
                        .at = FP_AT_RUN,
                        .n = FP_N_ABSENT,
                        .name = fp_str_of(l->end_name),
                        .text = fp_buf_view(&l->end_text)};
    if (f.text.n == 0)
        f.text = FP_STR_NONE;
    fp_trace_add(l->conf->trace, &f);
}

/* -- states -------------------------------------------------------------- */

/* Refused TCP connections are not seen, so a client that gives up on them
 * cannot be told from one that never tried. */
static bool hides_connections(const struct fp_case *c)
{
    for (size_t i = 0; i < c->path[0].n_faults; i++)
        if (c->path[0].faults[i].kind == FP_FAULT_TCP_REFUSE)
            return true;
    return false;
}

static void settle(struct live *l)
{
    l->state = SETTLING;
    l->turns = 0;
    fp_timer_start(l->settle, 0);
}

static void stop(struct live *l)
{
    if (l->has_exited) {
        settle(l);
        return;
    }
    l->state = STOPPING;
    fp_plugin_stop(l->plugin, TERM_MS, KILL_MS);
}

static struct fp_str last_line(struct fp_str text)
{
    while (text.n > 0 && text.p[text.n - 1] == '\n')
        text.n--;
    size_t from = text.n;
    while (from > 0 && text.p[from - 1] != '\n')
        from--;
    return fp_str_upto(fp_str_from(text, from), LAST_LINE_BYTES);
}

static void explain_early_exit(struct live *l)
{
    struct fp_buf *t = &l->end_text;
    int code = l->exit_code;
    if (code < 0)
        fp_buf_printf(t, "the client was ended by signal %d (%s)", -code,
                      strsignal(-code));
    else
        fp_buf_printf(t, "the client exited with code %d", code);
    /* A shell's way of telling (POSIX, Shell Command Language 2.8.2). */
    if (code > 128 && code < 128 + SIGNALS)
        fp_buf_printf(t, " (signal %d, %s)", code - 128, strsignal(code - 128));
    fp_buf_z(t, " before it ever connected; a client stays until its standard "
                "input closes (docs/plugin.md)");
    struct fp_str last = last_line(fp_plugin_output(l->plugin));
    if (last.n > 0)
        fp_buf_printf(t, "; its last line was: %.*s", FP_STR_ARG(last));
}

static void on_client_gone(struct live *l)
{
    if (l->was_reached || l->said_unsupported || hides_connections(case_of(l)))
        return; /* the judge knows; it may still wait for what follows */
    explain_early_exit(l);
    end_as(l, "client-exit");
    settle(l);
}

static void on_wall(struct live *l)
{
    fp_buf_printf(&l->end_text,
                  "not decided within the wall limit of %llu ms; raise it with "
                  "--timeout, or report the case",
                  (unsigned long long)l->conf->wall_ms);
    end_as(l, "wall");
    stop(l);
}

static void terminate(struct live *l)
{
    l->terminated = true;
    end_as(l, "interrupted");
    l->state = OVER;
    fp_loop_stop(l->loop);
}

static void step_running(struct live *l, enum event ev)
{
    switch (ev) {
    case EV_DECIDED:
        end_as(l, "decided");
        stop(l);
        break;
    case EV_EXIT:
        on_client_gone(l);
        break;
    case EV_WALL:
        on_wall(l);
        break;
    case EV_TERM:
        terminate(l);
        break;
    case EV_SETTLED:
        break;
    }
}

static void step(struct live *l, enum event ev)
{
    switch (l->state) {
    case STARTING:
        break;
    case RUNNING:
        step_running(l, ev);
        break;
    case STOPPING:
        if (ev == EV_EXIT)
            settle(l);
        else if (ev == EV_TERM)
            terminate(l);
        break;
    case SETTLING:
        if (ev == EV_SETTLED) {
            l->state = OVER;
            add_end(l);
            fp_loop_stop(l->loop);
        } else if (ev == EV_TERM) {
            terminate(l);
        }
        break;
    case OVER: /* late events are legal */
        break;
    }
}

/* -- facts and time ------------------------------------------------------ */

static void arm_deadline(struct live *l)
{
    uint64_t next = fp_judge_next_deadline(l->conf->judge);
    if (next == l->deadline_ns)
        return;
    l->deadline_ns = next;
    if (next == UINT64_MAX) {
        fp_timer_stop(l->deadline);
        return;
    }
    uint64_t now = fp_trace_now_ns(l->conf->trace);
    uint64_t ms = next <= now ? 0 : (next - now) / FP_NS_PER_MS + 1;
    fp_timer_start(l->deadline, ms);
}

static void on_deadline(void *user)
{
    struct live *l = user;
    uint64_t reached = l->deadline_ns;
    l->deadline_ns = 0; /* whatever comes next is to be armed */
    if (fp_trace_now_ns(l->conf->trace) >= reached) {
        struct fp_fact f = {
            .kind = FP_FACT_DEADLINE, .at = FP_AT_RUN, .n = FP_N_ABSENT};
        fp_trace_add(l->conf->trace, &f);
    }
    if (l->is_decided || l->state != RUNNING)
        return;
    arm_deadline(l);
    if (l->deadline_ns == reached)
        fp_timer_start(l->deadline, STUCK_MS);
}

static bool is_clients(const struct fp_fact *f)
{
    return f->at == FP_AT_HOP && f->hop == 0 && f->side == FP_SIDE_CLIENT;
}

static const char more_files[] =
    "; raise the limit (ulimit -n), or run fewer cases at once (-j)";

/* What the client met was no network of the case: nothing can be judged. */
static void on_no_resources(struct live *l, struct fp_str what)
{
    if (l->end_name != NULL)
        return;
    fp_buf_str(&l->end_text, what);
    fp_buf_z(&l->end_text, more_files);
    end_as(l, "harness");
    fp_timer_start(l->decide, 0);
}

static void note(struct live *l, const struct fp_fact *f)
{
    if (f->kind == FP_FACT_FAULT && fp_str_eqz(f->name, FP_HOP_NO_RESOURCES))
        on_no_resources(l, f->text);
    if (f->kind == FP_FACT_CLIENT_SAYS)
        l->said_unsupported |= fp_str_eqz(f->name, "unsupported");
    if (!is_clients(f))
        return;
    if (f->kind == FP_FACT_CONN_OPEN) {
        l->was_reached = true;
        l->open_conns++;
    } else if (f->kind == FP_FACT_CONN_CLOSE && f->dir == FP_UP &&
               l->open_conns > 0) {
        l->open_conns--;
    }
}

static void on_fact(void *user, const struct fp_fact *f)
{
    struct live *l = user;
    const enum fp_fact_kind kind = f->kind;
    fp_judge_feed(l->conf->judge, f, l->fed++);
    /* Bytes are kept for people; they decide nothing. */
    if (kind == FP_FACT_BYTES)
        return;
    note(l, f);
    if (kind == FP_FACT_CONN_OPEN)
        add_clock(l); /* f may have moved */
    if (l->is_decided || kind == FP_FACT_END)
        return;
    if (fp_judge_is_decided(l->conf->judge)) {
        l->is_decided = true;
        fp_timer_stop(l->deadline);
        fp_timer_start(l->decide, 0); /* not from within an actor's call */
    } else if (l->deadline_ns != 0) {
        arm_deadline(l);
    }
}

static void on_decided(void *user) { step(user, EV_DECIDED); }

static void on_wall_limit(void *user) { step(user, EV_WALL); }

static void on_settle_turn(void *user)
{
    struct live *l = user;
    bool quiet = l->open_conns == 0 && l->turns > 0;
    if (quiet || l->turns++ == SETTLE_TURNS)
        step(l, EV_SETTLED);
    else
        fp_timer_start(l->settle, SETTLE_MS);
}

static void on_client_exit(void *user, int code)
{
    struct live *l = user;
    l->has_exited = true;
    l->exit_code = code;
    step(l, EV_EXIT);
}

static void on_term(void *user, bool readable, bool writable)
{
    (void)readable;
    (void)writable;
    step(user, EV_TERM);
}

/* -- opening and closing ------------------------------------------------- */

static enum fp_status open_timers(struct live *l, struct fp_err *err)
{
    l->deadline = fp_timer_new(l->loop, on_deadline, l);
    l->decide = fp_timer_new(l->loop, on_decided, l);
    l->wall = fp_timer_new(l->loop, on_wall_limit, l);
    l->settle = fp_timer_new(l->loop, on_settle_turn, l);
    l->stalls =
        fp_stall_watch_open(l->loop, l->conf->trace, l->conf->time_scale);
    bool all = l->deadline != NULL && l->decide != NULL && l->wall != NULL &&
               l->settle != NULL && l->stalls != NULL;
    if (l->conf->term_fd >= 0) {
        l->term = fp_poll_new(l->loop, l->conf->term_fd, on_term, l);
        if (l->term != NULL)
            fp_poll_watch(l->term, true, false);
        all = all && l->term != NULL;
    }
    return all ? FP_OK : fp_fail(err, FP_ENOMEM, "out of memory");
}

static enum fp_status open_stage(struct live *l, struct fp_err *err)
{
    struct fp_stage_conf conf = {
        .c = case_of(l),
        .protocol = l->conf->item->protocol,
        .seed = l->conf->seed,
        .time_scale = l->conf->time_scale,
        .trace = l->conf->trace,
    };
    return fp_stage_open(&l->stage, l->loop, &conf, err);
}

/* A self case brings its own client. */
static char *const *command_of(struct live *l)
{
    const struct fp_run_client *client = l->conf->item->client;
    struct fp_str script = case_of(l)->self.command;
    if (script.p == NULL)
        return client == NULL ? NULL : client->argv;
    char **argv = fp_arena_alloc(&l->arena, 4 * sizeof *argv);
    if (argv == NULL)
        return NULL;
    argv[0] = fp_arena_strdup(&l->arena, FP_STR("sh"));
    argv[1] = fp_arena_strdup(&l->arena, FP_STR("-c"));
    argv[2] = fp_arena_strdup(&l->arena, script);
    return argv[0] != NULL && argv[1] != NULL ? argv : NULL;
}

static enum fp_transport only_transport(const struct fp_run_client *client)
{
    if (client == NULL)
        return FP_TRANSPORT_NONE;
    return client->polling_only     ? FP_POLLING
           : client->websocket_only ? FP_WEBSOCKET
                                    : FP_TRANSPORT_NONE;
}

static enum fp_status start_client(struct live *l, struct fp_err *err)
{
    const struct fp_run_client *client = l->conf->item->client;
    struct fp_client_env env = {
        .item = l->conf->item, .port = l->stage.port, .temp = l->conf->temp};
    struct fp_plugin_start start = {
        .argv = command_of(l),
        .env = fp_client_env_make(&env, environ, &l->arena),
        .dir =
            client != NULL && client->dir != NULL ? client->dir : l->conf->temp,
        .only = only_transport(client),
        .trace = l->conf->trace,
        .on_exit = on_client_exit,
        .user = l,
    };
    if (start.argv == NULL || start.argv[0] == NULL)
        return fp_fail(err, FP_EINVAL, "there is no client to run");
    if (start.env == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    enum fp_status status = fp_plugin_start(&l->plugin, l->loop, &start, err);
    if (status == FP_OK)
        fp_stall_watch_client(l->stalls, fp_plugin_pid(l->plugin));
    return status;
}

static void
refuse_start(struct live *l, enum fp_status status, const struct fp_err *err)
{
    fp_buf_z(&l->end_text, err->msg);
    if (status == FP_ENOENT)
        fp_buf_z(&l->end_text,
                 "; the client was not started: check the command after --, "
                 "or install what the plug-in needs");
    else if (err->sys == EMFILE || err->sys == ENFILE)
        fp_buf_z(&l->end_text, more_files);
    else if (err->sys != 0)
        fp_buf_z(&l->end_text, "; the case could not be set up on this "
                               "machine");
    end_as(l, "harness");
    l->state = OVER;
    add_end(l);
}

static enum fp_status open_all(struct live *l, struct fp_err *err)
{
    enum fp_status status = open_timers(l, err);
    if (status == FP_OK)
        status = open_stage(l, err);
    if (status == FP_OK)
        status = start_client(l, err);
    return status;
}

static void close_all(struct live *l)
{
    fp_plugin_close(l->plugin);
    fp_stage_close(&l->stage);
    fp_stall_watch_close(l->stalls);
    fp_timer_close(l->deadline);
    fp_timer_close(l->decide);
    fp_timer_close(l->wall);
    fp_timer_close(l->settle);
    if (l->term != NULL)
        fp_poll_close(l->term);
}

static void run_loop(struct live *l)
{
    l->state = RUNNING;
    fp_timer_start(l->wall, l->conf->wall_ms);
    arm_deadline(l);
    if (l->is_decided)
        fp_timer_start(l->decide, 0);
    fp_loop_run(l->loop);
}

void fp_live_run(const struct fp_live_conf *conf, struct fp_live_end *end,
                 struct fp_err *err)
{
    struct live l = {.conf = conf, .deadline_ns = UINT64_MAX};
    struct fp_err start = {0};
    fp_trace_listen(conf->trace, on_fact, &l);
    enum fp_status status = fp_loop_new(&l.loop, &start);
    if (status == FP_OK)
        status = open_all(&l, &start);
    if (status == FP_OK)
        run_loop(&l);
    else
        refuse_start(&l, status, &start);
    fp_trace_listen(conf->trace, NULL, NULL);
    if (l.plugin != NULL)
        end->output = fp_arena_str(&end->arena, fp_plugin_output(l.plugin));
    end->terminated = l.terminated;
    if (l.loop != NULL) {
        close_all(&l);
        (void)!fp_loop_free(l.loop, err);
    }
    fp_buf_deinit(&l.end_text);
    fp_arena_deinit(&l.arena);
}
