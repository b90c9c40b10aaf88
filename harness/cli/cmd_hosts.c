/* SPDX-License-Identifier: MIT
 * cmd_hosts.c - `fallproof hosts`: the host profiles, and what they rest on. */
#include "harness/cli/host_choice.h"
#include "harness/cli/output.h"

static int list(const struct fp_args *a)
{
    enum { NAME_COLUMNS = 20 };
    struct fp_buf dir = {0}, out = {0};
    struct fp_host_set set = {0};
    struct fp_diags diags = {0};
    if (!fp_hosts_locate(&dir))
        return fp_usage_error(a, "no hosts beside the program");
    enum fp_status status = fp_host_set_load(&set, fp_buf_cstr(&dir), &diags);
    fp_buf_deinit(&dir);
    if (status != FP_OK) {
        fp_diags_print(&diags);
        return FP_EXIT_USAGE;
    }
    for (size_t i = 0; i < set.n; i++)
        fp_buf_printf(&out, "%-*s %.*s\n", NAME_COLUMNS, set.items[i]->name.p,
                      FP_STR_ARG(set.items[i]->title));
    fp_host_set_deinit(&set);
    return fp_output(stdout, &out);
}

static int run(const struct fp_args *a)
{
    if (a->n_words == 0)
        return list(a);
    struct fp_buf out = {0};
    for (size_t i = 0; i < a->n_words; i++) {
        struct fp_host *h = NULL;
        int code = fp_host_choose(&h, a, a->words[i]);
        if (code != FP_EXIT_OK) {
            fp_buf_deinit(&out);
            return code;
        }
        if (i > 0)
            fp_buf_char(&out, '\n');
        fp_host_explain(&out, h);
        fp_host_free(h);
    }
    return fp_output(stdout, &out);
}

const struct fp_command fp_cmd_hosts = {
    .name = "hosts",
    .summary = "the host profiles, and what they rest on",
    .usage = "[NAME|FILE…]",
    .about =
        "Without a word, the host profiles that run --host takes. With names "
        "or files, each with its hops and faults, and every number with its "
        "value, who says so (documented by the vendor, observed by us, "
        "reported by others), the day, and the source.",
    .max_words = SIZE_MAX,
    .run = run,
};
