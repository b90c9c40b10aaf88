/* baseline.h - the checks that are known to fail, from YAML: a baseline file,
 * or `known_failures` in client.yaml.
 *
 *   known:
 *     - check: cut/rst@engine.io-4:falls-back.attempts
 *       configuration: default          # of the client; any unless said
 *       reason: an upgrade request      # is found in what the check tells
 *       why: It counts its attempts anew after each connection.
 *       link: https://github.com/socketio/socket.io/issues/1
 *       until: 2027-06-30               # the last day on which it counts
 *
 * Uses: base, model/baseline, libyaml. */
#pragma once
#include "harness/model/baseline.h"
#include "harness/scenario/load.h"
#include "harness/scenario/tree.h"

enum { FP_KNOWN_MAX = 1000 }; /* entries of a list */

struct fp_baseline_file {
    struct fp_baseline known;
    struct fp_arena arena;
};

/* FP_EPARSE, FP_ENOENT, FP_EIO, FP_ELIMIT, FP_ENOMEM, with diags; *out
 * untouched. */
FP_MUST_USE enum fp_status
fp_baseline_load(struct fp_baseline_file *out, const char *path,
                 struct fp_diags *diags);
void fp_baseline_file_deinit(struct fp_baseline_file *f);

/* The list of one key. configs: the names that `configuration` may have; NULL
 * where they are not known. */
struct fp_config_names {
    const char *const *names;
    size_t n;
};
void fp_baseline_load_list(struct fp_load *l, struct fp_baseline *out,
                           const char *key, const struct fp_node *v,
                           const struct fp_config_names *configs);
