/* SPDX-License-Identifier: MIT
 * args.c - parses a command's words by its option table. */
#include <stdio.h>
#include <string.h>

#include "harness/cli/cli.h"
#include "harness/scenario/scenario.h"

const char *fp_arg_nth(const struct fp_args *a, const char *name, size_t i)
{
    for (size_t k = 0; k < a->n_given; k++)
        if (strcmp(a->given[k].option->name, name) == 0 && i-- == 0)
            return a->given[k].value;
    return NULL;
}

const char *fp_arg(const struct fp_args *a, const char *name)
{
    const char *last = NULL;
    for (size_t k = 0; k < a->n_given; k++)
        if (strcmp(a->given[k].option->name, name) == 0)
            last = a->given[k].value;
    return last;
}

bool fp_arg_flag(const struct fp_args *a, const char *name)
{
    return fp_arg(a, name) != NULL;
}

uint64_t fp_arg_count(const struct fp_args *a, const char *name,
                      uint64_t fallback, bool *ok)
{
    const char *value = fp_arg(a, name);
    uint64_t n = fallback;
    if (value != NULL && !fp_str_to_u64(fp_str_of(value), &n)) {
        *ok = false;
        (void)fp_usage_error(a, "--%s: not a number: '%s'", name, value);
    }
    return n;
}

static bool duration_parse(struct fp_str s, uint64_t *ms)
{
    static const struct {
        const char *unit;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}};
    size_t digits = 0;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
        digits++;
    uint64_t n = 0;
    if (!fp_str_to_u64(fp_str_upto(s, digits), &n) || n > UINT32_MAX)
        return false;
    for (size_t i = 0; i < FP_COUNT(units); i++) {
        if (fp_str_eqz(fp_str_from(s, digits), units[i].unit)) {
            *ms = n * units[i].ms;
            return true;
        }
    }
    return false;
}

uint64_t fp_arg_duration(const struct fp_args *a, const char *name,
                         uint64_t fallback_ms, bool *ok)
{
    const char *value = fp_arg(a, name);
    uint64_t ms = fallback_ms;
    if (value != NULL && !duration_parse(fp_str_of(value), &ms)) {
        *ok = false;
        (void)fp_usage_error(
            a, "--%s: not a duration: '%s' (for example 250ms, 5s, 2m)", name,
            value);
    }
    return ms;
}

int fp_usage_error(const struct fp_args *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (a->command == NULL)
        (void)fputs("fallproof: ", stderr);
    else
        (void)fprintf(stderr, "fallproof %s: ", a->command->name);
    (void)vfprintf(stderr, fmt, ap);
    (void)fputc('\n', stderr);
    va_end(ap);
    return FP_EXIT_USAGE;
}

int fp_report_error(const struct fp_args *a, const struct fp_err *err)
{
    char text[512];
    (void)fp_usage_error(a, "%s", fp_err_text(err, text, sizeof text));
    switch (err->status) {
    case FP_EPARSE:
    case FP_EINVAL:
    case FP_ENOENT:
    case FP_ELIMIT:
    case FP_EUNSUPPORTED:
        return FP_EXIT_USAGE;
    case FP_OK:
    case FP_EIO:
    case FP_ENOMEM:
        break;
    }
    return FP_EXIT_HARNESS;
}

static const struct fp_option *
find_option(const struct fp_command *c, struct fp_str name)
{
    for (size_t i = 0; i < c->n_options; i++)
        if (fp_str_eqz(name, c->options[i].name))
            return &c->options[i];
    return NULL;
}

static const struct fp_option *find_letter(const struct fp_command *c, char l)
{
    for (size_t i = 0; i < c->n_options; i++)
        if (c->options[i].letter != 0 && c->options[i].letter == l)
            return &c->options[i];
    return NULL;
}

static int unknown_option(const struct fp_args *a, struct fp_str name)
{
    const char *names[FP_ARGS_OPTIONS];
    size_t n = 0;
    for (; n < a->command->n_options && n < FP_COUNT(names); n++)
        names[n] = a->command->options[n].name;
    const char *near = fp_did_you_mean(name, names, n);
    if (near != NULL)
        return fp_usage_error(a, "unknown option --%.*s (did you mean --%s?)",
                              FP_STR_ARG(name), near);
    return fp_usage_error(a, "unknown option --%.*s (see fallproof %s --help)",
                          FP_STR_ARG(name), a->command->name);
}

