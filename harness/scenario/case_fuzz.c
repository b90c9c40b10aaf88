/* SPDX-License-Identifier: MIT
 * case_fuzz.c - any bytes are a case or a problem with a place. */
#include <stdint.h>
#include <stdlib.h>

#include "harness/scenario/scenario.h"

/* NOLINTBEGIN(readability-identifier-naming): libFuzzer gives the name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    struct fp_str text = {(const char *)data, size};
    enum fp_status status = fp_case_parse(&c, "f", "fuzz/f", text, &diags);
    if ((status == FP_OK) != (c != NULL) || (status == FP_OK) != (diags.n == 0))
        abort();
    for (size_t i = 0; i < diags.n; i++)
        if (diags.items[i].loc.line == 0 || diags.items[i].msg[0] == '\0')
            abort();
    if (c == NULL)
        return 0;
    struct fp_buf out = {0};
    fp_case_explain(&out, c);
    fp_buf_deinit(&out);
    fp_case_free(c);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
