/* SPDX-License-Identifier: MIT
 * help.c - --help and the man page, from the commands' tables. */
#include <string.h>

#include "harness/cli/cli.h"

enum { OPTION_COLUMN = 26, WIDTH = 80 };

static const char exit_codes[] =
    "0  as expected\n"
    "1  an unexpected result: a failed must, with --strict a failed should\n"
    "2  usage, a bad case, or a pattern that matches nothing\n"
    "3  an error of the harness or the plug-in, or still inconclusive\n"
    "4  all was skipped or unsupported\n"
    "130  interrupted\n";

/* Words of text wrapped at WIDTH; later lines start at column indent. */
static void wrap(struct fp_buf *out, const char *text, size_t indent)
{
    struct fp_str rest = fp_str_of(text);
    size_t column = indent;
    while (rest.p != NULL) {
        struct fp_str word = fp_str_split(rest, ' ', &rest);
        if (column > indent && column + 1 + word.n > WIDTH) {
            fp_buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            fp_buf_char(out, ' ');
            column++;
        }
        fp_buf_str(out, word);
        column += word.n;
    }
    fp_buf_char(out, '\n');
}

static void write_option(struct fp_buf *out, const struct fp_option *o)
{
    size_t start = out->n;
    if (o->letter != 0)
        fp_buf_printf(out, "  -%c, --%s", o->letter, o->name);
    else
        fp_buf_printf(out, "      --%s", o->name);
    if (o->value != NULL)
        fp_buf_printf(out, " %s", o->value);
    size_t used = out->n - start;
    if (used + 2 > OPTION_COLUMN) {
        fp_buf_char(out, '\n');
        used = 0;
    }
    fp_buf_printf(out, "%*s", (int)(OPTION_COLUMN - used), "");
    wrap(out, o->doc, OPTION_COLUMN);
}

static void write_paragraphs(struct fp_buf *out, const char *about)
{
    struct fp_str rest = fp_str_of(about);
    while (rest.p != NULL) {
        struct fp_str line = fp_str_split(rest, '\n', &rest);
        if (line.n > 0 && line.p[0] == ' ') { /* an example: as it stands */
            fp_buf_str(out, line);
            fp_buf_char(out, '\n');
            continue;
        }
        char paragraph[2048];
        size_t n = line.n < sizeof paragraph ? line.n : sizeof paragraph - 1;
        memcpy(paragraph, line.p, n);
        paragraph[n] = '\0';
        wrap(out, paragraph, 0);
    }
}

void fp_help_write(struct fp_buf *out, const struct fp_command *c)
{
    fp_buf_printf(out, "Usage: fallproof %s%s%s%s\n\n", c->name,
                  c->n_options > 0 ? " [OPTION…]" : "",
                  c->usage[0] != '\0' ? " " : "", c->usage);
    write_paragraphs(out, c->about);
    if (c->n_options > 0)
        fp_buf_z(out, "\nOptions:\n");
    for (size_t i = 0; i < c->n_options; i++)
        write_option(out, &c->options[i]);
    fp_buf_z(out, "  -h, --help              this text\n");
}

void fp_help_overview(struct fp_buf *out)
{
    fp_buf_z(out, "fallproof puts realtime clients behind scripted hostile "
                  "networks and proves, on\nthe wire, that they fall back from "
                  "WebSocket to polling and keep receiving updates.\n\n"
                  "Usage: fallproof COMMAND [OPTION…]\n\nCommands:\n");
    for (size_t i = 0; fp_commands[i] != NULL; i++)
        fp_buf_printf(out, "  %-9s %s\n", fp_commands[i]->name,
                      fp_commands[i]->summary);
    fp_buf_z(out, "\n  fallproof COMMAND --help   what it takes\n"
                  "  fallproof --version\n\nExit codes:\n");
    struct fp_str rest = fp_str_of(exit_codes);
    while (rest.n > 0) {
        struct fp_str line = fp_str_split(rest, '\n', &rest);
        fp_buf_printf(out, "  %.*s\n", FP_STR_ARG(line));
    }
}

/* mdoc: a line that starts with a dot or a quote would be a request, and a
 * backslash an escape. */
static void man_text(struct fp_buf *out, struct fp_str s)
{
    if (s.n > 0 && (s.p[0] == '.' || s.p[0] == '\''))
        fp_buf_z(out, "\\&");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            fp_buf_z(out, "\\e");
        else
            fp_buf_char(out, s.p[i]);
    }
    fp_buf_char(out, '\n');
}

static void man_about(struct fp_buf *out, const char *about)
{
    struct fp_str rest = fp_str_of(about);
    while (rest.p != NULL) {
        struct fp_str line = fp_str_split(rest, '\n', &rest);
        if (line.n == 0) {
            fp_buf_z(out, ".Pp\n");
        } else if (line.p[0] == ' ') {
            fp_buf_z(out, ".Dl ");
            man_text(out, fp_str_trim(line));
        } else {
            man_text(out, line);
        }
    }
}

static void man_command(struct fp_buf *out, const struct fp_command *c)
{
    fp_buf_printf(out, ".Ss fallproof %s", c->name);
    if (c->usage[0] != '\0')
        fp_buf_printf(out, " %s", c->usage);
    fp_buf_char(out, '\n');
    man_about(out, c->about);
    if (c->n_options == 0)
        return;
    fp_buf_z(out, ".Bl -tag -width indent\n");
    for (size_t i = 0; i < c->n_options; i++) {
        const struct fp_option *o = &c->options[i];
        fp_buf_z(out, ".It");
        if (o->letter != 0)
            fp_buf_printf(out, " Fl %c ,", o->letter);
        fp_buf_printf(out, " Fl -%s", o->name);
        if (o->value != NULL)
            fp_buf_printf(out, " Ar %s", o->value);
        fp_buf_char(out, '\n');
        man_text(out, fp_str_of(o->doc));
    }
    fp_buf_z(out, ".El\n");
}

void fp_man_write(struct fp_buf *out)
{
    fp_buf_z(out, ".Dd November 24, 2026\n.Dt FALLPROOF 1\n.Os\n.Sh NAME\n"
                  ".Nm fallproof\n.Nd conformance testing of realtime clients "
                  "behind hostile networks\n.Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n"
                  ".Op Ar OPTION ...\n.Sh DESCRIPTION\n"
                  ".Nm\nputs realtime clients behind scripted hostile networks "
                  "and proves, on the wire,\nthat they fall back from "
                  "WebSocket to polling and keep receiving updates.\n"
                  ".Sh COMMANDS\n");
    for (size_t i = 0; fp_commands[i] != NULL; i++)
        man_command(out, fp_commands[i]);
    fp_buf_z(out, ".Sh EXIT STATUS\n.Bl -tag -width 130\n");
    struct fp_str rest = fp_str_of(exit_codes);
    while (rest.n > 0) {
        struct fp_str line = fp_str_split(rest, '\n', &rest);
        struct fp_str text = FP_STR_NONE;
        struct fp_str code = fp_str_split(line, ' ', &text);
        fp_buf_printf(out, ".It %.*s\n", FP_STR_ARG(code));
        man_text(out, fp_str_trim(text));
    }
    fp_buf_z(out, ".El\n");
}
