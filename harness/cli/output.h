/* output.h - what a command prints, and whether it may be coloured.
 * Uses: base. */
#pragma once
#include <stdio.h>

#include "harness/base/str.h"
#include "harness/cli/cli.h"

/* Writes all of b to `to`, flushes, frees b. FP_EXIT_HARNESS when the output
 * is closed or full (told on stderr). */
int fp_output(FILE *to, struct fp_buf *b);
/* The same to a file that is made anew; "-" is standard output. */
int fp_output_file(const struct fp_args *a, const char *path, struct fp_buf *b);
/* A terminal that wants colour: NO_COLOR unset, TERM not dumb
 * (no-color.org). */
bool fp_output_is_coloured(FILE *to);
unsigned fp_output_width(FILE *to); /* columns; 0 where it has none */
