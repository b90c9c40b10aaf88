/* SPDX-License-Identifier: MIT
 * locate.c - where the program's own files are. */
#include "harness/base/locate.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder of the running binary; false where /proc is not mounted. */
static bool own_folder(char *out, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", out, cap - 1);
    if (n <= 0)
        return false;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

static bool first_there(struct fp_buf *out, const char *const *below, size_t n,
                        const char *name)
{
    char own[PATH_MAX], clean[PATH_MAX];
    if (!own_folder(own, sizeof own))
        return false;
    struct fp_buf path = {0};
    bool found = false;
    for (size_t i = 0; i < n && !found; i++) {
        fp_buf_clear(&path);
        fp_buf_printf(&path, "%s/%s%s", own, below[i], name);
        found = realpath(fp_buf_cstr(&path), clean) != NULL;
    }
    fp_buf_deinit(&path);
    if (found)
        fp_buf_z(out, clean);
    return found;
}

bool fp_locate_data(struct fp_buf *out, const char *name)
{
    static const char *const below[] = {"../share/fallproof/", "../../../"};
    return first_there(out, below, FP_COUNT(below), name);
}

bool fp_locate_program(struct fp_buf *out, const char *name)
{
    static const char *const below[] = {"", "../libexec/fallproof/"};
    return first_there(out, below, FP_COUNT(below), name);
}
