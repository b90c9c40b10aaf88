/* tables.h - which keys a fault, a check, a server take in a case: the one
 * source for the loader, `explain`, the JSON Schema and docs/cases.md.
 * Uses: base, model/case. */
#pragma once
#include "harness/model/case.h"

enum fp_value_type {
    FP_V_DURATION,     /* uint64_t, milliseconds; "250ms", "5s", "2m" in YAML */
    FP_V_COUNT,        /* unsigned, at least 1 */
    FP_V_BYTES,        /* uint64_t; "64", "4KiB", "1MiB" */
    FP_V_SIZE,         /* size_t, as FP_V_BYTES */
    FP_V_STATUS,       /* int, 100..599 */
    FP_V_CLOSE_CODE,   /* int, 0..4999 */
    FP_V_TEXT,         /* struct fp_str */
    FP_V_BOOL,         /* bool */
    FP_V_ENDING,       /* enum fp_ending, one of those in `choices` */
    FP_V_LEVEL,        /* enum fp_level */
    FP_V_TRANSPORT,    /* enum fp_transport */
    FP_V_PROBABILITY,  /* double, 0..1 */
    FP_V_HEADER_EDITS, /* list of names (remove) or mapping name: value; fills
                          the pointer at offset and the size_t at offset_n */
    FP_V_HEADER_MATCH, /* struct fp_header_edit: {Name: glob} */
    FP_V_ATTEMPTS,     /* two unsigned: 2 or 1..3 */
    FP_V_DIRECTION,    /* two bool, up and down: up | down | both */
    FP_V_LINE,         /* struct fp_str; one line without control characters */
    FP_V_LINES,        /* list of FP_V_LINE; array at offset, size_t at
                          offset_n */
    FP_V_PROTOCOLS,    /* list; unsigned, bit 1u << enum fp_protocol */
    FP_V_TRANSPORTS,   /* list; enum fp_transport[2], in order */
    /* Structures of a case, which the loader takes apart: */
    FP_V_SERVER,  /* fp_server_keys */
    FP_V_PATH,    /* list of fp_hop_keys */
    FP_V_FAULTS,  /* list of {KIND: fp_fault_keys and fp_scope_keys} */
    FP_V_EXPECT,  /* list of CHECK or {CHECK: fp_check_keys} */
    FP_V_CANNOT,  /* {protocol: {check: reason}} */
    FP_V_CONFIGS, /* client.yaml: {name: about, or {about, transports}} */
    FP_V_KNOWN,   /* list of known failures: struct fp_baseline */
    FP_V_CLAIMS,  /* of a host: list of fp_claim_keys */
};

struct fp_key {
    const char *key;
    enum fp_value_type type;
    bool required;
    size_t offset;        /* into the struct that the table is for */
    size_t offset_n;      /* FP_V_HEADER_EDITS */
    const char *fallback; /* the default, as YAML text; NULL = unset */
    const char *choices;  /* FP_V_ENDING: "fin rst silence"; FP_V_TEXT and
                             FP_V_LINE: the words allowed, or NULL for any;
                             FP_V_HEADER_EDITS: "names" (remove) or "values" */
    const char *doc;
    uint64_t min, max; /* of a number; 0 = the type's own */
};

struct fp_key_table {
    const struct fp_key *keys;
    size_t n;
};

struct fp_key_table fp_fault_keys(enum fp_fault_kind k); /* struct fp_fault */
struct fp_key_table fp_scope_keys(void); /* offsets into struct fp_fault */
struct fp_key_table fp_check_keys(enum fp_check_kind k); /* struct fp_check */
struct fp_key_table fp_server_keys(void); /* struct fp_server_conf */
struct fp_key_table fp_hop_keys(void);    /* struct fp_hop */
struct fp_key_table fp_case_keys(void);   /* struct fp_case; its top level */
struct fp_key_table fp_host_keys(void);   /* struct fp_host */
struct fp_key_table fp_claim_keys(void);  /* struct fp_claim */
