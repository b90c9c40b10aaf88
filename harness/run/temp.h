/* temp.h - temporary folders that are gone afterwards. Uses: base. */
#pragma once
#include "harness/base/str.h"

enum { FP_TEMP_BYTES = 256 };

/* A fresh folder below `below`; NULL = TMPDIR, or /tmp. FP_EIO, FP_ELIMIT (a
 * path that is too long). */
FP_MUST_USE enum fp_status
fp_temp_new(char out[FP_TEMP_BYTES], const char *below, struct fp_err *err);
/* It and all that is in it, whatever its permissions; follows no link. */
void fp_temp_free(const char *dir);
