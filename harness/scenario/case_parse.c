/* SPDX-License-Identifier: MIT
 * case_parse.c - a case from the text of its file. */
#include <stdio.h>
#include <string.h>

#include "harness/base/alloc.h"
#include "harness/scenario/checks.h"
#include "harness/scenario/host_path.h"

enum { WHAT_BYTES = 64 };

/* The structures of the top level, taken apart once its plain values (the
 * window …) are known, whatever the order in the file. */
struct sections {
    const struct fp_node *server, *path, *expect, *cannot;
};

static void keep_section(struct fp_load *l, const struct fp_key *key,
                         const struct fp_node *v, void *user)
{
    struct sections *s = user;
    (void)l;
    if (key->type == FP_V_SERVER)
        s->server = v;
    else if (key->type == FP_V_PATH)
        s->path = v;
    else if (key->type == FP_V_EXPECT)
        s->expect = v;
    else
        s->cannot = v;
}

static const char *quoted(char out[WHAT_BYTES], const char *key)
{
    (void)snprintf(out, WHAT_BYTES, "'%s'", key);
    return out;
}

static const struct fp_node nothing = {.kind = FP_NODE_SCALAR, .plain = true};

/* -- the checks --------------------------------------------------------- */

static bool find_check(struct fp_load *l, struct fp_str name, struct fp_loc loc,
                       enum fp_check_kind *out)
{
    const char *names[FP_CHECK_KIND_COUNT];
    for (size_t k = 0; k < FP_CHECK_KIND_COUNT; k++) {
        names[k] = fp_check_key((enum fp_check_kind)k);
        if (fp_str_eqz(name, names[k])) {
            *out = (enum fp_check_kind)k;
            return true;
        }
    }
    return fp_load_problem(l, loc, "unknown check '%s'%s", FP_SHOWN(name),
                           FP_HINT(name, names, FP_CHECK_KIND_COUNT));
}

/* What a check does not say, the case's own window and budget do. */
static void inherit(const struct fp_case *c, struct fp_check *check,
                    const struct fp_map *map)
{
    if (check->kind == FP_CHECK_FRESH && !fp_map_given(map, "window"))
        check->window_ms = c->window_ms;
    if (check->kind == FP_CHECK_FALLS_BACK && !fp_map_given(map, "budget"))
        check->budget_ms = c->budget_ms;
    if (check->kind == FP_CHECK_SETTLES && !fp_map_given(map, "for"))
        check->for_ms = 2 * c->window_ms;
}

static void load_check(struct fp_load *l, const struct fp_case *c,
                       struct fp_check *check, const struct fp_node *v)
{
    struct fp_item i = {0};
    if (!fp_item_read(l, v, "`- fresh: {window: 3s}`", &i) ||
        !find_check(l, i.name, i.loc, &check->kind))
        return;
    char what[WHAT_BYTES];
    struct fp_map map = {.what = quoted(what, fp_check_key(check->kind)),
                         .base = check,
                         .tables = {fp_check_keys(check->kind)}};
    check->loc = i.loc;
    fp_map_load(l, &map, &i.body);
    inherit(c, check, &map);
}

static bool
is_listed(const struct fp_check *checks, size_t n, enum fp_check_kind k)
{
    for (size_t i = 0; i < n; i++)
        if (checks[i].kind == k && checks[i].loc.file != NULL)
            return true;
    return false;
}

/* The invariants, which every case has (docs/verdicts.md). */
static const enum fp_check_kind invariants[] = {
    FP_CHECK_STAYS,          FP_CHECK_ONE_SESSION,    FP_CHECK_VALID,
    FP_CHECK_POLLS_POLITELY, FP_CHECK_CLOSES_CLEANLY, FP_CHECK_WITNESSES,
};

static void add_invariants(struct fp_load *l, struct fp_case *c,
                           struct fp_check *checks, struct fp_loc at)
{
    for (size_t i = 0; i < FP_COUNT(invariants); i++) {
        if (is_listed(checks, c->n_expect, invariants[i]))
            continue;
        struct fp_check *check = &checks[c->n_expect];
        struct fp_map map = {.what = fp_check_key(invariants[i]),
                             .base = check,
                             .tables = {fp_check_keys(invariants[i])}};
        fp_map_load(l, &map, &nothing);
        check->kind = invariants[i];
        check->implied = true;
        check->loc = at;
        c->n_expect++;
    }
}

static void load_expect(struct fp_load *l, struct fp_case *c,
                        const struct fp_node *v, struct fp_loc at)
{
    if (v != NULL && !fp_item_is_list(l, "expect", v, FP_CHECK_KIND_COUNT))
        return;
    size_t n = (v == NULL ? 0 : v->n) + FP_COUNT(invariants);
    struct fp_check *checks = fp_load_keep(l, n * sizeof *checks);
    if (checks == NULL)
        return;
    c->expect = checks;
    for (const struct fp_node *i = v == NULL ? NULL : v->first; i != NULL;
         i = i->next) {
        struct fp_check *check = &checks[c->n_expect];
        load_check(l, c, check, i);
        if (is_listed(checks, c->n_expect, check->kind) &&
            check->loc.file != NULL)
            (void)fp_load_problem(l, check->loc, "'%s' is listed twice",
                                  fp_check_key(check->kind));
        c->n_expect++;
    }
    add_invariants(l, c, checks, at);
}

/* -- cannot ------------------------------------------------------------- */

static bool load_reason(struct fp_load *l, struct fp_cannot *to,
                        enum fp_protocol p, const struct fp_node *v)
{
    to->protocol = p;
    to->loc = v->key_loc;
    if (!find_check(l, v->key, v->key_loc, &to->check))
        return false;
    to->reason = fp_value_line(l, "the reason", v);
    return to->reason.p != NULL;
}

