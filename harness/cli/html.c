/* SPDX-License-Identifier: MIT
 * html.c - --html and --html-traces, which `run` and `report` share. */
#include "harness/cli/html.h"

#include <string.h>

#include "harness/base/arena.h"
#include "reports/html.h"

static bool read_traces(const struct fp_args *a, enum fp_html_traces *out)
{
    const char *which = fp_arg(a, "html-traces");
    if (which == NULL || fp_html_traces_parse(fp_str_of(which), out))
        return true;
    (void)fp_usage_error(a, "--html-traces: problems, all or none");
    return false;
}

bool fp_html_check(const struct fp_args *a)
{
    enum fp_html_traces traces;
    return read_traces(a, &traces);
}

static const char *folder_of(struct fp_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return ".";
    return fp_arena_strdup(arena,
                           (struct fp_str){path, (size_t)(slash - path)});
}

int fp_html_render(struct fp_buf *out, const struct fp_results *all,
                   const struct fp_args *a, const char *const *paths,
                   size_t n_paths)
{
    struct fp_arena arena = {0};
    struct fp_html_conf conf = {.strict = fp_arg_flag(a, "strict")};
    if (!read_traces(a, &conf.traces))
        return FP_EXIT_USAGE;
    const char **dirs = fp_arena_alloc(&arena, n_paths * sizeof *dirs);
    for (; dirs != NULL && conf.n_dirs < n_paths; conf.n_dirs++) {
        dirs[conf.n_dirs] = folder_of(&arena, paths[conf.n_dirs]);
        if (dirs[conf.n_dirs] == NULL)
            break;
    }
    conf.dirs = dirs;
    fp_html_write(out, all, &conf);
    fp_arena_deinit(&arena);
    return FP_EXIT_OK; /* no memory: fp_output tells it */
}
