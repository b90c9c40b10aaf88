/* SPDX-License-Identifier: MIT
 * host_path.c - `- host: NAME` in a case's path. */
#include "harness/scenario/host_path.h"

#include <string.h>

#include "harness/base/locate.h"

static bool is_named(struct fp_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
              (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-'))
            return false;
    return s.n > 0;
}

/* ./mine.yaml: beside the case. */
static void
put_own_path(struct fp_buf *path, const char *case_file, struct fp_str name)
{
    const char *slash = strrchr(case_file, '/');
    if (slash != NULL)
        fp_buf_add(path, case_file, (size_t)(slash - case_file) + 1);
    fp_buf_str(path, fp_str_from(name, 2));
}

static bool put_installed_path(struct fp_buf *path, struct fp_str name)
{
    bool there =
        fp_locate_data(path, "hosts") || fp_locate_data(path, "fixtures/hosts");
    fp_buf_printf(path, "/%.*s.yaml", FP_STR_ARG(name));
    return there;
}

static void no_such(struct fp_load *l, struct fp_loc at, struct fp_str name)
{
    (void)fp_load_problem(l, at, "no host '%s' (fallproof hosts shows them)",
                          FP_SHOWN(name));
}

/* The file into *to, all in the case's memory. */
static bool read_file(struct fp_load *l, struct fp_host_text *to,
                      struct fp_str name, struct fp_loc at)
{
    struct fp_buf path = {0}, text = {0};
    struct fp_err err = {0};
    bool own = fp_str_starts(name, FP_STR("./"));
    bool there = true;
    if (own)
        put_own_path(&path, l->hosts->case_file, name);
    else
        there = is_named(name) && put_installed_path(&path, name);
    enum fp_status status =
        there ? fp_load_read(fp_buf_cstr(&path), &text, &err) : FP_ENOENT;
    if (status == FP_OK)
        *to = (struct fp_host_text){
            .name = name,
            .file = fp_arena_str(l->keep, fp_buf_view(&path)),
            .text = fp_arena_str(l->keep, fp_buf_view(&text))};
    else if (status == FP_ENOENT)
        no_such(l, at, name);
    else
        (void)fp_load_problem(l, at, "host '%s': %s", FP_SHOWN(name), err.msg);
    fp_buf_deinit(&path);
    fp_buf_deinit(&text);
    return status == FP_OK;
}

static bool find(struct fp_load *l, struct fp_host_text *to, struct fp_str name,
                 struct fp_loc at)
{
    const struct fp_host_source *from = l->hosts;
    for (size_t i = 0; from != NULL && i < from->n; i++)
        if (fp_str_eq(from->texts[i].name, name)) {
            *to = from->texts[i];
            return true;
        }
    if (from != NULL && from->case_file != NULL)
        return read_file(l, to, name, at);
    no_such(l, at, name);
    return false;
}

/* For the trace, each once. */
static void
note(struct fp_load *l, const struct fp_path *to, const struct fp_host_text *h)
{
    struct fp_host_text *all =
        fp_load_keep(l, (*to->n_hosts + 1) * sizeof *all);
    for (size_t i = 0; i < *to->n_hosts; i++)
        if (fp_str_eq((*to->hosts)[i].name, h->name))
            return;
    if (all == NULL)
        return;
    for (size_t i = 0; i < *to->n_hosts; i++)
        all[i] = (*to->hosts)[i];
    all[(*to->n_hosts)++] = *h;
    *to->hosts = all;
}

static void append(struct fp_load *l, const struct fp_path *to,
                   struct fp_hop *hops, const struct fp_host *h)
{
    for (size_t i = 0; i < h->n_hops; i++) {
        if (*to->n == FP_MAX_HOPS) {
            (void)fp_load_problem(l, h->hops[i].loc,
                                  "'%s' has more than %d hops", to->key,
                                  FP_MAX_HOPS);
            return;
        }
        hops[*to->n] = h->hops[i];
        fp_path_check_name(l, hops, (*to->n)++);
    }
}

void fp_path_add_host(struct fp_load *l, const struct fp_path *to,
                      struct fp_hop *hops, const struct fp_node *v)
{
    const struct fp_node *named = fp_node_get(v, "host");
    struct fp_host_text text = {0};
    struct fp_host h = {0};
    if (v->n > 1) {
        (void)fp_load_problem(l, v->first->next->key_loc,
                              "'host' stands alone: its profile has the hops");
        return;
    }
    struct fp_str name = fp_value_line(l, "host", named);
    if (name.p == NULL || !find(l, &text, name, named->loc))
        return;
    if (text.file.p == NULL || text.text.p == NULL) {
        l->no_memory = true;
        return;
    }
    enum fp_status status =
        fp_host_parse_into(&h, l->keep, text.file.p, text.text, l->diags);
    l->no_memory |= status == FP_ENOMEM;
    if (status != FP_OK)
        return;
    note(l, to, &text);
    append(l, to, hops, &h);
}
