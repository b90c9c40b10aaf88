/* tree.h - a YAML file as a tree in which every node knows its place.
 * From libyaml's events, not its documents: an alias is refused where it
 * stands, before anything could be expanded. Uses: libyaml, load. */
#pragma once
#include "harness/scenario/load.h"

enum fp_node_kind { FP_NODE_SCALAR, FP_NODE_LIST, FP_NODE_MAP };

struct fp_node {
    enum fp_node_kind kind;
    struct fp_loc loc;
    struct fp_str text;    /* scalar; not NUL-terminated */
    bool plain;            /* scalar: written without quotes */
    struct fp_str key;     /* in a map */
    struct fp_loc key_loc; /* in a map */
    struct fp_node *first, *last, *next;
    size_t n; /* children */
};

/* NULL when the file is not a tree of YAML (problems say why) or there is no
 * memory. Duplicate keys are problems, and are left out of the tree. */
struct fp_node *fp_tree_parse(struct fp_load *l, struct fp_str text);

/* `key:` with nothing behind it. */
bool fp_node_is_empty(const struct fp_node *n);
struct fp_node *fp_node_get(const struct fp_node *map, const char *key);
const char *fp_node_kind_name(const struct fp_node *n); /* "a list" */
