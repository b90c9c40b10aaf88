/* SPDX-License-Identifier: MIT
 * headers.c - header names and values in a case (RFC 9110 section 5). */
#include "harness/scenario/value.h"

#include <string.h>

/* RFC 9110 section 5.6.2: token. */
static bool is_token(struct fp_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9');
        if (!alnum && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return s.n > 0;
}

static struct fp_str name(struct fp_load *l, struct fp_loc at, struct fp_str s)
{
    if (!is_token(s)) {
        (void)fp_load_problem(l, at, "not a header's name: '%s'", FP_SHOWN(s));
        return FP_STR_NONE;
    }
    struct fp_str kept = fp_arena_str(l->keep, s);
    if (kept.p == NULL)
        l->no_memory = true;
    return kept;
}

static bool fill_names(struct fp_load *l, struct fp_header_edit *edits,
                       const struct fp_node *v)
{
    size_t n = 0;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next) {
        if (i->kind != FP_NODE_SCALAR)
            return fp_load_problem(l, i->loc, "a header's name, not %s",
                                   fp_node_kind_name(i));
        edits[n].name = name(l, i->loc, i->text);
        if (edits[n++].name.p == NULL)
            return false;
    }
    return true;
}

static bool fill_values(struct fp_load *l, struct fp_header_edit *edits,
                        const struct fp_node *v)
{
    size_t n = 0;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next, n++) {
        edits[n].name = name(l, i->key_loc, i->key);
        if (edits[n].name.p == NULL)
            return false;
        edits[n].value = fp_value_line(l, edits[n].name.p, i);
        if (edits[n].value.p == NULL)
            return false;
    }
    return true;
}

bool fp_value_set_edits(struct fp_load *l, const struct fp_key *key, void *base,
                        const struct fp_node *v)
{
    bool values = strcmp(key->choices, "values") == 0;
    enum fp_node_kind want = values ? FP_NODE_MAP : FP_NODE_LIST;
    if (v->kind != want)
        return fp_load_problem(l, v->loc, "'%s' takes %s, not %s", key->key,
                               values ? "a mapping {Name: value}"
                                      : "a list of names [Name, …]",
                               fp_node_kind_name(v));
    if (v->n == 0)
        return fp_load_problem(l, v->loc, "'%s' is empty", key->key);
    struct fp_header_edit *edits = fp_load_keep(l, v->n * sizeof *edits);
    if (edits == NULL)
        return false;
    if (!(values ? fill_values(l, edits, v) : fill_names(l, edits, v)))
        return false;
    fp_value_put_list(key, base, edits, v->n);
    return true;
}

bool fp_value_set_match(struct fp_load *l, const struct fp_key *key,
                        struct fp_header_edit *to, const struct fp_node *v)
{
    if (v->kind != FP_NODE_MAP || v->n != 1)
        return fp_load_problem(l, v->loc, "'%s' takes one {Name: pattern}",
                               key->key);
    struct fp_header_edit edit = {0};
    if (!fill_values(l, &edit, v))
        return false;
    *to = edit;
    return true;
}
