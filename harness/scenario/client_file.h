/* client_file.h - client.yaml: how a plug-in is started and what it can do.
 *
 *   name: socket.io-client
 *   version: 4.8.1
 *   command: [node, plugin.mjs]        # run in the file's folder
 *   install: tools/clients socket.io-client-4
 *   needs: [node, node_modules/socket.io-client/package.json]
 *   protocols: [engine.io-4]
 *   start-cost: 200ms                  # CPU to start: spaces the starts
 *   time-scale: 10                     # the most its runtime bears; absent:
 *                                      # --time-scale leaves it at 1
 *   configurations:                    # the first is the default
 *     default: What the README shows.
 *     websocket-only:
 *       about: "transports: ['websocket']"
 *       transports: [websocket]        # it has no other; with [polling],
 *                                      # checks about WebSocket do not apply
 *   known_failures:                    # as in a baseline: baseline.h
 *     - check: cut/rst@engine.io-4:settles
 *       reason: after the fallback
 *
 * Uses: base, model/baseline, libyaml. */
#pragma once
#include "harness/model/baseline.h"
#include "harness/scenario/scenario.h"

struct fp_client_config {
    struct fp_str name, about;
    bool polling_only, websocket_only;
};

struct fp_client_file {
    struct fp_str dir; /* the file's folder */
    struct fp_str name, version, install;
    struct fp_str *command; /* words; at least one */
    size_t n_command;
    struct fp_str *needs;
    size_t n_needs;
    unsigned protocols; /* bits 1u << enum fp_protocol */
    uint64_t start_cost_ms;
    unsigned time_scale;              /* 0 = 1 */
    struct fp_client_config *configs; /* may be none */
    size_t n_configs;
    struct fp_baseline known;
    struct fp_arena arena;
};

/* FP_EPARSE, FP_ENOENT, FP_EIO, FP_ELIMIT, FP_ENOMEM, with diags. */
FP_MUST_USE enum fp_status
fp_client_file_load(struct fp_client_file **out, const char *path,
                    struct fp_diags *diags);
void fp_client_file_free(struct fp_client_file *f); /* NULL is fine */
