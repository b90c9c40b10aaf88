/* SPDX-License-Identifier: MIT
 * client_choice.c - the client that a command line names. */
#include "harness/cli/client_choice.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/locate.h"
#include "harness/run/scaled_clock.h"

static const char reference[] = "reference";

enum {
    /* What a command whose cost nobody stated is taken for: a Node.js or
     * Python program with its library. */
    UNKNOWN_START_MS = 200,
};

static bool exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

static bool is_program(struct fp_str name)
{
    const char *path = getenv("PATH");
    struct fp_str rest = fp_str_of(path == NULL ? "/usr/bin:/bin" : path);
    struct fp_buf file = {0};
    bool found = false;
    while (rest.p != NULL && !found) {
        struct fp_str dir = fp_str_split(rest, ':', &rest);
        fp_buf_clear(&file);
        fp_buf_printf(&file, "%.*s/%.*s", FP_STR_ARG(dir), FP_STR_ARG(name));
        found = access(fp_buf_cstr(&file), X_OK) == 0;
    }
    fp_buf_deinit(&file);
    return found;
}

static bool has_slash(struct fp_str s)
{
    return s.n > 0 && memchr(s.p, '/', s.n) != NULL;
}

static bool is_there(const struct fp_client_file *f, struct fp_str need)
{
    if (!has_slash(need))
        return is_program(need);
    struct fp_buf path = {0};
    fp_buf_printf(&path, "%.*s/%.*s", FP_STR_ARG(f->dir), FP_STR_ARG(need));
    bool yes = exists(fp_buf_cstr(&path));
    fp_buf_deinit(&path);
    return yes;
}

/* The path of NAME's client.yaml: a folder, or one of the shipped clients. */
static bool find_file(struct fp_buf *out, const char *name)
{
    fp_buf_printf(out, "%s/client.yaml", name);
    if (exists(fp_buf_cstr(out)))
        return true;
    struct fp_buf below = {0};
    static const char *const folders[] = {"fixtures/clients", "clients"};
    bool found = false;
    for (size_t i = 0; i < FP_COUNT(folders) && !found; i++) {
        fp_buf_clear(&below);
        fp_buf_clear(out);
        fp_buf_printf(&below, "%s/%s/client.yaml", folders[i], name);
        found = fp_locate_data(out, fp_buf_cstr(&below));
    }
    fp_buf_deinit(&below);
    return found;
}

static int
load(struct fp_client_choice *c, const struct fp_args *a, const char *name)
{
    struct fp_buf path = {0};
    struct fp_diags diags = {0};
    char absolute[PATH_MAX]; /* workers have folders of their own */
    int code = FP_EXIT_OK;
    if (!find_file(&path, name))
        code = fp_usage_error(a,
                              "no client '%s': neither a folder with a "
                              "client.yaml nor one of fixtures/clients",
                              name);
    else if (realpath(fp_buf_cstr(&path), absolute) == NULL ||
             fp_client_file_load(&c->file, absolute, &diags) != FP_OK)
        code = FP_EXIT_USAGE;
    char text[512];
    for (size_t i = 0; i < diags.n; i++)
        (void)fprintf(stderr, "%s\n",
                      fp_err_text(&diags.items[i], text, sizeof text));
    fp_buf_deinit(&path);
    return code;
}

/* The words of its command; the first is looked for beside this program too,
 * which is where the reference client is. */
static char **command(struct fp_client_choice *c)
{
    const struct fp_client_file *f = c->file;
    char **argv = fp_arena_alloc(&c->arena, (f->n_command + 1) * sizeof *argv);
    for (size_t i = 0; argv != NULL && i < f->n_command; i++) {
        argv[i] = fp_arena_strdup(&c->arena, f->command[i]);
        if (argv[i] == NULL)
            return NULL;
    }
    struct fp_buf own = {0};
    if (argv != NULL && !has_slash(f->command[0]) &&
        fp_locate_program(&own, argv[0]))
        argv[0] = fp_arena_strdup(&c->arena, fp_buf_view(&own));
    fp_buf_deinit(&own);
    return argv != NULL && argv[0] != NULL ? argv : NULL;
}

