/* SPDX-License-Identifier: MIT
 * scaled_clock.c - a client whose clock runs faster. */
#include "harness/run/scaled_clock.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixtures/net/descendants.h"

bool fp_scaled_clock_find_faketime(struct fp_buf *out)
{
    /* The one for programs with threads: Debian, Fedora, built by hand. */
    static const char *const patterns[] = {
        "/usr/lib/*/faketime/libfaketimeMT.so.1",
        "/usr/lib*/faketime/libfaketimeMT.so.1",
        "/usr/local/lib/faketime/libfaketimeMT.so.1",
    };
    for (size_t i = 0; i < FP_COUNT(patterns); i++) {
        glob_t found;
        if (glob(patterns[i], 0, NULL, &found) != 0)
            continue;
        fp_buf_z(out, found.gl_pathv[0]);
        globfree(&found);
        return true;
    }
    return false;
}

/* Whether it has our preload: what a process told counts for nothing once it
 * has become another program. One that is gone is no matter. */
static bool has_preload(pid_t pid)
{
    char path[64], line[512];
    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return true;
    bool any = false, found = false;
    while (!found && fgets(line, sizeof line, f) != NULL) {
        any = true;
        found = strstr(line, "/" FP_CLOCK_LIBRARY) != NULL;
    }
    (void)fclose(f);
    return found || !any;
}

static bool all_have_preload(void)
{
    struct fp_pids pids = {0};
    fp_descendants_find(&pids, NULL);
    bool all = true;
    for (size_t i = 0; i < pids.n; i++)
        all = all && has_preload(pids.pid[i]);
    fp_pids_deinit(&pids);
    return all;
}

uint64_t fp_scaled_clock_speed(const char *temp, double scale)
{
    if (!all_have_preload())
        return 0;
    struct fp_buf path = {0};
    fp_buf_printf(&path, "%s/%s", temp, FP_CLOCK_FILE);
    FILE *f = fopen(fp_buf_cstr(&path), "re");
    fp_buf_deinit(&path);
    if (f == NULL)
        return 0;
    double worst = 0;
    char line[64];
    while (fgets(line, sizeof line, f) != NULL) {
        double speed = strtod(line, NULL);
        if (worst == 0 || fabs(speed - scale) > fabs(worst - scale))
            worst = speed;
    }
    (void)fclose(f);
    return worst > 0 && worst < 1e6 ? (uint64_t)(worst * 1000) : 0;
}

static bool is_gone(struct fp_str name)
{
    static const char *const prefixes[] = {"faketime_shm_",
                                           "sem.faketime_sem_"};
    for (size_t i = 0; i < FP_COUNT(prefixes); i++) {
        uint64_t pid = 0;
        if (fp_str_starts(name, fp_str_of(prefixes[i])) &&
            fp_str_to_u64(fp_str_from(name, strlen(prefixes[i])), &pid) &&
            pid > 0 && pid < INT32_MAX)
            return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
    }
    return false;
}

void fp_scaled_clock_sweep(const char *path)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return;
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
        if (is_gone(fp_str_of(e->d_name)))
            (void)unlinkat(dirfd(dir), e->d_name, 0);
    (void)closedir(dir);
}
