/* SPDX-License-Identifier: MIT
 * host_choice.c - which host profile a word means. */
#include "harness/cli/host_choice.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/base/locate.h"
#include "harness/cli/selection.h"

enum { MAX_NAMES = 256 };

bool fp_hosts_locate(struct fp_buf *dir)
{
    struct fp_buf found = {0};
    bool there = fp_locate_data(&found, "hosts") ||
                 fp_locate_data(&found, "fixtures/hosts");
    if (there)
        fp_buf_z(dir, fp_below_here(fp_buf_cstr(&found)));
    fp_buf_deinit(&found);
    return there;
}

static int load(struct fp_host **out, const char *path)
{
    struct fp_diags diags = {0};
    if (fp_host_load(out, path, &diags) == FP_OK)
        return FP_EXIT_OK;
    fp_diags_print(&diags);
    return FP_EXIT_USAGE;
}

static int
no_such(const struct fp_args *a, const char *word, const struct fp_buf *dir)
{
    struct fp_host_set set = {0};
    struct fp_diags diags = {0};
    const char *names[MAX_NAMES];
    size_t n = 0;
    struct fp_buf copy = {0};
    fp_buf_str(&copy, fp_buf_view(dir));
    if (fp_host_set_load(&set, fp_buf_cstr(&copy), &diags) == FP_OK)
        for (; n < set.n && n < MAX_NAMES; n++)
            names[n] = set.items[n]->name.p;
    const char *meant = fp_did_you_mean(fp_str_of(word), names, n);
    int code = fp_usage_error(
        a, "no host '%s'%s%s%s", word, meant == NULL ? "" : " (did you mean ",
        meant == NULL ? " (fallproof hosts shows them)" : meant,
        meant == NULL ? "" : "?)");
    fp_host_set_deinit(&set);
    fp_buf_deinit(&copy);
    return code;
}

int fp_host_choose(struct fp_host **out, const struct fp_args *a,
                   const char *word)
{
    struct stat st;
    if (strchr(word, '/') != NULL || strchr(word, '.') != NULL)
        return load(out, word);
    struct fp_buf dir = {0}, path = {0};
    if (!fp_hosts_locate(&dir))
        return fp_usage_error(a, "no hosts beside the program: give a file");
    fp_buf_printf(&path, "%s/%s.yaml", fp_buf_cstr(&dir), word);
    int code = stat(fp_buf_cstr(&path), &st) == 0
                   ? load(out, fp_buf_cstr(&path))
                   : no_such(a, word, &dir);
    fp_buf_deinit(&dir);
    fp_buf_deinit(&path);
    return code;
}