static void add_client(struct fp_client_choice *c, char *const *argv,
                       const struct fp_client_config *config)
{
    const struct fp_client_file *f = c->file;
    struct fp_run_client *client = &c->clients[c->n++];
    *client = (struct fp_run_client){
        .name = f->name,
        .version = f->version,
        .argv = argv,
        .dir = f->dir.p,
        .is_reference = fp_str_eqz(f->name, reference),
        .start_cost_ms = f->start_cost_ms,
    };
    if (config == NULL)
        return;
    client->config = config->name;
    client->polling_only = config->polling_only;
    client->websocket_only = config->websocket_only;
}

static int unknown_config(const struct fp_args *a,
                          const struct fp_client_file *f, const char *wanted)
{
    const char *names[64];
    size_t n = 0;
    for (; n < f->n_configs && n < FP_COUNT(names); n++)
        names[n] = f->configs[n].name.p;
    const char *near = fp_did_you_mean(fp_str_of(wanted), names, n);
    if (near != NULL)
        return fp_usage_error(a,
                              "%s has no configuration '%s' (did you mean "
                              "%s?)",
                              f->name.p, wanted, near);
    struct fp_buf known = {0};
    for (size_t i = 0; i < n; i++)
        fp_buf_printf(&known, "%s%s", i > 0 ? ", " : "", names[i]);
    int code = fp_usage_error(a, "%s has no configuration '%s' (known: %s)",
                              f->name.p, wanted, fp_buf_cstr(&known));
    fp_buf_deinit(&known);
    return code;
}

/* Adds the configurations that one --config means. */
static int add_configs(struct fp_client_choice *c, const struct fp_args *a,
                       char *const *argv, const char *wanted)
{
    const struct fp_client_file *f = c->file;
    const size_t before = c->n;
    for (size_t i = 0; i < f->n_configs && c->n < f->n_configs; i++)
        if (strcmp(wanted, "all") == 0 ||
            fp_str_eqz(f->configs[i].name, wanted))
            add_client(c, argv, &f->configs[i]);
    return c->n > before ? FP_EXIT_OK : unknown_config(a, f, wanted);
}

static int choose_configs(struct fp_client_choice *c, const struct fp_args *a,
                          const struct fp_client_file *f)
{
    char *const *argv = command(c);
    size_t most = f->n_configs > 0 ? f->n_configs : 1;
    c->clients = fp_arena_alloc(&c->arena, most * sizeof *c->clients);
    if (argv == NULL || c->clients == NULL)
        return FP_EXIT_HARNESS;
    const char *wanted = fp_arg_nth(a, "config", 0);
    if (wanted == NULL)
        add_client(c, argv, f->n_configs > 0 ? &f->configs[0] : NULL);
    int code = FP_EXIT_OK;
    for (size_t k = 0; wanted != NULL && code == FP_EXIT_OK; k++) {
        code = add_configs(c, a, argv, wanted);
        wanted = fp_arg_nth(a, "config", k + 1);
    }
    return code;
}

static int choose_command(struct fp_client_choice *c, const struct fp_args *a)
{
    struct fp_buf words = {0};
    for (size_t i = 0; a->child[i] != NULL; i++)
        fp_buf_printf(&words, "%s%s", i > 0 ? " " : "", a->child[i]);
    c->clients = fp_arena_alloc(&c->arena, sizeof *c->clients);
    struct fp_str name = fp_arena_str(&c->arena, fp_buf_view(&words));
    fp_buf_deinit(&words);
    /* In the caller's folder, so that `-- node my-client.js` works. */
    char here[PATH_MAX];
    struct fp_str dir =
        fp_arena_str(&c->arena, fp_str_of(getcwd(here, sizeof here)));
    if (c->clients == NULL || name.p == NULL)
        return FP_EXIT_HARNESS;
    c->clients[0] =
        (struct fp_run_client){.name = name, .argv = a->child, .dir = dir.p};
    const char *config = fp_arg(a, "config");
    if (config != NULL)
        c->clients[0].config = fp_str_of(config);
    c->n = 1;
    c->protocols = fp_arg(a, "protocol") == NULL ? 1u << FP_ENGINE_IO_4
                                                 : (1u << FP_PROTOCOLS) - 1;
    return FP_EXIT_OK;
}

