/* SPDX-License-Identifier: MIT
 * tree.c - a YAML file as a tree in which every node knows its place. */
#include "harness/scenario/tree.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum {
    MAX_DEPTH = 16,     /* a case needs 8 */
    MAX_CHILDREN = 128, /* of one node; keeps the search for duplicates short */
    MAX_NODES = 20000,  /* a long baseline needs 13000 */
};

struct frame {
    struct fp_node *node;
    bool has_key;
    struct fp_str key;
    struct fp_loc key_loc;
};

struct build {
    struct fp_load *l;
    struct fp_node *root;
    struct frame stack[MAX_DEPTH];
    size_t depth, nodes, documents;
    bool stop; /* no sense in reading on */
};

bool fp_node_is_empty(const struct fp_node *n)
{
    return n->kind == FP_NODE_SCALAR && n->plain && n->text.n == 0;
}

struct fp_node *fp_node_get(const struct fp_node *map, const char *key)
{
    struct fp_node *n = map->kind == FP_NODE_MAP ? map->first : NULL;
    while (n != NULL && !fp_str_eqz(n->key, key))
        n = n->next;
    return n;
}

const char *fp_node_kind_name(const struct fp_node *n)
{
    static const char *const names[] = {"a single value", "a list",
                                        "a mapping"};
    return names[n->kind];
}

/* -- the bytes ---------------------------------------------------------- */

/* The code point at s[*i], moving *i past it; UINT32_MAX when it is not UTF-8
 * (RFC 3629 section 3: no overlong forms, no surrogates). */
static uint32_t next_code_point(struct fp_str s, size_t *i)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    unsigned char c = (unsigned char)s.p[(*i)++];
    if (c < 0x80)
        return c;
    size_t more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
    if (c < 0xc2 || c > 0xf4 || s.n - *i < more)
        return UINT32_MAX;
    uint32_t v = c & (0x3fU >> more);
    for (size_t k = 0; k < more; k++) {
        unsigned char d = (unsigned char)s.p[(*i)++];
        if ((d & 0xc0) != 0x80)
            return UINT32_MAX;
        v = v << 6 | (d & 0x3fU);
    }
    bool surrogate = v >= 0xd800 && v <= 0xdfff;
    return v < least[more] || surrogate || v > 0x10ffff ? UINT32_MAX : v;
}

/* YAML 1.1 section 5.1, c-printable. */
static bool is_printable(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7e) ||
           c == 0x85 || (c >= 0xa0 && c <= 0xd7ff) ||
           (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
}

/* Checked before libyaml sees the text, because its reader reports such bytes
 * by offset only. */
static bool check_bytes(struct fp_load *l, struct fp_str text)
{
    struct fp_loc at = {l->file, 1, 1};
    for (size_t i = 0; i < text.n;) {
        uint32_t c = next_code_point(text, &i);
        if (c == UINT32_MAX)
            return fp_load_problem(l, at, "not UTF-8");
        if (c == 0)
            return fp_load_problem(l, at, "a NUL byte: this is not text");
        if (!is_printable(c))
            return fp_load_problem(l, at, "control character U+%04X", c);
        if (c == '\n') {
            at.line++;
            at.col = 0;
        }
        at.col++;
    }
    return true;
}

/* -- the tree ----------------------------------------------------------- */

static struct fp_loc place(const struct build *b, yaml_mark_t mark)
{
    return (struct fp_loc){b->l->file, (unsigned)mark.line + 1,
                           (unsigned)mark.column + 1};
}

static void stop(struct build *b, struct fp_loc at, const char *why)
{
    (void)fp_load_problem(b->l, at, "%s", why);
    b->stop = true;
}

static void
append(struct build *b, struct fp_node *parent, struct fp_node *child)
{
    const bool is_long = parent->kind == FP_NODE_LIST && b->l->list_max > 0;
    const size_t most = is_long ? b->l->list_max : MAX_CHILDREN;
    if (parent->n == most) {
        char why[64];
        (void)snprintf(why, sizeof why, "more than %zu entries in one place",
                       most);
        stop(b, child->loc, why);
        return;
    }
    if (parent->last == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
    parent->n++;
}

static const struct fp_node *find(const struct fp_node *map, struct fp_str key)
{
    const struct fp_node *n = map->first;
    while (n != NULL && !fp_str_eq(n->key, key))
        n = n->next;
    return n;
}

static void add_pair(struct build *b, struct frame *top, struct fp_node *node)
{
    node->key = top->key;
    node->key_loc = top->key_loc;
    top->has_key = false;
    const struct fp_node *twin = find(top->node, top->key);
    if (twin != NULL)
        (void)fp_load_problem(b->l, top->key_loc,
                              "duplicate key '%s' (first on line %u)",
                              FP_SHOWN(top->key), twin->key_loc.line);
    else
        append(b, top->node, node);
}

static void attach(struct build *b, struct fp_node *node)
{
    if (b->depth == 0) {
        b->root = node;
        return;
    }
    struct frame *top = &b->stack[b->depth - 1];
    assert(top->node != NULL);
    if (top->node->kind == FP_NODE_LIST) {
        append(b, top->node, node);
    } else if (top->has_key) {
        add_pair(b, top, node);
    } else if (node->kind == FP_NODE_SCALAR) {
        top->has_key = true;
        top->key = node->text;
        top->key_loc = node->loc;
    } else {
        stop(b, node->loc, "a key must be a word");
    }
}

static struct fp_node *
new_node(struct build *b, enum fp_node_kind kind, const yaml_event_t *e)
{
    struct fp_loc at = place(b, e->start_mark);
    if (++b->nodes > MAX_NODES) {
        stop(b, at, "too many nodes");
        return NULL;
    }
    struct fp_node *node = fp_load_scratch(b->l, sizeof *node);
    if (node == NULL) {
        b->stop = true;
        return NULL;
    }
    node->kind = kind;
    node->loc = at;
    return node;
}

static void refuse_decoration(struct build *b, const yaml_event_t *e,
                              const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor != NULL)
        (void)fp_load_problem(b->l, place(b, e->start_mark),
                              "anchors are not allowed: '&%s' (write it out)",
                              FP_SHOWN(fp_str_of((const char *)anchor)));
    if (tag != NULL)
        (void)fp_load_problem(b->l, place(b, e->start_mark),
                              "tags are not allowed: '%s'",
                              FP_SHOWN(fp_str_of((const char *)tag)));
}

