/* SPDX-License-Identifier: MIT
 * host_set.c - host profiles from files, and told to people. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/alloc.h"
#include "harness/scenario/explain.h"
#include "harness/scenario/host_file.h"
#include "harness/scenario/load.h"

enum { MAX_HOSTS = 1000 };

static enum fp_status
problem(struct fp_diags *diags, const char *path, struct fp_err *err)
{
    err->loc = (struct fp_loc){path, 0, 0};
    fp_diags_add(diags, err);
    return err->status;
}

enum fp_status
fp_host_load(struct fp_host **out, const char *path, struct fp_diags *diags)
{
    struct fp_err err = {0};
    struct fp_buf text = {0};
    enum fp_status status = fp_load_read(path, &text, &err);
    if (err.status != FP_OK)
        status = problem(diags, path, &err);
    if (status == FP_OK)
        status = fp_host_parse(out, path, fp_buf_view(&text), diags);
    fp_buf_deinit(&text);
    return status;
}

static bool ends_in_yaml(const char *name)
{
    size_t n = strlen(name);
    return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static enum fp_status add(struct fp_host_set *set, const char *dir,
                          const char *name, struct fp_diags *diags)
{
    struct fp_buf path = {0};
    struct fp_host *h = NULL;
    fp_buf_printf(&path, "%s/%s", dir, name);
    enum fp_status status =
        path.failed ? FP_ENOMEM : fp_host_load(&h, fp_buf_cstr(&path), diags);
    fp_buf_deinit(&path);
    if (status != FP_OK)
        return status;
    struct fp_host **items =
        fp_realloc(set->items, (set->n + 1) * sizeof(struct fp_host *));
    if (items == NULL) {
        fp_host_free(h);
        return FP_ENOMEM;
    }
    set->items = items;
    items[set->n++] = h;
    return FP_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct fp_host *const *x = a, *const *y = b;
    return strcmp((*x)->name.p, (*y)->name.p);
}

/* Goes on after a file with problems, so that all are told. */
static enum fp_status read_folder(struct fp_host_set *set, DIR *from,
                                  const char *dir, struct fp_diags *diags)
{
    enum fp_status worst = FP_OK;
    for (struct dirent *e; (e = readdir(from)) != NULL && set->n < MAX_HOSTS;) {
        enum fp_status status =
            ends_in_yaml(e->d_name) ? add(set, dir, e->d_name, diags) : FP_OK;
        worst = worst == FP_OK ? status : worst;
    }
    return worst;
}

enum fp_status fp_host_set_load(struct fp_host_set *set, const char *dir,
                                struct fp_diags *diags)
{
    struct fp_host_set found = {0};
    struct fp_err err = {0};
    DIR *from = opendir(dir);
    if (from == NULL) {
        (void)fp_fail_sys(&err, errno, "cannot be opened");
        return problem(diags, dir, &err);
    }
    enum fp_status status = read_folder(&found, from, dir, diags);
    (void)closedir(from);
    if (status == FP_OK && found.items == NULL) {
        (void)fp_fail(&err, FP_ENOENT, "no hosts (*.yaml) in this folder");
        status = problem(diags, dir, &err);
    }
    if (status != FP_OK || found.items == NULL) {
        fp_host_set_deinit(&found);
        return status;
    }
    qsort(found.items, found.n, sizeof(struct fp_host *), by_name);
    *set = found;
    return FP_OK;
}

void fp_host_set_deinit(struct fp_host_set *set)
{
    for (size_t i = 0; set->items != NULL && i < set->n; i++)
        fp_host_free(set->items[i]);
    fp_free(set->items);
    *set = (struct fp_host_set){0};
}

/* -- for people ---------------------------------------------------------- */

static void tell_claim(struct fp_buf *out, const struct fp_claim *c)
{
    struct fp_buf line = {0};
    fp_buf_printf(&line, "%.*s: %.*s (%.*s, %.*s)", FP_STR_ARG(c->claim),
                  FP_STR_ARG(c->value), FP_STR_ARG(c->evidence),
                  FP_STR_ARG(c->as_of));
    fp_explain_paragraph(out, "", fp_buf_view(&line));
    fp_buf_clear(&line);
    fp_buf_printf(&line, "  %.*s", FP_STR_ARG(c->source));
    fp_explain_paragraph(out, "", fp_buf_view(&line));
    fp_buf_deinit(&line);
}

void fp_host_explain(struct fp_buf *out, const struct fp_host *h)
{
    fp_explain_paragraph(out, "host", h->name);
    fp_explain_paragraph(out, "", h->title);
    fp_explain_paragraph(out, "what", h->what);
    fp_explain_paragraph(out, "as of", h->as_of);
    fp_explain_path(out, h->hops, h->n_hops);
    fp_explain_faults(out, h->hops, h->n_hops);
    fp_buf_z(out, "\nWhat is known\n");
    for (size_t i = 0; i < h->n_claims; i++)
        tell_claim(out, &h->claims[i]);
    fp_buf_char(out, '\n');
    fp_explain_paragraph(out, "file", h->file);
}