static int choose_named(struct fp_client_choice *c, const struct fp_args *a)
{
    const char *name = fp_arg(a, "client");
    int code = load(c, a, name == NULL ? reference : name);
    const struct fp_client_file *f = c->file;
    if (code != FP_EXIT_OK || f == NULL)
        return code;
    code = choose_configs(c, a, f);
    c->protocols = f->protocols;
    for (size_t i = 0; i < f->n_needs && c->absent.p == NULL; i++)
        if (!is_there(f, f->needs[i]))
            c->absent = f->needs[i];
    return code;
}

/* Our preload first: it is asked before libfaketime, and begins after it. */
static const char *preload(struct fp_client_choice *c, const struct fp_args *a)
{
    struct fp_buf path = {0};
    const char *kept = NULL;
    if (!fp_locate_program(&path, FP_CLOCK_LIBRARY))
        (void)fprintf(stderr,
                      "fallproof %s: --time-scale: fallproof-clock.so "
                      "is not installed beside this program\n",
                      a->command->name);
    else if (fp_buf_char(&path, ':'), !fp_scaled_clock_find_faketime(&path))
        (void)fprintf(stderr,
                      "fallproof %s: --time-scale needs libfaketime "
                      "(apt-get install libfaketime)\n",
                      a->command->name);
    else
        kept = fp_arena_strdup(&c->arena, fp_buf_view(&path));
    fp_buf_deinit(&path);
    return kept;
}

/* As far as the client bears it; a bare command is taken at its word, since its
 * clock is measured. */
static int scale(struct fp_client_choice *c, const struct fp_args *a)
{
    bool ok = true;
    uint64_t asked = fp_arg_count(a, "time-scale", 1, &ok);
    if (!ok || asked == 0 || asked > FP_SCALE_MAX)
        return ok ? fp_usage_error(a, "--time-scale: from 1 to %d",
                                   FP_SCALE_MAX)
                  : FP_EXIT_USAGE;
    uint64_t most = c->file == NULL ? asked : c->file->time_scale;
    uint64_t scaled = asked < most ? asked : most;
    if (asked > 1 && scaled < asked)
        (void)fprintf(stderr,
                      "%s: its clock cannot run %u times faster; it "
                      "runs at %u\n",
                      c->file->name.p, (unsigned)asked,
                      (unsigned)(scaled > 1 ? scaled : 1));
    if (scaled <= 1)
        return FP_EXIT_OK;
    const char *library = preload(c, a);
    for (size_t i = 0; i < c->n; i++) {
        c->clients[i].time_scale = (double)scaled;
        c->clients[i].preload = library;
    }
    return library != NULL ? FP_EXIT_OK : FP_EXIT_HARNESS;
}

int fp_client_choose(struct fp_client_choice *out, const struct fp_args *a)
{
    struct fp_client_choice c = {0};
    int code = FP_EXIT_OK;
    if (a->child != NULL && fp_arg(a, "client") != NULL)
        code = fp_usage_error(a, "either --client or a command after --");
    else if (a->child != NULL)
        code = choose_command(&c, a);
    else
        code = choose_named(&c, a);
    if (code == FP_EXIT_OK)
        code = scale(&c, a);
    if (code != FP_EXIT_OK) {
        fp_client_choice_deinit(&c);
        return code;
    }
    *out = c;
    return FP_EXIT_OK;
}

void fp_client_choice_deinit(struct fp_client_choice *c)
{
    fp_client_file_free(c->file);
    fp_arena_deinit(&c->arena);
    *c = (struct fp_client_choice){0};
}