static int give(struct fp_args *a, const struct fp_option *o, const char *value)
{
    if (a->n_given == FP_ARGS_OPTIONS)
        return fp_usage_error(a, "too many options");
    a->given[a->n_given].option = o;
    a->given[a->n_given++].value = value;
    return FP_EXIT_OK;
}

/* argv[*i] starts with a dash; *i moves on when it takes the next word. */
static int parse_option(struct fp_args *a, char **argv, int argc, int *i)
{
    const char *word = argv[*i];
    const bool is_long = word[1] == '-';
    struct fp_str value = FP_STR_NONE;
    struct fp_str name = fp_str_of(word + (is_long ? 2 : 1));
    const struct fp_option *o = NULL;
    if (is_long) {
        name = fp_str_split(name, '=', &value);
        o = find_option(a->command, name);
        if (o == NULL)
            return unknown_option(a, name);
    } else {
        o = find_letter(a->command, word[1]);
        if (o == NULL)
            return fp_usage_error(a, "unknown option -%c", word[1]);
        if (name.n > 1)
            value = fp_str_from(name, 1); /* -j8 */
    }
    if (o->value == NULL) {
        if (value.p != NULL)
            return fp_usage_error(a, "--%s takes no value", o->name);
        return give(a, o, "");
    }
    if (value.p != NULL)
        return give(a, o, value.p); /* runs to the word's end */
    if (*i + 1 >= argc)
        return fp_usage_error(a, "--%s needs %s", o->name, o->value);
    return give(a, o, argv[++*i]);
}

static int take_child(struct fp_args *a, int left, char **child)
{
    if (!a->command->takes_command)
        return fp_usage_error(a, "nothing may follow --");
    if (left == 0)
        return fp_usage_error(a, "a command must follow --");
    a->child = child;
    return FP_EXIT_OK;
}

/* Positional words are moved to the front of argv as they are found. */
static int parse_words(struct fp_args *a, int argc, char **argv)
{
    a->words = (const char *const *)argv;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return take_child(a, argc - i - 1, argv + i + 1);
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[a->n_words++] = argv[i];
            continue;
        }
        int code = parse_option(a, argv, argc, &i);
        if (code != FP_EXIT_OK)
            return code;
    }
    return FP_EXIT_OK;
}

static int parse(struct fp_args *a, int argc, char **argv)
{
    const struct fp_command *c = a->command;
    int code = parse_words(a, argc, argv);
    if (code == FP_EXIT_OK &&
        (a->n_words < c->min_words || a->n_words > c->max_words))
        code = fp_usage_error(a, "usage: fallproof %s [OPTION…] %s", c->name,
                              c->usage);
    return code;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int print(struct fp_buf *b)
{
    int failed = fwrite(b->p, 1, b->n, stdout) != b->n || fflush(stdout) != 0;
    fp_buf_deinit(b);
    return failed ? FP_EXIT_HARNESS : FP_EXIT_OK;
}

static int run_command(const struct fp_command *c, int argc, char **argv)
{
    if (wants_help(argc, argv)) {
        struct fp_buf out = {0};
        fp_help_write(&out, c);
        return print(&out);
    }
    struct fp_args args = {.command = c};
    int code = parse(&args, argc, argv);
    return code != FP_EXIT_OK ? code : c->run(&args);
}

static int unknown_command(const char *word)
{
    const char *names[32];
    size_t n = 0;
    for (; fp_commands[n] != NULL && n < FP_COUNT(names); n++)
        names[n] = fp_commands[n]->name;
    const char *near = fp_did_you_mean(fp_str_of(word), names, n);
    const struct fp_args none = {0};
    if (near != NULL)
        return fp_usage_error(&none, "unknown command '%s' (did you mean %s?)",
                              word, near);
    return fp_usage_error(&none, "unknown command '%s' (see fallproof --help)",
                          word);
}

int fp_cli_main(int argc, char **argv)
{
    if (argc < 2) {
        struct fp_buf out = {0};
        fp_help_overview(&out);
        (void)print(&out);
        return FP_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("fallproof " FP_VERSION);
        return FP_EXIT_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        struct fp_buf out = {0};
        fp_help_overview(&out);
        return print(&out);
    }
    for (size_t i = 0; fp_commands[i] != NULL; i++)
        if (strcmp(argv[1], fp_commands[i]->name) == 0)
            return run_command(fp_commands[i], argc - 2, argv + 2);
    return unknown_command(argv[1]);
}
