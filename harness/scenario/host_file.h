/* host_file.h - host profiles from YAML, and a case behind one.
 *
 *   title: nginx with proxy_pass alone
 *   what: It removes Upgrade, so every attempt is answered by polling's route.
 *   as_of: 2026-11-24
 *   claims:
 *     - claim: Upgrade, Connection
 *       value: removed
 *       evidence: documented             # documented, observed, reported
 *       source: https://nginx.org/en/docs/http/websocket.html
 *       as_of: 2026-11-24
 *   hops:
 *     - hop: nginx
 *       faults:
 *         - strip-headers: {request: [Upgrade, Connection]}
 *
 * Uses: base, model, libyaml. */
#pragma once
#include "harness/model/host.h"
#include "harness/scenario/scenario.h"

/* text: the whole file, borrowed during the call. FP_EPARSE with diags,
 * FP_ENOMEM. *out untouched on failure. */
FP_MUST_USE enum fp_status
fp_host_parse(struct fp_host **out, const char *file, struct fp_str text,
              struct fp_diags *diags);
/* The same into *h, all its strings in keep. */
FP_MUST_USE enum fp_status
fp_host_parse_into(struct fp_host *h, struct fp_arena *keep, const char *file,
                   struct fp_str text, struct fp_diags *diags);
/* FP_ENOENT, FP_EIO, FP_ELIMIT are diags too. */
FP_MUST_USE enum fp_status
fp_host_load(struct fp_host **out, const char *path, struct fp_diags *diags);

struct fp_host_set {
    struct fp_host **items; /* sorted by name */
    size_t n;
};

/* Every *.yaml in dir. Problems of all files are gathered. */
FP_MUST_USE enum fp_status
fp_host_set_load(struct fp_host_set *set, const char *dir,
                 struct fp_diags *diags);
void fp_host_set_deinit(struct fp_host_set *set);

/* Between the case's own path and its server: client, path, profile, server.
 * A path without faults ("direct") gives way. The profile's places stay its
 * own. What the case expects is not checked against it: what cannot hold there
 * is what a run shows. FP_EPARSE with diags (the profile, or over
 * FP_MAX_HOPS), FP_ENOMEM; c is as it was on failure, and needs h no more. */
FP_MUST_USE enum fp_status
fp_case_put_host(struct fp_case *c, const struct fp_host *h,
                 struct fp_diags *diags);

/* `fallproof hosts NAME`, for people. */
void fp_host_explain(struct fp_buf *out, const struct fp_host *h);
