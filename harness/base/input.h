/* input.h - open a file that a user named.
 * Uses: libc only. */
#pragma once
#include <stdio.h>

#include "harness/base/err.h"

/* For reading, in binary; the caller closes it. A regular file only: a folder
 * has no lines, and a pipe may wait for a writer for ever. FP_ENOENT, FP_EINVAL
 * (not a regular file), FP_EIO; *out is untouched then. */
FP_MUST_USE enum fp_status
fp_input_open(FILE **out, const char *path, struct fp_err *err);
