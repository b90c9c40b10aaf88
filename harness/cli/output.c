/* SPDX-License-Identifier: MIT
 * output.c - what a command prints, and whether it may be coloured. */
#include "harness/cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int failed(const char *what)
{
    (void)fprintf(stderr, "fallproof: cannot write %s: %s\n", what,
                  strerror(errno));
    return FP_EXIT_HARNESS;
}

int fp_output(FILE *to, struct fp_buf *b)
{
    bool bad = b->failed;
    if (b->n > 0)
        bad |= fwrite(b->p, 1, b->n, to) != b->n;
    bad |= fflush(to) != 0;
    fp_buf_deinit(b);
    return bad ? failed("the output") : FP_EXIT_OK;
}

int fp_output_file(const struct fp_args *a, const char *path, struct fp_buf *b)
{
    if (strcmp(path, "-") == 0)
        return fp_output(stdout, b);
    FILE *f = fopen(path, "we");
    if (f == NULL) {
        fp_buf_deinit(b);
        (void)fp_usage_error(a, "%s: %s", path, strerror(errno));
        return FP_EXIT_HARNESS;
    }
    int code = fp_output(f, b);
    if (fclose(f) != 0 && code == FP_EXIT_OK)
        code = failed(path);
    return code;
}

bool fp_output_is_coloured(FILE *to)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (no != NULL && no[0] != '\0')
        return false;
    if (term != NULL && strcmp(term, "dumb") == 0)
        return false;
    return isatty(fileno(to)) == 1;
}

unsigned fp_output_width(FILE *to)
{
    struct winsize size;
    if (isatty(fileno(to)) != 1 || ioctl(fileno(to), TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}
