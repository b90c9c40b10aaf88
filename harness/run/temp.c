/* SPDX-License-Identifier: MIT
 * temp.c - temporary folders that are gone afterwards. */
#include "harness/run/temp.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum fp_status
fp_temp_new(char out[FP_TEMP_BYTES], const char *below, struct fp_err *err)
{
    if (below == NULL)
        below = getenv("TMPDIR");
    if (below == NULL || below[0] == '\0')
        below = "/tmp";
    char path[FP_TEMP_BYTES];
    int n = snprintf(path, sizeof path, "%s/fallproof-XXXXXX", below);
    if (n < 0 || (size_t)n >= sizeof path)
        return fp_fail(err, FP_ELIMIT,
                       "the path of a temporary folder (TMPDIR) is too long");
    if (mkdtemp(path) == NULL)
        return fp_fail_sys(err, errno, "cannot make a temporary folder in %s",
                           below);
    (void)snprintf(out, FP_TEMP_BYTES, "%s", path);
    return FP_OK;
}

/* One pass; false when a folder could not be read, and was opened up. */
static bool remove_tree(char *dir)
{
    char *paths[] = {dir, NULL};
    FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (tree == NULL)
        return true;
    bool whole = true;
    const FTSENT *e;
    while ((e = fts_read(tree)) != NULL) {
        switch (e->fts_info) {
        case FTS_D:
            (void)chmod(e->fts_accpath, S_IRWXU);
            break;
        case FTS_DNR:
            (void)chmod(e->fts_accpath, S_IRWXU);
            whole = false;
            break;
        case FTS_DP:
            (void)rmdir(e->fts_accpath);
            break;
        default:
            (void)unlink(e->fts_accpath);
            break;
        }
    }
    (void)fts_close(tree);
    return whole;
}

void fp_temp_free(const char *dir)
{
    char path[FP_TEMP_BYTES];
    (void)snprintf(path, sizeof path, "%s", dir);
    if (path[0] != '\0' && !remove_tree(path))
        (void)remove_tree(path);
}
