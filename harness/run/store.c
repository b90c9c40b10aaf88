/* SPDX-License-Identifier: MIT
 * store.c - where a run keeps what it found. */
#include "harness/run/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* File systems end names at 255 bytes. */
enum { ID_BYTES = 200 };

static enum fp_status
cannot_write(struct fp_err *err, int sys, const char *path)
{
    const char *advice = sys == ENOSPC || sys == EDQUOT
                             ? "make room there, or choose another --out"
                             : "choose another folder with --out";
    return fp_fail_sys(err, sys, "cannot write %s (%s)", path, advice);
}

/* As mkdir -p. */
static int make_dirs(const char *path)
{
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n >= sizeof part)
        return ENAMETOOLONG;
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return errno;
    }
    return 0;
}

static char *file_in(struct fp_store *s, const char *name)
{
    struct fp_buf path = {0};
    fp_buf_printf(&path, "%s/%s", s->absolute, name);
    char *kept = fp_arena_strdup(&s->arena, fp_buf_view(&path));
    fp_buf_deinit(&path);
    return kept;
}

static enum fp_status
open_files(struct fp_store *s, const char *dir, struct fp_err *err)
{
    struct fp_buf traces = {0};
    fp_buf_printf(&traces, "%s/traces", dir);
    int sys = make_dirs(fp_buf_cstr(&traces));
    fp_buf_deinit(&traces);
    char absolute[PATH_MAX];
    if (sys == 0 && realpath(dir, absolute) == NULL)
        sys = errno;
    if (sys != 0)
        return cannot_write(err, sys, dir);
    s->absolute = fp_arena_strdup(&s->arena, fp_str_of(absolute));
    char *path = s->absolute == NULL ? NULL : file_in(s, "results.jsonl");
    if (path == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    s->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return s->fd < 0 ? cannot_write(err, errno, path) : FP_OK;
}

enum fp_status
fp_store_open(struct fp_store *out, const char *dir, struct fp_err *err)
{
    struct fp_store s = {.fd = -1};
    if (dir != NULL) {
        s.dir = fp_arena_str(&s.arena, fp_str_of(dir));
        enum fp_status status = open_files(&s, dir, err);
        if (status != FP_OK) {
            fp_store_close(&s);
            return status;
        }
    }
    *out = s;
    return FP_OK;
}

static int write_whole(int fd, struct fp_str rest)
{
    while (rest.n > 0) {
        ssize_t n = write(fd, rest.p, rest.n);
        if (n < 0 && errno != EINTR)
            return errno;
        rest = fp_str_from(rest, n > 0 ? (size_t)n : 0);
    }
    return 0;
}

static void add_line(struct fp_buf *out, const struct fp_case_result *r)
{
    fp_result_write_json(out, r);
    fp_buf_char(out, '\n');
}

enum fp_status
fp_store_append(struct fp_store *s, const struct fp_case_result *r,
                struct fp_err *err)
{
    if (s->dir.p == NULL)
        return FP_OK;
    struct fp_buf line = {0};
    add_line(&line, r);
    int sys = line.failed ? ENOMEM : 0;
    off_t before = lseek(s->fd, 0, SEEK_CUR);
    if (sys == 0)
        sys = write_whole(s->fd, fp_buf_view(&line));
    if (sys != 0) /* half a line is worse than none */
        (void)!ftruncate(s->fd, before);
    fp_buf_deinit(&line);
    return sys == 0 ? FP_OK : cannot_write(err, sys, s->dir.p);
}

enum fp_status fp_store_finish(struct fp_store *s, const struct fp_results *all,
                               struct fp_err *err)
{
    if (s->dir.p == NULL)
        return FP_OK;
    const char *fresh = file_in(s, "results.jsonl.new");
    const char *path = file_in(s, "results.jsonl");
    if (fresh == NULL || path == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return cannot_write(err, errno, fresh);
    int sys = 0;
    for (size_t i = 0; i < all->n && sys == 0; i++) {
        struct fp_buf line = {0};
        add_line(&line, &all->items[i]);
        sys = line.failed ? ENOMEM : write_whole(fd, fp_buf_view(&line));
        fp_buf_deinit(&line);
    }
    if (close(fd) != 0 && sys == 0)
        sys = errno;
    if (sys == 0 && rename(fresh, path) != 0)
        sys = errno;
    if (sys == 0)
        return FP_OK;
    (void)unlink(fresh); /* what was appended stays */
    return cannot_write(err, sys, path);
}

void fp_store_close(struct fp_store *s)
{
    if (s->fd >= 0)
        close(s->fd);
    fp_arena_deinit(&s->arena);
    *s = (struct fp_store){.fd = -1};
}

/* -- names of traces ----------------------------------------------------- */

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '@';
}

static void add_part(struct fp_buf *id, struct fp_str part)
{
    if (part.n > 0)
        fp_buf_printf(id, ".%.*s", FP_STR_ARG(part));
}

static void add_id(struct fp_buf *id, const struct fp_run_item *item)
{
    const struct fp_run_client *client = item->client;
    fp_buf_printf(id, "%.*s@%s", FP_STR_ARG(item->c->name),
                  fp_protocol_name(item->protocol));
    if (client != NULL) {
        add_part(id, client->name);
        add_part(id, client->config);
    }
    for (size_t i = 0; i < id->n; i++)
        if (!is_plain(id->p[i]))
            id->p[i] = '.';
}

/* FNV-1a, so that two long command lines that begin alike have files apart. */
static uint64_t hash(struct fp_str s)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

static void shorten(struct fp_buf *id)
{
    if (id->n <= ID_BYTES)
        return;
    uint64_t h = hash(fp_buf_view(id));
    id->n = ID_BYTES - 17;
    fp_buf_printf(id, ".%016llx", (unsigned long long)h);
}

bool fp_store_trace_path(struct fp_buf *out, const struct fp_store *s,
                         const struct fp_run_item *item, bool absolute)
{
    if (s->dir.p == NULL)
        return false;
    struct fp_buf id = {0};
    add_id(&id, item);
    shorten(&id);
    if (item->copy > 0)
        fp_buf_printf(&id, ".%u", item->copy);
    fp_buf_printf(out, "%s/traces/%s.jsonl", absolute ? s->absolute : s->dir.p,
                  fp_buf_cstr(&id));
    fp_buf_deinit(&id);
    return !out->failed;
}

void fp_store_set_aside(const struct fp_store *s,
                        const struct fp_run_item *item)
{
    struct fp_buf path = {0}, aside = {0};
    if (fp_store_trace_path(&path, s, item, true)) {
        fp_buf_add(&aside, path.p, path.n - (sizeof ".jsonl" - 1));
        fp_buf_z(&aside, ".first.jsonl");
        (void)rename(fp_buf_cstr(&path), fp_buf_cstr(&aside));
    }
    fp_buf_deinit(&path);
    fp_buf_deinit(&aside);
}
