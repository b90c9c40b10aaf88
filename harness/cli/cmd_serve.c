/* SPDX-License-Identifier: MIT
 * cmd_serve.c - `fallproof serve`: the reference server alone, to point any
 * client at. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "fixtures/server/server.h"
#include "harness/cli/serve_case.h"

static const struct fp_option options[] = {
    {"case", 0, "CASE",
     "open this case's whole network, and show attempts, polls and updates "
     "as they come; of the options below it takes --port, --protocol, --seed"},
    {"cases", 0, "DIR", "look for --case here"},
    {"seed", 0, "N", "for faults with a probability (1)"},
    {"port", 'P', "N", "listen there; the kernel chooses unless said"},
    {"address", 0, "IPV4", "listen on this address (127.0.0.1)"},
    {"protocol", 'p', "NAME", "engine.io-4 (default), engine.io-3 or plain"},
    {"app", 0, "NAME",
     "publish (numbered updates; default), echo (each Engine.IO message), "
     "suite (what the public Socket.IO test suite asks for)"},
    {"path", 0, "PATH", "/socket.io/ (echo: /engine.io/; plain: /updates)"},
    {"publish-every", 0, "TIME", "between updates (500ms)"},
    {"publish-bytes", 0, "N", "pad each update to this size"},
    {"ping-interval", 0, "TIME", "heartbeat (25s)"},
    {"ping-timeout", 0, "TIME", "for the answer to a heartbeat (20s)"},
    {"upgrade-timeout", 0, "TIME", "for an upgrade to complete (10s)"},
    {"connect-timeout", 0, "TIME", "for a namespace to be joined (45s)"},
    {"max-payload", 0, "N", "largest polling body and message (1000000)"},
    {"no-websocket", 0, NULL, "polling only"},
    {"no-polling", 0, NULL, "WebSocket only"},
    {"no-upgrades", 0, NULL, "polling sessions stay on polling"},
    {"cors-origin", 0, "ORIGIN", "answer with CORS headers for this origin"},
    {"cors-credentials", 0, NULL, "allow credentials"},
    {"recovery", 0, "TIME", "connection-state recovery for so long"},
    {"say-every", 0, "TIME", "emit `say`, for clients that answer `said`"},
    {"time-scale", 0, "N", "timers run N times faster (1)"},
};

struct serve {
    struct fp_loop *loop;
    struct fp_server *server;
    struct fp_stop *stop;
};

/* -- options ---------------------------------------------------------------*/

static bool read_protocol(const struct fp_args *a, enum fp_protocol *out)
{
    const char *name = fp_arg(a, "protocol");
    *out = FP_ENGINE_IO_4;
    if (name == NULL || fp_protocol_parse(fp_str_of(name), out))
        return true;
    (void)fp_usage_error(
        a, "unknown protocol '%s' (engine.io-4, engine.io-3, plain)", name);
    return false;
}

static bool read_app(const struct fp_args *a, enum fp_app *out)
{
    static const char *const names[] = {
        [FP_APP_PUBLISH] = "publish",
        [FP_APP_ECHO] = "echo",
        [FP_APP_SUITE] = "suite",
    };
    const char *name = fp_arg(a, "app");
    *out = FP_APP_PUBLISH;
    for (size_t i = 0; name != NULL && i < FP_COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum fp_app)i;
            return true;
        }
    }
    if (name == NULL)
        return true;
    (void)fp_usage_error(a, "unknown application '%s' (publish, echo, suite)",
                         name);
    return false;
}

static bool read_conf(const struct fp_args *a, struct fp_server_conf *c)
{
    bool ok = true;
    const size_t max = (size_t)fp_arg_count(a, "max-payload", 1000000, &ok);
    *c = (struct fp_server_conf){
        .path = fp_str_of(fp_arg(a, "path")),
        .publish_every_ms = fp_arg_duration(a, "publish-every", 500, &ok),
        .update_bytes = (size_t)fp_arg_count(a, "publish-bytes", 0, &ok),
        .ping_interval_ms = fp_arg_duration(a, "ping-interval", 25000, &ok),
        .ping_timeout_ms = fp_arg_duration(a, "ping-timeout", 20000, &ok),
        .upgrade_timeout_ms = fp_arg_duration(a, "upgrade-timeout", 10000, &ok),
        .connect_timeout_ms = fp_arg_duration(a, "connect-timeout", 45000, &ok),
        .max_payload_bytes = max,
        .websocket = !fp_arg_flag(a, "no-websocket"),
        .polling = !fp_arg_flag(a, "no-polling"),
        .allow_upgrades = !fp_arg_flag(a, "no-upgrades"),
        .cors_origin = fp_str_of(fp_arg(a, "cors-origin")),
        .cors_credentials = fp_arg_flag(a, "cors-credentials"),
        .recovery_ms = fp_arg_duration(a, "recovery", 0, &ok),
        .say_every_ms = fp_arg_duration(a, "say-every", 0, &ok),
        .say_bytes = 16,
    };
    return ok;
}

