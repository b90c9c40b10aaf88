/* SPDX-License-Identifier: MIT
 * identity.c - what a result says about which run it is of. */
#include "harness/run/identity.h"

#include <string.h>

enum { LEAST_PAUSE_MS = 5 }; /* a tick late is then 20 % */

/* Bytes in many small parts come at the pace of this machine, and pauses of a
 * few milliseconds end at its ticks: a faster clock has no faster path. */
static bool has_own_pace(const struct fp_case *c, double scale)
{
    for (size_t i = 0; i < c->n_path; i++)
        for (size_t k = 0; k < c->path[i].n_faults; k++) {
            const struct fp_fault *f = &c->path[i].faults[k];
            double pause_ms = (double)f->after_ms;
            if (f->kind == FP_FAULT_SLICE ||
                (pause_ms > 0 && pause_ms / scale < LEAST_PAUSE_MS))
                return true;
        }
    return false;
}

double fp_run_time_scale(const struct fp_run_item *item)
{
    const struct fp_run_client *client = item->client;
    double scale = client != NULL ? client->time_scale : 1;
    return scale > 1 && !has_own_pace(item->c, scale) ? scale : 1;
}

uint64_t
fp_run_seed(const struct fp_run_conf *conf, const struct fp_run_item *item)
{
    return item->copy > 1 ? conf->seed + item->copy - 1 : conf->seed;
}

/* -- the command --------------------------------------------------------- */

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || strchr("_-./:=+,%@", c) != NULL;
}

void fp_run_quote(struct fp_buf *out, struct fp_str word)
{
    bool plain = word.n > 0;
    for (size_t i = 0; i < word.n; i++)
        plain = plain && word.p[i] != '\0' && is_plain(word.p[i]);
    if (plain) {
        fp_buf_str(out, word);
        return;
    }
    fp_buf_char(out, '\'');
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '\'')
            fp_buf_z(out, "'\\''");
        else
            fp_buf_char(out, word.p[i]);
    }
    fp_buf_char(out, '\'');
}

/* A case in a folder called `cases` is found by its name; any other is given
 * as the file it is. */
static bool is_found_by_name(const struct fp_case *c)
{
    struct fp_buf tail = {0};
    fp_buf_printf(&tail, "cases/%.*s.yaml", FP_STR_ARG(c->name));
    bool found =
        c->file.n >= tail.n &&
        fp_str_eq(fp_str_from(c->file, c->file.n - tail.n), fp_buf_view(&tail));
    fp_buf_deinit(&tail);
    return found;
}

static void add_case(struct fp_buf *out, const struct fp_run_item *item)
{
    struct fp_buf word = {0};
    if (is_found_by_name(item->c)) {
        fp_buf_printf(&word, "%.*s@%s", FP_STR_ARG(item->c->name),
                      fp_protocol_name(item->protocol));
        fp_run_quote(out, fp_buf_view(&word));
    } else {
        fp_run_quote(out, item->c->file);
        fp_buf_printf(out, " --protocol %s", fp_protocol_name(item->protocol));
    }
    fp_buf_deinit(&word);
}

/* Whether the client is a command line rather than a named plug-in: then its
 * name is its words. */
static bool is_command(const struct fp_run_client *client)
{
    struct fp_buf words = {0};
    for (char *const *arg = client->argv; arg != NULL && *arg != NULL; arg++) {
        if (words.n > 0)
            fp_buf_char(&words, ' ');
        fp_buf_z(&words, *arg);
    }
    bool same = fp_str_eq(client->name, fp_buf_view(&words));
    fp_buf_deinit(&words);
    return same;
}

static bool draws_lots(const struct fp_case *c)
{
    for (size_t i = 0; i < c->n_path; i++)
        for (size_t k = 0; k < c->path[i].n_faults; k++)
            if (c->path[i].faults[k].scope.probability < 1)
                return true;
    return false;
}

/* Likewise a profile in a folder called `hosts`. */
static void add_host(struct fp_buf *out, const struct fp_case *c)
{
    struct fp_buf tail = {0};
    if (c->host.p == NULL)
        return;
    fp_buf_printf(&tail, "hosts/%.*s.yaml", FP_STR_ARG(c->host));
    bool by_name = c->host_file.n >= tail.n &&
                   fp_str_eq(fp_str_from(c->host_file, c->host_file.n - tail.n),
                             fp_buf_view(&tail));
    fp_buf_deinit(&tail);
    fp_buf_z(out, " --host ");
    fp_run_quote(out, by_name ? c->host : c->host_file);
}

static void add_client(struct fp_buf *out, const struct fp_run_client *client)
{
    if (!is_command(client)) {
        fp_buf_z(out, " --client ");
        fp_run_quote(out, client->name);
    }
    if (client->config.n > 0) {
        fp_buf_z(out, " --config ");
        fp_run_quote(out, client->config);
    }
}

void fp_run_command_write(struct fp_buf *out, const struct fp_run_conf *conf,
                          const struct fp_run_item *item)
{
    const struct fp_run_client *client = item->client;
    fp_buf_z(out, "fallproof run ");
    add_case(out, item);
    add_host(out, item->c);
    if (client != NULL)
        add_client(out, client);
    if (draws_lots(item->c))
        fp_buf_printf(out, " --seed %llu",
                      (unsigned long long)fp_run_seed(conf, item));
    if (fp_run_time_scale(item) > 1)
        fp_buf_printf(out, " --time-scale %g", fp_run_time_scale(item));
    if (client == NULL || !is_command(client))
        return;
    fp_buf_z(out, " --");
    for (char *const *arg = client->argv; arg != NULL && *arg != NULL; arg++) {
        fp_buf_char(out, ' ');
        fp_run_quote(out, fp_str_of(*arg));
    }
}

/* -- results ------------------------------------------------------------- */

static void set(struct fp_case_result *r, struct fp_str *to, struct fp_str from)
{
    if (to->p == NULL)
        *to = fp_arena_str(&r->arena, from);
}

void fp_run_identify(struct fp_case_result *r, const struct fp_run_conf *conf,
                     const struct fp_run_item *item)
{
    const struct fp_run_client *client = item->client;
    set(r, &r->case_name, item->c->name);
    set(r, &r->title, item->c->title);
    set(r, &r->file, item->c->file);
    set(r, &r->why, item->c->why);
    set(r, &r->host, item->c->host);
    r->protocol = item->protocol;
    set(r, &r->client, client == NULL ? item->c->self.command : client->name);
    if (client != NULL) {
        set(r, &r->client_version, client->version);
        set(r, &r->config, client->config);
    }
    r->copy = item->copy;
    r->seed = fp_run_seed(conf, item);
    r->time_scale = fp_run_time_scale(item);
    struct fp_buf command = {0};
    fp_run_command_write(&command, conf, item);
    set(r, &r->command, fp_buf_view(&command));
    fp_buf_deinit(&command);
}

void fp_run_set_error(struct fp_case_result *r, struct fp_str text)
{
    r->verdict = FP_ERROR;
    set(r, &r->error, text);
    if (r->error.p == NULL && text.p != NULL)
        r->error = FP_STR("out of memory");
}

bool fp_run_is_bad(const struct fp_case_result *r, bool strict)
{
    if (r->verdict == FP_ERROR || r->verdict == FP_FAIL)
        return true;
    return strict && fp_case_verdict(r->checks, r->n_checks, true) == FP_FAIL;
}
