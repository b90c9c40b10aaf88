/* SPDX-License-Identifier: MIT
 * selection.c - which cases, under which protocols, a command's words mean. */
#include "harness/cli/selection.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/alloc.h"
#include "harness/base/locate.h"
#include "harness/cli/host_choice.h"

void fp_selected_name(struct fp_buf *out, const struct fp_selected *s)
{
    fp_buf_str(out, s->c->name);
    fp_buf_printf(out, "@%s", fp_protocol_name(s->protocol));
}

void fp_diags_print(const struct fp_diags *diags)
{
    char text[512];
    for (size_t i = 0; i < diags->n; i++)
        (void)fprintf(stderr, "%s\n",
                      fp_err_text(&diags->items[i], text, sizeof text));
    if (diags->total > diags->n)
        (void)fprintf(stderr, "… and %zu more problems\n",
                      diags->total - diags->n);
}

static struct fp_case_set *add_set(struct fp_selection *s)
{
    struct fp_case_set *sets =
        fp_realloc(s->sets, (s->n_sets + 1) * sizeof *sets);
    if (sets == NULL)
        return NULL;
    s->sets = sets;
    sets[s->n_sets] = (struct fp_case_set){0};
    return &sets[s->n_sets++];
}

static int load_file(struct fp_selection *s, const char *path)
{
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    if (fp_case_load(&c, path, NULL, &diags) != FP_OK) {
        fp_diags_print(&diags);
        return FP_EXIT_USAGE;
    }
    struct fp_case_set *set = add_set(s);
    struct fp_case **items = set == NULL ? NULL : fp_calloc(1, sizeof(void *));
    if (items == NULL) {
        fp_case_free(c);
        return FP_EXIT_HARNESS;
    }
    *items = c;
    *set = (struct fp_case_set){items, 1};
    return FP_EXIT_OK;
}

static int load_folder(struct fp_selection *s, const char *path, bool with_self)
{
    struct fp_diags diags = {0};
    struct fp_case_set set = {0};
    if (fp_case_set_load(&set, path, with_self, &diags) != FP_OK) {
        fp_diags_print(&diags);
        return FP_EXIT_USAGE;
    }
    struct fp_case_set *to = add_set(s);
    if (to == NULL) {
        fp_case_set_deinit(&set);
        return FP_EXIT_HARNESS;
    }
    *to = set;
    return FP_EXIT_OK;
}

static bool
add_item(struct fp_selection *s, const struct fp_case *c, enum fp_protocol p)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->items[i].protocol == p &&
            fp_str_eq(s->items[i].c->name, c->name))
            return true;
    struct fp_selected *items =
        fp_realloc(s->items, (s->n + 1) * sizeof *items);
    if (items == NULL)
        return false;
    s->items = items;
    items[s->n++] = (struct fp_selected){c, p};
    return true;
}

static bool fits(const struct fp_selected *item, struct fp_str pattern)
{
    struct fp_buf name = {0};
    fp_selected_name(&name, item);
    bool yes = fp_case_match(fp_buf_view(&name), pattern);
    fp_buf_deinit(&name);
    return yes;
}

/* Adds what fits pattern (absent: all) from a set; how many there were. */
static size_t add_fitting(struct fp_selection *s, size_t set_index,
                          struct fp_str pattern, unsigned protocols)
{
    if (s->sets == NULL || set_index >= s->n_sets)
        return 0;
    const struct fp_case_set *set = &s->sets[set_index];
    size_t hits = 0;
    for (size_t i = 0; i < set->n * FP_PROTOCOLS; i++) {
        const struct fp_selected item = {set->items[i / FP_PROTOCOLS],
                                         (enum fp_protocol)(i % FP_PROTOCOLS)};
        if ((item.c->protocols & protocols & 1u << item.protocol) == 0)
            continue;
        if (pattern.p == NULL || fits(&item, pattern))
            hits += add_item(s, item.c, item.protocol);
    }
    return hits;
}

static int compare(const void *pa, const void *pb)
{
    const struct fp_selected *a = pa, *b = pb;
    size_t n = a->c->name.n < b->c->name.n ? a->c->name.n : b->c->name.n;
    int order = memcmp(a->c->name.p, b->c->name.p, n);
    if (order == 0)
        order = a->c->name.n < b->c->name.n ? -1 : a->c->name.n > b->c->name.n;
    return order != 0 ? order : (int)a->protocol - (int)b->protocol;
}

/* As seen from the current folder when it is below it: messages are read by
 * people, and an editor finds `cases/a.yaml:3:1`. */
const char *fp_below_here(const char *path)
{
    char here[PATH_MAX];
    if (getcwd(here, sizeof here) == NULL)
        return path;
    size_t n = strlen(here);
    bool below = strncmp(path, here, n) == 0 && path[n] == '/';
    return below ? path + n + 1 : path;
}

/* All of --cases DIR, or of the installed cases. */
static int load_default(struct fp_selection *s, const struct fp_args *a)
{
    const char *dir = fp_arg(a, "cases");
    struct fp_buf found = {0};
    if (dir == NULL && fp_locate_data(&found, "cases"))
        dir = fp_below_here(fp_buf_cstr(&found));
    int code = FP_EXIT_OK;
    if (dir == NULL)
        code = fp_usage_error(a, "no cases beside the program: say which with "
                                 "--cases DIR");
    else
        code = load_folder(s, dir, true);
    fp_buf_deinit(&found);
    return code;
}

