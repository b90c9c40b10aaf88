/* host_path.h - `- host: NAME` in a case's path: the profile's hops.
 * Uses: host_file, path. */
#pragma once
#include "harness/scenario/host_file.h"
#include "harness/scenario/path.h"

/* Where profiles that a path names come from. */
struct fp_host_source {
    const char *case_file; /* read files: ./mine.yaml is beside it; or NULL */
    const struct fp_host_text *texts; /* of a stored trace; looked at first */
    size_t n;
};

/* As fp_case_parse, with profiles. */
FP_MUST_USE enum fp_status
fp_case_parse_from(struct fp_case **out, const char *name, struct fp_str text,
                   const struct fp_host_source *source, const char *file,
                   struct fp_diags *diags);

/* The hops of `{host: NAME}` appended, and the profile noted in to. */
void fp_path_add_host(struct fp_load *l, const struct fp_path *to,
                      struct fp_hop *hops, const struct fp_node *v);
