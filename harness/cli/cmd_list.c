/* SPDX-License-Identifier: MIT
 * cmd_list.c - `fallproof list`: the cases there are. */
#include "harness/cli/output.h"
#include "harness/cli/selection.h"
#include "reports/json.h"

static const struct fp_option options[] = {
    {"protocol", 'p', "NAME", "only this: engine.io-4, engine.io-3, plain"},
    {"skip", 0, "PATTERN", "leave these out; may be repeated"},
    {"cases", 0, "DIR", "look here instead of in the installed cases"},
    {"json", 0, NULL, "one JSON object a line"},
};

static void add_json(struct fp_buf *out, const struct fp_selected *s)
{
    const struct fp_case *c = s->c;
    json_t *tags = json_array();
    for (size_t i = 0; i < c->n_tags; i++)
        json_array_append_new(tags, json_stringn(c->tags[i].p, c->tags[i].n));
    json_t *j = json_object();
    json_object_set_new(j, "case", json_stringn(c->name.p, c->name.n));
    json_object_set_new(j, "protocol",
                        json_string(fp_protocol_name(s->protocol)));
    json_object_set_new(j, "title", json_stringn(c->title.p, c->title.n));
    json_object_set_new(j, "file", json_stringn(c->file.p, c->file.n));
    json_object_set_new(j, "tags", tags);
    fp_json_write(out, j);
    fp_buf_char(out, '\n');
    json_decref(j);
}

static int run(const struct fp_args *a)
{
    enum { NAME_COLUMNS = 46 };
    struct fp_selection s = {0};
    int code = fp_select(&s, a, (1u << FP_PROTOCOLS) - 1);
    if (code != FP_EXIT_OK)
        return code;
    struct fp_buf out = {0}, name = {0};
    for (size_t i = 0; i < s.n; i++) {
        if (fp_arg_flag(a, "json")) {
            add_json(&out, &s.items[i]);
            continue;
        }
        fp_buf_clear(&name);
        fp_selected_name(&name, &s.items[i]);
        fp_buf_printf(&out, "%-*s %.*s\n", NAME_COLUMNS, fp_buf_cstr(&name),
                      FP_STR_ARG(s.items[i].c->title));
    }
    fp_buf_deinit(&name);
    fp_selection_deinit(&s);
    return fp_output(stdout, &out);
}

const struct fp_command fp_cmd_list = {
    .name = "list",
    .summary = "the cases there are",
    .usage = "[PATTERN…]",
    .about = "Lists the cases that the words choose: all but self/ without "
             "one. In a pattern * is one part of a name and ** any number of "
             "parts; a folder stands for all below it.",
    .options = options,
    .n_options = FP_COUNT(options),
    .max_words = SIZE_MAX,
    .run = run,
};
