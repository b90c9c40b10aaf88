/* SPDX-License-Identifier: MIT
 * input.c - open a file that a user named. */
#include "harness/base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum fp_status fp_input_open(FILE **out, const char *path, struct fp_err *err)
{
    /* Without O_NONBLOCK, opening a FIFO waits for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return fp_fail(err, FP_ENOENT, "no file %s", path);
    if (fd < 0)
        return fp_fail_sys(err, errno, "cannot open %s", path);
    struct stat st = {.st_mode = 0};
    FILE *f = fdopen(fd, "rb");
    enum fp_status s = FP_OK;
    if (f == NULL || fstat(fd, &st) != 0)
        s = fp_fail_sys(err, errno, "cannot open %s", path);
    else if (S_ISDIR(st.st_mode))
        s = fp_fail(err, FP_EINVAL, "%s is a folder, not a file", path);
    else if (!S_ISREG(st.st_mode))
        s = fp_fail(err, FP_EINVAL, "%s is not a regular file", path);
    if (s == FP_OK) {
        *out = f;
        return FP_OK;
    }
    (void)(f != NULL ? fclose(f) : close(fd));
    return s;
}
