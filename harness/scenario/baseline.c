/* SPDX-License-Identifier: MIT
 * baseline.c - the checks that are known to fail, from YAML. */
#include "harness/scenario/baseline.h"

#include "harness/model/match.h"
#include "harness/scenario/map.h"

#define AT(member) offsetof(struct fp_known_failure, member)

static const struct fp_key known_keys[] = {
    {.key = "check", .type = FP_V_LINE, .offset = AT(check), .required = true},
    {.key = "configuration", .type = FP_V_LINE, .offset = AT(configuration)},
    {.key = "reason",
     .type = FP_V_LINE,
     .offset = AT(reason),
     .required = true},
    {.key = "why", .type = FP_V_LINE, .offset = AT(why)},
    {.key = "link", .type = FP_V_LINE, .offset = AT(link)},
    {.key = "until", .type = FP_V_LINE, .offset = AT(until)},
};

static const struct fp_key file_keys[] = {
    {.key = "known", .type = FP_V_KNOWN, .required = true},
};

static struct fp_loc place_of(const struct fp_node *entry, const char *key)
{
    const struct fp_node *v = fp_node_get(entry, key);
    return v == NULL ? entry->loc : v->loc;
}

static size_t check_names(const char *names[FP_CHECK_KIND_COUNT])
{
    for (size_t i = 0; i < FP_CHECK_KIND_COUNT; i++)
        names[i] = fp_check_key((enum fp_check_kind)i);
    return FP_CHECK_KIND_COUNT;
}

/* A check that is named in full exists; its parts are the judge's. */
static void verify_check(struct fp_load *l, const struct fp_known_failure *k,
                         struct fp_loc loc)
{
    struct fp_str check, part;
    struct fp_str cases = fp_check_split(k->check, &check);
    if (check.n == 0 || cases.n == 0) {
        (void)fp_load_problem(l, loc,
                              "'%s' is not CASE@PROTOCOL:CHECK, for example "
                              "cut/*@engine.io-4:settles",
                              FP_SHOWN(k->check));
        return;
    }
    struct fp_str kind = fp_str_split(check, '.', &part);
    const char *names[FP_CHECK_KIND_COUNT];
    size_t n = check_names(names);
    for (size_t i = 0; i < n; i++)
        if (fp_str_glob(fp_str_of(names[i]), kind))
            return;
    (void)fp_load_problem(l, loc, "no check is called '%s'%s", FP_SHOWN(kind),
                          FP_HINT(kind, names, n));
}

static bool is_date(struct fp_str s)
{
    static const unsigned days[] = {31, 29, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31};
    uint64_t year = 0, month = 0, day = 0;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
        !fp_str_to_u64(fp_str_upto(s, 4), &year) ||
        !fp_str_to_u64((struct fp_str){s.p + 5, 2}, &month) ||
        !fp_str_to_u64(fp_str_from(s, 8), &day))
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] &&
           (leap || month != 2 || day <= 28);
}

static void
verify(struct fp_load *l, const struct fp_known_failure *k,
       const struct fp_node *v, const struct fp_config_names *configs)
{
    if (k->check.p != NULL)
        verify_check(l, k, place_of(v, "check"));
    if (k->reason.p != NULL && fp_str_trim(k->reason).n == 0)
        (void)fp_load_problem(l, place_of(v, "reason"),
                              "'reason' is empty: say what the check tells");
    if (k->until.p != NULL && !is_date(k->until))
        (void)fp_load_problem(l, place_of(v, "until"),
                              "'until' takes a day such as 2027-06-30, not "
                              "'%s'",
                              FP_SHOWN(k->until));
    if (k->link.p != NULL && !fp_str_starts(k->link, FP_STR("https://")) &&
        !fp_str_starts(k->link, FP_STR("http://")))
        (void)fp_load_problem(l, place_of(v, "link"),
                              "'link' takes an address with https://");
    if (configs == NULL || k->configuration.p == NULL)
        return;
    for (size_t i = 0; i < configs->n; i++)
        if (fp_str_eqz(k->configuration, configs->names[i]))
            return;
    (void)fp_load_problem(
        l, place_of(v, "configuration"), "no configuration is called '%s'%s",
        FP_SHOWN(k->configuration),
        FP_HINT(k->configuration, configs->names, configs->n));
}

static void
load_entry(struct fp_load *l, struct fp_known_failure *to,
           const struct fp_node *v, const struct fp_config_names *configs)
{
    struct fp_map map = {
        .what = "a known failure",
        .base = to,
        .tables = {{known_keys, FP_COUNT(known_keys)}},
    };
    fp_map_load(l, &map, v);
    verify(l, to, v, configs);
    to->loc = v->loc;
    to->loc.file = fp_arena_strdup(l->keep, fp_str_of(l->file));
    if (to->loc.file == NULL)
        l->no_memory = true;
}

void fp_baseline_load_list(struct fp_load *l, struct fp_baseline *out,
                           const char *key, const struct fp_node *v,
                           const struct fp_config_names *configs)
{
    if (v->kind != FP_NODE_LIST || v->n > FP_KNOWN_MAX) {
        (void)fp_load_problem(l, v->loc,
                              "'%s' takes a list of at most %d known failures",
                              key, FP_KNOWN_MAX);
        return;
    }
    out->items = fp_load_keep(l, (v->n + 1) * sizeof *out->items);
    if (out->items == NULL)
        return;
    for (const struct fp_node *i = v->first; i != NULL; i = i->next)
        load_entry(l, &out->items[out->n++], i, configs);
}

static void load_known(struct fp_load *l, const struct fp_key *key,
                       const struct fp_node *v, void *user)
{
    fp_baseline_load_list(l, user, key->key, v, NULL);
}

static enum fp_status
parse(struct fp_baseline_file *f, struct fp_load *l, struct fp_str text)
{
    const size_t before = l->diags->total;
    struct fp_node *tree = fp_tree_parse(l, text);
    struct fp_map map = {
        .what = "a baseline",
        .base = &f->known,
        .tables = {{file_keys, FP_COUNT(file_keys)}},
        .structure = load_known,
        .user = &f->known,
    };
    if (tree != NULL)
        fp_map_load(l, &map, tree);
    fp_arena_deinit(&l->scratch);
    if (l->no_memory)
        return FP_ENOMEM;
    return l->diags->total > before ? FP_EPARSE : FP_OK;
}

enum fp_status fp_baseline_load(struct fp_baseline_file *out, const char *path,
                                struct fp_diags *diags)
{
    struct fp_buf text = {0};
    struct fp_err err = {0};
    struct fp_baseline_file f = {0};
    enum fp_status status = fp_load_read(path, &text, &err);
    if (err.status != FP_OK) {
        err.loc = (struct fp_loc){path, 0, 0};
        fp_diags_add(diags, &err);
    }
    if (status == FP_OK) {
        struct fp_load l = {.file = path,
                            .keep = &f.arena,
                            .diags = diags,
                            .list_max = FP_KNOWN_MAX};
        status = parse(&f, &l, fp_buf_view(&text));
    }
    fp_buf_deinit(&text);
    if (status == FP_OK)
        *out = f;
    else
        fp_baseline_file_deinit(&f);
    return status;
}

void fp_baseline_file_deinit(struct fp_baseline_file *f)
{
    fp_arena_deinit(&f->arena);
    *f = (struct fp_baseline_file){0};
}
