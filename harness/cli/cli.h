/* cli.h - the program's commands, each described once: the same table gives
 * parsing, --help, the man page and shell completion.
 * Uses: everything. */
#pragma once
#include "harness/base/str.h"

/* Exit codes: never a count; the first that applies of 2, 1, 3, 4, 0. */
enum fp_exit {
    FP_EXIT_OK = 0,
    FP_EXIT_UNEXPECTED = 1, /* a result that was not expected */
    FP_EXIT_USAGE = 2,      /* usage, a bad case, a pattern without a match */
    FP_EXIT_HARNESS = 3,    /* harness error, or still inconclusive */
    FP_EXIT_NOTHING = 4,    /* all skipped or unsupported */
    FP_EXIT_INTERRUPTED = 130,
};

struct fp_option {
    const char *name;  /* without dashes: "junit" */
    char letter;       /* 'v' for -v; 0 = none */
    const char *value; /* what follows, for --help: "FILE"; NULL = a flag */
    const char *doc;
};

struct fp_args;

struct fp_command {
    const char *name, *summary;
    const char *usage; /* what follows the options: "[PATTERN…] [-- CMD…]" */
    const char *about; /* paragraphs for --help and the man page */
    const struct fp_option *options;
    size_t n_options;
    size_t min_words, max_words; /* positional arguments; SIZE_MAX = any */
    bool takes_command;          /* words after -- */
    int (*run)(const struct fp_args *args);
};

enum { FP_ARGS_OPTIONS = 64 };

struct fp_args {
    const struct fp_command *command;
    const char *const *words; /* positional */
    size_t n_words;
    char *const *child; /* after --; NULL-terminated; NULL = none given */
    struct {
        const struct fp_option *option;
        const char *value;
    } given[FP_ARGS_OPTIONS];
    size_t n_given;
};

/* -- for commands ------------------------------------------------------- */

/* The last value given for an option; NULL when not given. */
const char *fp_arg(const struct fp_args *a, const char *name);
bool fp_arg_flag(const struct fp_args *a, const char *name);
/* The i-th value of an option that may be repeated; NULL past the end. */
const char *fp_arg_nth(const struct fp_args *a, const char *name, size_t i);
/* Typed options: fallback when not given; a value that does not parse sets
 * *ok to false after an error on stderr that names the option. */
uint64_t fp_arg_count(const struct fp_args *a, const char *name,
                      uint64_t fallback, bool *ok);
/* "250ms", "5s", "2m": milliseconds. */
uint64_t fp_arg_duration(const struct fp_args *a, const char *name,
                         uint64_t fallback_ms, bool *ok);

/* "fallproof COMMAND: …" and a newline on stderr. Returns FP_EXIT_USAGE. */
int fp_usage_error(const struct fp_args *a, const char *fmt, ...)
    FP_PRINTF(2, 3);
/* As above from an err; returns the exit code that fits its status. */
int fp_report_error(const struct fp_args *a, const struct fp_err *err);

/* -- for main ------------------------------------------------------------ */

extern const struct fp_command *const fp_commands[]; /* NULL-terminated */

int fp_cli_main(int argc, char **argv);
void fp_help_write(struct fp_buf *out, const struct fp_command *c);
void fp_help_overview(struct fp_buf *out);
void fp_man_write(struct fp_buf *out); /* fallproof(1) in mdoc */

/* One per command: harness/cli/cmd_NAME.c. */
extern const struct fp_command fp_cmd_run, fp_cmd_list, fp_cmd_explain,
    fp_cmd_judge, fp_cmd_report, fp_cmd_baseline, fp_cmd_serve, fp_cmd_selftest,
    fp_cmd_schema, fp_cmd_hosts, fp_cmd_probe, fp_cmd_help;
