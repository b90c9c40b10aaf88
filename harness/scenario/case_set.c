/* SPDX-License-Identifier: MIT
 * case_set.c - every case below a folder. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/base/alloc.h"
#include "harness/scenario/load.h"

enum { MAX_FOLDERS = 12, MAX_CASES = 10000, PATH_BYTES = 1024 };

struct walk {
    struct fp_case_set *set;
    size_t cap;
    const char *top; /* names are below it, when no folder is called `cases` */
    bool with_self;
    struct fp_diags *diags;
    enum fp_status worst; /* FP_OK or the first problem */
};

static void note(struct walk *w, enum fp_status status)
{
    if (w->worst == FP_OK || status == FP_ENOMEM)
        w->worst = status;
}

static void problem(struct walk *w, const char *path, struct fp_err *err)
{
    err->loc = (struct fp_loc){path, 0, 0};
    fp_diags_add(w->diags, err);
    note(w, err->status);
}

static void keep(struct walk *w, struct fp_case *c)
{
    struct fp_case_set *set = w->set;
    if (set->n == w->cap) {
        size_t cap = w->cap == 0 ? 64 : 2 * w->cap;
        struct fp_case **items =
            fp_realloc(set->items, cap * sizeof(struct fp_case *));
        if (items == NULL) {
            fp_case_free(c);
            note(w, FP_ENOMEM);
            return;
        }
        set->items = items;
        w->cap = cap;
    }
    set->items[set->n++] = c;
}

/* The name below the folder that was asked for, unless the path says where
 * the cases are ("…/cases/refused/403.yaml" is refused/403 from anywhere). */
static const char *
name_below(const struct walk *w, const char *path, char *out, size_t cap)
{
    struct fp_str p = fp_str_of(path);
    if (fp_str_starts(p, FP_STR("cases/")) ||
        fp_str_find(p, FP_STR("/cases/")) < p.n)
        return NULL;
    struct fp_str below = fp_str_from(p, strlen(w->top));
    while (below.n > 0 && below.p[0] == '/')
        below = fp_str_from(below, 1);
    below = fp_str_upto(below, below.n - strlen(".yaml"));
    if (below.n >= cap)
        return NULL;
    memcpy(out, below.p, below.n);
    out[below.n] = '\0';
    return out;
}

static void load_one(struct walk *w, const char *path)
{
    char name[PATH_BYTES];
    struct fp_case *c = NULL;
    if (w->set->n == MAX_CASES) {
        struct fp_err err = {0};
        (void)fp_fail(&err, FP_ELIMIT, "more than %d cases", MAX_CASES);
        problem(w, path, &err);
        return;
    }
    enum fp_status status = fp_case_load(
        &c, path, name_below(w, path, name, sizeof name), w->diags);
    if (status != FP_OK)
        note(w, status);
    else if (!w->with_self && fp_str_starts(c->name, FP_STR("self/")))
        fp_case_free(c);
    else
        keep(w, c);
}

static bool ends_in_yaml(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static void load_folder(struct walk *w, char *path, size_t n, unsigned depth);

/* path has n bytes, and room for PATH_BYTES. */
/* NOLINTNEXTLINE(misc-no-recursion): MAX_FOLDERS deep at most */
static void load_entry(struct walk *w, char *path, size_t n, const char *name,
                       unsigned depth)
{
    struct stat st;
    size_t len = strlen(name);
    struct fp_err err = {0};
    if (name[0] == '.')
        return;
    if (n + len + 2 > PATH_BYTES) {
        (void)fp_fail(&err, FP_ELIMIT, "the path is too long");
        problem(w, path, &err);
        return;
    }
    path[n] = '/';
    memcpy(path + n + 1, name, len + 1);
    /* lstat: a link to a folder could lead back up. */
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
        load_folder(w, path, n + 1 + len, depth + 1);
    else if (ends_in_yaml(name))
        load_one(w, path);
    path[n] = '\0';
}

/* NOLINTNEXTLINE(misc-no-recursion): MAX_FOLDERS deep at most */
static void load_folder(struct walk *w, char *path, size_t n, unsigned depth)
{
    struct fp_err err = {0};
    if (depth > MAX_FOLDERS) {
        (void)fp_fail(&err, FP_ELIMIT, "folders nested too deeply");
        problem(w, path, &err);
        return;
    }
    DIR *dir = opendir(path);
    if (dir == NULL) {
        if (errno == ENOENT || errno == ENOTDIR)
            (void)fp_fail(&err, FP_ENOENT, "no such folder");
        else
            (void)fp_fail_sys(&err, errno, "cannot be opened");
        problem(w, path, &err);
        return;
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        load_entry(w, path, n, e->d_name, depth);
    (void)closedir(dir);
}

static int by_name(const void *a, const void *b)
{
    const struct fp_case *const *x = a, *const *y = b;
    return strcmp((*x)->name.p, (*y)->name.p);
}

void fp_case_set_deinit(struct fp_case_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        fp_case_free(set->items[i]);
    fp_free(set->items);
    *set = (struct fp_case_set){0};
}

enum fp_status fp_case_set_load(struct fp_case_set *set, const char *dir,
                                bool with_self, struct fp_diags *diags)
{
    struct fp_case_set found = {0};
    struct walk w = {
        .set = &found, .top = dir, .with_self = with_self, .diags = diags};
    struct fp_err err = {0};
    char path[PATH_BYTES];
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    if (n >= PATH_BYTES) {
        (void)fp_fail(&err, FP_ELIMIT, "the path is too long");
        problem(&w, dir, &err);
        return w.worst;
    }
    memcpy(path, dir, n);
    path[n] = '\0';
    load_folder(&w, path, n, 0);
    if (w.worst == FP_OK && found.items == NULL) {
        (void)fp_fail(&err, FP_ENOENT, "no cases (*.yaml) below this folder");
        problem(&w, dir, &err);
    }
    if (w.worst != FP_OK) {
        fp_case_set_deinit(&found);
        return w.worst;
    }
    if (found.items != NULL)
        qsort(found.items, found.n, sizeof(struct fp_case *), by_name);
    *set = found;
    return FP_OK;
}