static bool is_self(const struct fp_case *c)
{
    return fp_str_starts(c->name, FP_STR("self/"));
}

static void drop(struct fp_selection *s, size_t i)
{
    memmove(&s->items[i], &s->items[i + 1], (s->n - i - 1) * sizeof *s->items);
    s->n--;
}

/* Loads what one word is about; *set is the index of its set. base: of the
 * default set, which patterns are for; SIZE_MAX until it is loaded. */
static int load_word(struct fp_selection *s, const struct fp_args *a,
                     const char *word, size_t *base, size_t *set)
{
    struct stat st;
    int code = FP_EXIT_OK;
    if (stat(word, &st) != 0) {
        if (*base == SIZE_MAX && (code = load_default(s, a)) == FP_EXIT_OK)
            *base = s->n_sets - 1;
        *set = *base;
        return code;
    }
    code =
        S_ISDIR(st.st_mode) ? load_folder(s, word, true) : load_file(s, word);
    *set = s->n_sets - 1;
    return code;
}

static int
no_match(const struct fp_args *a, const char *word, unsigned protocols)
{
    return fp_usage_error(a, "'%s' matches no case%s", word,
                          protocols + 1 == 1u << FP_PROTOCOLS
                              ? " (fallproof list shows them)"
                              : " of the chosen protocol");
}

static int select_words(struct fp_selection *s, const struct fp_args *a,
                        unsigned protocols)
{
    size_t base = SIZE_MAX;
    for (size_t i = 0; i < a->n_words; i++) {
        const char *word = a->words[i];
        size_t set = 0;
        int code = load_word(s, a, word, &base, &set);
        if (code != FP_EXIT_OK)
            return code;
        struct fp_str pattern = set == base ? fp_str_of(word) : FP_STR_NONE;
        if (add_fitting(s, set, pattern, protocols) == 0)
            return no_match(a, word, protocols);
    }
    return FP_EXIT_OK;
}

static int
select_all(struct fp_selection *s, const struct fp_args *a, unsigned protocols)
{
    int code = load_default(s, a);
    if (code != FP_EXIT_OK)
        return code;
    (void)add_fitting(s, 0, FP_STR_NONE, protocols);
    for (size_t i = s->n; i-- > 0;)
        if (is_self(s->items[i].c))
            drop(s, i);
    return FP_EXIT_OK;
}

static int skip(struct fp_selection *s, const struct fp_args *a)
{
    const char *pattern = NULL;
    for (size_t k = 0; (pattern = fp_arg_nth(a, "skip", k)) != NULL; k++) {
        size_t before = s->n;
        for (size_t i = s->n; i-- > 0;)
            if (fits(&s->items[i], fp_str_of(pattern)))
                drop(s, i);
        if (s->n == before)
            return fp_usage_error(a, "--skip '%s' matches no chosen case",
                                  pattern);
    }
    return FP_EXIT_OK;
}

int fp_selection_put_host(struct fp_selection *s, const struct fp_host *h)
{
    struct fp_diags diags = {0};
    enum fp_status status = FP_OK;
    for (size_t i = 0; i < s->n_sets && status == FP_OK; i++)
        for (size_t k = 0; k < s->sets[i].n && status == FP_OK; k++)
            status = fp_case_put_host(s->sets[i].items[k], h, &diags);
    if (status == FP_OK)
        return FP_EXIT_OK;
    fp_diags_print(&diags);
    return status == FP_ENOMEM ? FP_EXIT_HARNESS : FP_EXIT_USAGE;
}

int fp_select(struct fp_selection *out, const struct fp_args *a,
              unsigned protocols)
{
    const char *named = fp_arg(a, "protocol");
    enum fp_protocol p = FP_ENGINE_IO_4;
    if (named != NULL && !fp_protocol_parse(fp_str_of(named), &p))
        return fp_usage_error(
            a, "--protocol: '%s' is none of engine.io-4, engine.io-3, plain",
            named);
    if (named != NULL)
        protocols &= 1u << p;
    struct fp_selection s = {0};
    int code = a->n_words > 0 ? select_words(&s, a, protocols)
                              : select_all(&s, a, protocols);
    if (code == FP_EXIT_OK)
        code = skip(&s, a);
    if (code == FP_EXIT_OK && s.n == 0)
        code = fp_usage_error(a, "no case is left to choose from");
    if (code != FP_EXIT_OK || s.items == NULL) {
        fp_selection_deinit(&s);
        return code;
    }
    qsort(s.items, s.n, sizeof *s.items, compare);
    *out = s;
    return FP_EXIT_OK;
}

void fp_selection_deinit(struct fp_selection *s)
{
    for (size_t i = 0; i < s->n_sets; i++)
        fp_case_set_deinit(&s->sets[i]);
    fp_free(s->sets);
    fp_free(s->items);
    *s = (struct fp_selection){0};
}
