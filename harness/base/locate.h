/* locate.h - where the program's own files are: beside the binary in a build
 * tree (build/PRESET/bin), under the prefix once installed.
 * Uses: base. */
#pragma once
#include "harness/base/str.h"

/* Each appends a path and returns true, or returns false when there is none. */
bool fp_locate_data(struct fp_buf *out, const char *name); /* "cases" */
bool fp_locate_program(struct fp_buf *out, const char *name);
