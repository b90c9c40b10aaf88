/* selection.h - which cases, under which protocols, the words of a command
 * mean. A word that is a file or folder is loaded; any other is a pattern over
 * the installed cases (or --cases DIR); no word means all but cases/self.
 * Uses: base, scenario. */
#pragma once
#include "harness/cli/cli.h"
#include "harness/scenario/host_file.h"

struct fp_selected {
    const struct fp_case *c;
    enum fp_protocol protocol;
};

struct fp_selection {
    struct fp_case_set *sets;
    size_t n_sets;
    struct fp_selected *items; /* by case name, then protocol; no doubles */
    size_t n;
};

/* The options --cases, --skip and --protocol are honoured where the command has
 * them. protocols: bits that the client speaks. Prints what is wrong and
 * returns an exit code; a pattern (or --skip) without a match is
 * FP_EXIT_USAGE. */
int fp_select(struct fp_selection *out, const struct fp_args *a,
              unsigned protocols);
void fp_selection_deinit(struct fp_selection *s);
/* h in front of the server of every case that was loaded. Prints what is wrong
 * and returns an exit code. */
int fp_selection_put_host(struct fp_selection *s, const struct fp_host *h);
/* As seen from the current folder when it is below it. */
const char *fp_below_here(const char *path);
/* "refused/403@engine.io-4" appended. */
void fp_selected_name(struct fp_buf *out, const struct fp_selected *s);