static bool read_open(const struct fp_args *a, struct fp_server_open *o,
                      struct fp_server_conf *conf)
{
    bool ok = read_conf(a, conf);
    uint64_t port = fp_arg_count(a, "port", 0, &ok);
    uint64_t scale = fp_arg_count(a, "time-scale", 1, &ok);
    *o = (struct fp_server_open){
        .conf = conf,
        .address = fp_arg(a, "address"),
        .port = (uint16_t)port,
        .time_scale = (double)scale,
    };
    if (o->address == NULL)
        o->address = "127.0.0.1";
    if (!ok || !read_protocol(a, &o->protocol) || !read_app(a, &o->app))
        return false;
    if (o->app == FP_APP_SUITE && o->protocol == FP_ENGINE_IO_3) {
        (void)fp_usage_error(a, "the suite is Socket.IO's of engine.io-4");
        return false;
    }
    /* engine.io's own default, which its public suite asks for. */
    if (o->app == FP_APP_ECHO && conf->path.p == NULL)
        conf->path = FP_STR("/engine.io/");
    if (port <= UINT16_MAX)
        return true;
    (void)fp_usage_error(a, "no such port: %s", fp_arg(a, "port"));
    return false;
}

/* -- serving ---------------------------------------------------------------*/

/* A connection is a descriptor. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void on_stop(void *user)
{
    struct serve *serve = user;
    fp_loop_stop(serve->loop);
}

static void say_where(const struct serve *serve, const struct fp_server_open *o)
{
    struct fp_str path = o->conf->path;
    if (path.p == NULL)
        path = fp_str_of(fp_protocol_path(o->protocol));
    printf("{\"url\":\"http://%s:%u\",\"path\":\"%.*s\",\"protocol\":\"%s\"}\n",
           o->address, (unsigned)fp_server_port(serve->server),
           FP_STR_ARG(path), fp_protocol_name(o->protocol));
    fflush(stdout);
}

static enum fp_status
serve_until_stopped(const struct fp_server_open *o, struct fp_err *err)
{
    struct serve serve = {0};
    enum fp_status status = fp_loop_new(&serve.loop, err);
    if (status != FP_OK)
        return status;
    status = fp_stop_open(&serve.stop, serve.loop, on_stop, &serve, err);
    if (status == FP_OK)
        status = fp_server_open(&serve.server, serve.loop, o, err);
    if (status == FP_OK) {
        say_where(&serve, o);
        fp_loop_run(serve.loop);
    }
    fp_server_close(serve.server);
    fp_stop_close(serve.stop);
    enum fp_status freed = fp_loop_free(serve.loop, err);
    return status != FP_OK ? status : freed;
}

static int run(const struct fp_args *a)
{
    struct fp_server_conf conf;
    struct fp_server_open open;
    struct fp_err err = {0};
    if (fp_arg(a, "case") != NULL)
        return fp_serve_case(a);
    if (!read_open(a, &open, &conf))
        return FP_EXIT_USAGE;
    raise_file_limit();
    if (serve_until_stopped(&open, &err) != FP_OK)
        return fp_report_error(a, &err);
    return FP_EXIT_OK;
}

const struct fp_command fp_cmd_serve = {
    .name = "serve",
    .summary = "the reference server, until interrupted",
    .usage = "",
    .about =
        "Prints one line of JSON with url, path and protocol once it listens. "
        "It behaves as socket.io 4.8 does; with `plain` it is a WebSocket that "
        "sends updates and GET ?since=N beside it. SIGINT and SIGTERM end it, "
        "with exit code 0.\n"
        "\n"
        "With --case the first line is the URL of the first hop of that case's "
        "path, so that a browser, a debugger or any client can be pointed at "
        "it.",
    .options = options,
    .n_options = FP_COUNT(options),
    .run = run,
};
