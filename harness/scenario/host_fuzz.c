/* SPDX-License-Identifier: MIT
 * host_fuzz.c - any bytes are a host profile or a problem with a place. */
#include <stdint.h>
#include <stdlib.h>

#include "harness/scenario/host_file.h"

/* NOLINTBEGIN(readability-identifier-naming): libFuzzer gives the name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fp_diags diags = {0};
    struct fp_host *h = NULL;
    struct fp_str text = {(const char *)data, size};
    enum fp_status status = fp_host_parse(&h, "hosts/f.yaml", text, &diags);
    if ((status == FP_OK) != (h != NULL) || (status == FP_OK) != (diags.n == 0))
        abort();
    for (size_t i = 0; i < diags.n; i++)
        if (diags.items[i].loc.line == 0 || diags.items[i].msg[0] == '\0')
            abort();
    if (h == NULL)
        return 0;
    struct fp_buf out = {0};
    fp_host_explain(&out, h);
    fp_buf_deinit(&out);
    fp_host_free(h);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
