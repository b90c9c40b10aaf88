/* baseline.h - checks that are known to fail, as data.
 * harness/scenario fills it from YAML; reports holds results against it.
 * Uses: base. */
#pragma once
#include "harness/base/str.h"

struct fp_known_failure {
    struct fp_str check;         /* "cut/reset@engine.io-4:falls-back.*" */
    struct fp_str configuration; /* of the client; absent: any */
    struct fp_str reason;        /* is found in what the check tells */
    struct fp_str why, link;     /* for people; may be absent */
    struct fp_str until; /* "2027-06-30", its last day (UTC); absent: none */
    struct fp_loc loc;
};

struct fp_baseline {
    struct fp_known_failure *items;
    size_t n;
};
