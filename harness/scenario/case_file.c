/* SPDX-License-Identifier: MIT
 * case_file.c - a case from a file that may be anything. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/alloc.h"
#include "harness/scenario/host_path.h"

static enum fp_status
problem(struct fp_diags *diags, const char *path, struct fp_err *err)
{
    err->loc = (struct fp_loc){path, 0, 0};
    fp_diags_add(diags, err);
    return err->status;
}

static enum fp_status check_kind(const struct stat *st, struct fp_err *err)
{
    if (S_ISDIR(st->st_mode))
        return fp_fail(err, FP_EINVAL, "a folder, not a case");
    if (!S_ISREG(st->st_mode))
        return fp_fail(err, FP_EINVAL, "not an ordinary file");
    if (st->st_size > FP_CASE_FILE_BYTES)
        return fp_fail(err, FP_ELIMIT, "%lld bytes: a case has at most %d",
                       (long long)st->st_size, FP_CASE_FILE_BYTES);
    return FP_OK;
}

/* All of it, and one byte more to see whether it grew past the limit. */
static enum fp_status read_all(int fd, struct fp_buf *buf, struct fp_err *err)
{
    char *to = fp_buf_room(buf, FP_CASE_FILE_BYTES + 1);
    if (to == NULL)
        return FP_ENOMEM;
    size_t n = 0;
    while (n <= FP_CASE_FILE_BYTES) {
        ssize_t k = read(fd, to + n, FP_CASE_FILE_BYTES + 1 - n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return fp_fail_sys(err, errno, "cannot be read");
        if (k == 0)
            break;
        n += (size_t)k;
    }
    fp_buf_grow(buf, n);
    if (n > FP_CASE_FILE_BYTES)
        return fp_fail(err, FP_ELIMIT, "a case has at most %d bytes",
                       FP_CASE_FILE_BYTES);
    return FP_OK;
}

enum fp_status
fp_load_read(const char *path, struct fp_buf *buf, struct fp_err *err)
{
    struct stat st;
    /* Looked at before it is opened: opening a device can do things. */
    if (stat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? fp_fail(err, FP_ENOENT, "no such file")
                   : fp_fail_sys(err, errno, "cannot be opened");
    enum fp_status status = check_kind(&st, err);
    if (status != FP_OK)
        return status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fp_fail_sys(err, errno, "cannot be opened");
    status = fstat(fd, &st) != 0 ? fp_fail_sys(err, errno, "cannot be opened")
                                 : check_kind(&st, err);
    if (status == FP_OK)
        status = read_all(fd, buf, err);
    (void)close(fd);
    return status;
}

/* Where the part below the last folder called `cases` begins; path itself
 * when there is none. */
static const char *below_cases(const char *path)
{
    const char *from = path;
    for (const char *p = path; *p != '\0'; p++) {
        bool starts = p == path || p[-1] == '/';
        if (starts && strncmp(p, "cases/", 6) == 0)
            from = p + 6;
    }
    while (*from == '/' || (from[0] == '.' && from[1] == '/'))
        from++;
    return from;
}

static char *name_of(struct fp_arena *a, const char *path)
{
    struct fp_str name = fp_str_of(below_cases(path));
    struct fp_str ending = FP_STR(".yaml");
    if (name.n > ending.n &&
        fp_str_eq(fp_str_from(name, name.n - ending.n), ending))
        name.n -= ending.n;
    return fp_arena_strdup(a, name);
}

enum fp_status fp_case_load(struct fp_case **out, const char *path,
                            const char *name, struct fp_diags *diags)
{
    struct fp_err err = {0};
    struct fp_buf text = {0};
    struct fp_arena scratch = {0};
    enum fp_status status = fp_load_read(path, &text, &err);
    if (err.status != FP_OK)
        status = problem(diags, path, &err);
    if (status == FP_OK && name == NULL) {
        name = name_of(&scratch, path);
        status = name == NULL ? FP_ENOMEM : FP_OK;
    }
    if (status == FP_OK)
        status = fp_case_parse_from(out, name, fp_buf_view(&text),
                                    &(struct fp_host_source){.case_file = path},
                                    path, diags);
    fp_arena_deinit(&scratch);
    fp_buf_deinit(&text);
    return status;
}