static void on_scalar(struct build *b, const yaml_event_t *e)
{
    refuse_decoration(b, e, e->data.scalar.anchor, e->data.scalar.tag);
    struct fp_node *node = new_node(b, FP_NODE_SCALAR, e);
    if (node == NULL)
        return;
    struct fp_str text = {(const char *)e->data.scalar.value,
                          e->data.scalar.length};
    node->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = fp_arena_str(&b->l->scratch, text);
    if (node->text.p == NULL) {
        b->l->no_memory = true;
        b->stop = true;
        return;
    }
    attach(b, node);
}

static void on_alias(struct build *b, const yaml_event_t *e)
{
    (void)fp_load_problem(
        b->l, place(b, e->start_mark),
        "aliases are not allowed: '*%s' (write it out)",
        FP_SHOWN(fp_str_of((const char *)e->data.alias.anchor)));
    /* Go on with nothing in its place. */
    struct fp_node *node = new_node(b, FP_NODE_SCALAR, e);
    if (node == NULL)
        return;
    node->text = FP_STR("");
    attach(b, node);
}

static void
on_start(struct build *b, const yaml_event_t *e, enum fp_node_kind kind)
{
    struct fp_node *node = new_node(b, kind, e);
    if (node == NULL)
        return;
    if (b->depth == MAX_DEPTH) {
        stop(b, node->loc, "nested too deeply");
        return;
    }
    attach(b, node);
    b->stack[b->depth++] = (struct frame){.node = node};
}

static void on_document(struct build *b, const yaml_event_t *e)
{
    if (++b->documents > 1)
        stop(b, place(b, e->start_mark),
             "more than one document: a file holds one case");
    else if (e->data.document_start.version_directive != NULL ||
             e->data.document_start.tag_directives.start !=
                 e->data.document_start.tag_directives.end)
        stop(b, place(b, e->start_mark), "directives are not allowed");
}

static void on_event(struct build *b, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        on_scalar(b, e);
        break;
    case YAML_ALIAS_EVENT:
        on_alias(b, e);
        break;
    case YAML_SEQUENCE_START_EVENT:
        refuse_decoration(b, e, e->data.sequence_start.anchor,
                          e->data.sequence_start.tag);
        on_start(b, e, FP_NODE_LIST);
        break;
    case YAML_MAPPING_START_EVENT:
        refuse_decoration(b, e, e->data.mapping_start.anchor,
                          e->data.mapping_start.tag);
        on_start(b, e, FP_NODE_MAP);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        break;
    case YAML_DOCUMENT_START_EVENT:
        on_document(b, e);
        break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
}

static void on_syntax_error(struct build *b, const yaml_parser_t *p)
{
    b->stop = true;
    if (p->error == YAML_MEMORY_ERROR) {
        b->l->no_memory = true;
        return;
    }
    const char *context = p->context == NULL ? "" : p->context;
    (void)fp_load_problem(b->l, place(b, p->problem_mark), "not YAML: %s%s%s",
                          p->problem == NULL ? "unreadable" : p->problem,
                          *context == '\0' ? "" : " ", context);
}

static void read_events(struct build *b, yaml_parser_t *p)
{
    bool end = false;
    while (!end && !b->stop) {
        yaml_event_t e;
        if (!yaml_parser_parse(p, &e)) {
            on_syntax_error(b, p);
            return;
        }
        end = e.type == YAML_STREAM_END_EVENT;
        on_event(b, &e);
        yaml_event_delete(&e);
    }
}

struct fp_node *fp_tree_parse(struct fp_load *l, struct fp_str text)
{
    /* libyaml skips a byte-order mark only where it guesses the encoding. */
    if (fp_str_starts(text, FP_STR("\xef\xbb\xbf")))
        text = fp_str_from(text, 3);
    if (!check_bytes(l, text))
        return NULL;
    yaml_parser_t p;
    if (!yaml_parser_initialize(&p)) {
        l->no_memory = true;
        return NULL;
    }
    yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p, (const unsigned char *)text.p, text.n);
    struct build b = {.l = l};
    read_events(&b, &p);
    yaml_parser_delete(&p);
    if (b.stop)
        return NULL;
    if (b.root == NULL)
        (void)fp_load_problem(l, (struct fp_loc){l->file, 1, 1},
                              "the file is empty");
    return b.root;
}
