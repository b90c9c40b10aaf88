/* SPDX-License-Identifier: MIT
 * known.c - the known failures that a command line is about. */
#include "harness/cli/known.h"

#include <stdio.h>

#include "harness/base/alloc.h"

int fp_known_load(struct fp_baseline_file *out, const char *path,
                  bool absent_is_empty)
{
    struct fp_diags diags = {0};
    enum fp_status status = fp_baseline_load(out, path, &diags);
    if (status == FP_OK || (status == FP_ENOENT && absent_is_empty))
        return FP_EXIT_OK;
    char text[512];
    for (size_t i = 0; i < diags.n; i++)
        (void)fprintf(stderr, "%s\n",
                      fp_err_text(&diags.items[i], text, sizeof text));
    return status == FP_ENOMEM ? FP_EXIT_HARNESS : FP_EXIT_USAGE;
}

static int load_files(struct fp_known *k, const struct fp_args *a)
{
    size_t n = 0;
    while (fp_arg_nth(a, "baseline", n) != NULL)
        n++;
    k->files = fp_calloc(n + 1, sizeof *k->files);
    if (k->files == NULL)
        return FP_EXIT_HARNESS;
    int code = FP_EXIT_OK;
    for (; k->n_files < n && code == FP_EXIT_OK; k->n_files++)
        code = fp_known_load(&k->files[k->n_files],
                             fp_arg_nth(a, "baseline", k->n_files), false);
    return code;
}

static void append(struct fp_baseline *to, const struct fp_baseline *from)
{
    for (size_t i = 0; i < from->n; i++)
        to->items[to->n++] = from->items[i];
}

static bool has_config(const struct fp_client_file *f, struct fp_str name)
{
    for (size_t i = 0; i < f->n_configs; i++)
        if (fp_str_eq(f->configs[i].name, name))
            return true;
    return false;
}

static int
unknown_config(const struct fp_args *a, const struct fp_client_file *f,
               const struct fp_known_failure *e)
{
    return fp_usage_error(a, "%s:%u:%u: %.*s has no configuration '%.*s'",
                          e->loc.file, e->loc.line, e->loc.col,
                          FP_STR_ARG(f->name), FP_STR_ARG(e->configuration));
}

/* client.yaml was looked through when it was loaded; a baseline file says
 * nothing of its client. */
static int verify_configs(const struct fp_known *k, const struct fp_args *a,
                          const struct fp_client_file *f)
{
    if (f == NULL)
        return FP_EXIT_OK; /* a bare command may have any */
    for (size_t i = 0; i < k->all.n; i++) {
        const struct fp_known_failure *e = &k->all.items[i];
        if (e->configuration.p != NULL && !has_config(f, e->configuration))
            return unknown_config(a, f, e);
    }
    return FP_EXIT_OK;
}

static int gather(struct fp_known *k, const struct fp_baseline *own)
{
    size_t n = own->n;
    for (size_t i = 0; i < k->n_files; i++)
        n += k->files[i].known.n;
    k->all.items = fp_calloc(n + 1, sizeof *k->all.items);
    if (k->all.items == NULL)
        return FP_EXIT_HARNESS;
    append(&k->all, own);
    for (size_t i = 0; i < k->n_files; i++)
        append(&k->all, &k->files[i].known);
    return FP_EXIT_OK;
}

int fp_known_choose(struct fp_known *out, const struct fp_args *a,
                    const struct fp_client_choice *c)
{
    const struct fp_baseline none = {0};
    struct fp_known k = {0};
    int code = load_files(&k, a);
    if (code == FP_EXIT_OK)
        code = gather(&k, c->file == NULL ? &none : &c->file->known);
    if (code == FP_EXIT_OK)
        code = verify_configs(&k, a, c->file);
    if (code == FP_EXIT_OK)
        *out = k;
    else
        fp_known_deinit(&k);
    return code;
}

void fp_known_deinit(struct fp_known *k)
{
    for (size_t i = 0; i < k->n_files; i++)
        fp_baseline_file_deinit(&k->files[i]);
    fp_free(k->files);
    fp_free(k->all.items);
    *k = (struct fp_known){0};
}