static size_t count_reasons(const struct fp_node *v)
{
    size_t n = 0;
    for (const struct fp_node *p = v->first; p != NULL; p = p->next)
        n += p->n;
    return n;
}

static void
load_cannot(struct fp_load *l, struct fp_case *c, const struct fp_node *v)
{
    static const char *const names[] = {"engine.io-4", "engine.io-3", "plain"};
    if (v->kind != FP_NODE_MAP) {
        (void)fp_load_problem(l, v->loc,
                              "'cannot' takes {protocol: {check: reason}}");
        return;
    }
    struct fp_cannot *to = fp_load_keep(l, (count_reasons(v) + 1) * sizeof *to);
    if (to == NULL)
        return;
    c->cannot = to;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next) {
        enum fp_protocol p = FP_PLAIN;
        if (!fp_protocol_parse(i->key, &p))
            (void)fp_load_problem(l, i->key_loc, "unknown protocol '%s'%s",
                                  FP_SHOWN(i->key), FP_HINT(i->key, names, 3));
        else if (i->kind != FP_NODE_MAP)
            (void)fp_load_problem(l, i->loc, "'%s' takes {check: reason}",
                                  FP_SHOWN(i->key));
        else
            for (const struct fp_node *r = i->first; r != NULL; r = r->next)
                if (load_reason(l, &to[c->n_cannot], p, r))
                    c->n_cannot++;
    }
}

/* -- the whole ---------------------------------------------------------- */

static void
load_server(struct fp_load *l, struct fp_case *c, const struct fp_node *v)
{
    struct fp_map map = {
        .what = "'server'", .base = &c->server, .tables = {fp_server_keys()}};
    size_t before = l->diags->total;
    c->server.loc = v == NULL ? (struct fp_loc){l->file, 1, 1} : v->loc;
    fp_map_load(l, &map, v == NULL ? &nothing : v);
    if (l->diags->total == before)
        fp_check_server(l, c, &map);
}

static void load_sections(struct fp_load *l, struct fp_case *c,
                          const struct sections *s, struct fp_loc top)
{
    for (size_t i = 0; i < c->n_tags; i++)
        c->is_long |= fp_str_eqz(c->tags[i], "long");
    load_server(l, c, s->server);
    fp_path_load(
        l,
        &(struct fp_path){"path", &c->path, &c->n_path, &c->hosts, &c->n_hosts},
        s->path);
    load_expect(l, c, s->expect, s->expect == NULL ? top : s->expect->key_loc);
    if (s->cannot != NULL)
        load_cannot(l, c, s->cannot);
}

static void need_expect(struct fp_load *l, const struct sections *s,
                        const struct fp_map *map, struct fp_loc top)
{
    bool is_self =
        fp_map_given(map, "self.verdict") || fp_map_given(map, "self.command");
    if (s->expect == NULL && !is_self)
        (void)fp_load_problem(l, top, "missing key 'expect' in a case");
    else if (s->expect != NULL && s->expect->kind == FP_NODE_LIST &&
             s->expect->n == 0)
        (void)fp_load_problem(l, s->expect->loc, "'expect' is an empty list");
}

static void load_case(struct fp_load *l, struct fp_case *c, struct fp_str text)
{
    const struct fp_node *root = fp_tree_parse(l, text);
    if (root == NULL)
        return;
    struct sections sections = {0};
    struct fp_map map = {.what = "a case",
                         .base = c,
                         .tables = {fp_case_keys()},
                         .structure = keep_section,
                         .user = &sections};
    if (root->kind != FP_NODE_MAP) {
        (void)fp_load_problem(l, root->loc, "a case is a mapping, not %s",
                              fp_node_kind_name(root));
        return;
    }
    size_t before = l->diags->total;
    fp_map_load(l, &map, root);
    load_sections(l, c, &sections, root->loc);
    need_expect(l, &sections, &map, root->loc);
    if (l->diags->total == before && !l->no_memory)
        fp_check_case(l, c);
}

static bool keep_texts(struct fp_load *l, struct fp_case *c, const char *file,
                       const char *name, struct fp_str text)
{
    c->file = fp_arena_str(&c->arena, fp_str_of(file));
    c->name = fp_arena_str(&c->arena, fp_str_of(name));
    c->text = fp_arena_str(&c->arena, text);
    l->file = c->file.p;
    return c->file.p != NULL && c->name.p != NULL && c->text.p != NULL;
}

enum fp_status
fp_case_parse(struct fp_case **out, const char *file, const char *name,
              struct fp_str text, struct fp_diags *diags)
{
    return fp_case_parse_from(out, name, text, NULL, file, diags);
}

enum fp_status
fp_case_parse_from(struct fp_case **out, const char *name, struct fp_str text,
                   const struct fp_host_source *source, const char *file,
                   struct fp_diags *diags)
{
    struct fp_case *c = fp_calloc(1, sizeof *c);
    if (c == NULL)
        return FP_ENOMEM;
    struct fp_load l = {.keep = &c->arena, .diags = diags, .hosts = source};
    size_t before = diags->total;
    if (text.p == NULL)
        text = FP_STR("");
    if (keep_texts(&l, c, file, name, text))
        load_case(&l, c, text);
    else
        l.no_memory = true;
    fp_arena_deinit(&l.scratch);
    if (l.no_memory || diags->total != before) {
        fp_case_free(c);
        return l.no_memory ? FP_ENOMEM : FP_EPARSE;
    }
    *out = c;
    return FP_OK;
}
