/* SPDX-License-Identifier: MIT
 * schema.c - the JSON Schema (2020-12) of a case, from the key tables.
 * An editor's help: the loader is stricter, since it knows combinations. */
#include <jansson.h>
#include <string.h>

#include "harness/scenario/scenario.h"
#include "harness/scenario/words.h"

#define TOKEN    "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
#define DURATION "^(0|[1-9][0-9]*)(ms|s|m)$"
#define BYTES    "^(0|[1-9][0-9]*)(KiB|MiB)?$"
#define ATTEMPTS "^[1-9][0-9]*(\\.\\.[1-9][0-9]*)?$"

/* The words of "a b c" as an array of strings. */
static json_t *words(const char *text)
{
    json_t *list = json_array();
    struct fp_str rest = fp_str_of(text);
    while (rest.p != NULL) {
        struct fp_str w = fp_str_split(rest, ' ', &rest);
        (void)json_array_append_new(list, json_stringn(w.p, w.n));
    }
    return list;
}

static json_t *choice(const char *text)
{
    return json_pack("{s:o}", "enum", words(text));
}

static json_t *integer(int least, int most)
{
    return json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", least,
                     "maximum", most);
}

static json_t *pattern(const char *p)
{
    return json_pack("{s:s, s:s}", "type", "string", "pattern", p);
}

/* YAML reads an unquoted 404 as a number; the loader takes it for text. */
static json_t *text(void)
{
    return json_pack("{s:[s,s]}", "type", "string", "number");
}

static json_t *list_of(json_t *items)
{
    return json_pack("{s:s, s:o, s:i}", "type", "array", "items", items,
                     "minItems", 1);
}

static json_t *map_of(json_t *values)
{
    return json_pack("{s:s, s:{s:s}, s:o, s:i}", "type", "object",
                     "propertyNames", "pattern", TOKEN, "additionalProperties",
                     values, "minProperties", 1);
}

static json_t *any_of(json_t *a, json_t *b)
{
    return json_pack("{s:[o,o]}", "anyOf", a, b);
}

static json_t *ref(const char *name)
{
    return json_pack("{s:s+}", "$ref", "#/$defs/", name);
}

/* NOLINTNEXTLINE(readability-function-size): one arm a type */
static json_t *type_schema(const struct fp_key *key)
{
    json_t *s;
    switch (key->type) {
    case FP_V_DURATION:
        return pattern(DURATION);
    case FP_V_COUNT:
        return integer(1, 1000000);
    case FP_V_BYTES:
    case FP_V_SIZE:
        return any_of(integer((int)key->min, 67108864), pattern(BYTES));
    case FP_V_STATUS:
        return integer(100, 599);
    case FP_V_CLOSE_CODE:
        return integer(0, 4999);
    case FP_V_TEXT:
    case FP_V_LINE:
        return key->choices == NULL ? text() : choice(key->choices);
    case FP_V_ENDING:
        return choice(key->choices);
    case FP_V_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case FP_V_LEVEL:
        return choice("must should may");
    case FP_V_TRANSPORT:
        return choice("websocket polling");
    case FP_V_PROBABILITY:
        return json_pack("{s:s, s:i, s:i}", "type", "number",
                         "exclusiveMinimum", 0, "maximum", 1);
    case FP_V_HEADER_EDITS:
        return strcmp(key->choices, "values") == 0 ? map_of(text())
                                                   : list_of(pattern(TOKEN));
    case FP_V_HEADER_MATCH:
        s = map_of(text());
        (void)json_object_set_new(s, "maxProperties", json_integer(1));
        return s;
    case FP_V_ATTEMPTS:
        return any_of(integer(1, 1000000), pattern(ATTEMPTS));
    case FP_V_DIRECTION:
        return choice("up down both");
    case FP_V_LINES:
        return list_of(text());
    case FP_V_PROTOCOLS:
        s = list_of(choice("engine.io-4 engine.io-3 plain"));
        (void)json_object_set_new(s, "uniqueItems", json_true());
        return s;
    case FP_V_TRANSPORTS:
        s = list_of(choice("websocket polling"));
        (void)json_object_set_new(s, "uniqueItems", json_true());
        return s;
    case FP_V_SERVER:
        return ref("server");
    case FP_V_PATH:
        return list_of(any_of(ref("hop"), ref("host")));
    case FP_V_FAULTS:
        return json_pack("{s:s, s:o}", "type", "array", "items", ref("fault"));
    case FP_V_EXPECT:
        return list_of(ref("check"));
    case FP_V_CANNOT:
        return ref("cannot");
    case FP_V_CONFIGS:
    case FP_V_KNOWN:
    case FP_V_CLAIMS:
        break; /* of client.yaml and host profiles */
    }
    return json_object();
}

static json_t *default_value(const struct fp_key *key)
{
    uint64_t n = 0;
    switch (key->type) {
    case FP_V_COUNT:
    case FP_V_BYTES:
    case FP_V_SIZE:
    case FP_V_STATUS:
    case FP_V_CLOSE_CODE:
    case FP_V_PROBABILITY:
        (void)fp_str_to_u64(fp_str_of(key->fallback), &n);
        return json_integer((json_int_t)n);
    case FP_V_BOOL:
        return json_boolean(strcmp(key->fallback, "true") == 0);
    case FP_V_PROTOCOLS:
        return words(key->fallback);
    case FP_V_DURATION:
    case FP_V_TEXT:
    case FP_V_ENDING:
    case FP_V_LEVEL:
    case FP_V_TRANSPORT:
    case FP_V_HEADER_EDITS:
    case FP_V_HEADER_MATCH:
    case FP_V_ATTEMPTS:
    case FP_V_DIRECTION:
    case FP_V_LINE:
    case FP_V_LINES:
    case FP_V_TRANSPORTS:
    case FP_V_SERVER:
    case FP_V_PATH:
    case FP_V_FAULTS:
    case FP_V_EXPECT:
    case FP_V_CANNOT:
    case FP_V_CONFIGS:
    case FP_V_KNOWN:
    case FP_V_CLAIMS:
        break;
    }
    return json_string(key->fallback);
}

static json_t *key_schema(const struct fp_key *key)
{
    json_t *s = type_schema(key);
    (void)json_object_set_new(s, "description", json_string(key->doc));
    if (key->fallback != NULL)
        (void)json_object_set_new(s, "default", default_value(key));
    return s;
}

static json_t *new_object(void)
{
    return json_pack("{s:s, s:b, s:{}}", "type", "object",
                     "additionalProperties", 0, "properties");
}

/* The object that a key belongs to: "publish.every" to publish's, which is
 * made where it is not there yet. *name: the rest of the key. */
static json_t *owner(json_t *object, const char *key, const char **name)
{
    json_t *properties = json_object_get(object, "properties");
    const char *dot = strchr(key, '.');
    *name = dot == NULL ? key : dot + 1;
    if (dot == NULL)
        return object;
    char group[32] = {0};
    memcpy(group, key, (size_t)(dot - key));
    json_t *inner = json_object_get(properties, group);
    if (inner == NULL) {
        inner = new_object();
        (void)json_object_set_new(properties, group, inner);
    }
    return inner;
}

static void add_keys(json_t *object, struct fp_key_table keys)
{
    for (size_t i = 0; i < keys.n; i++) {
        const struct fp_key *key = &keys.keys[i];
        const char *name = NULL;
        json_t *to = owner(object, key->key, &name);
        (void)json_object_set_new(json_object_get(to, "properties"), name,
                                  key_schema(key));
        if (!key->required)
            continue;
        json_t *required = json_object_get(object, "required");
        if (required == NULL) {
            required = json_array();
            (void)json_object_set_new(object, "required", required);
        }
        (void)json_array_append_new(required, json_string(key->key));
    }
}

static json_t *object_of(struct fp_key_table keys)
{
    json_t *object = new_object();
    add_keys(object, keys);
    return object;
}

static bool needs_a_key(struct fp_key_table keys)
{
    for (size_t i = 0; i < keys.n; i++)
        if (keys.keys[i].required)
            return true;
    return false;
}

/* `NAME`, or `NAME: {…}`; nothing behind the colon where all is optional. */
static json_t *items(json_t *bare, json_t *properties)
{
    json_t *named = json_pack("{s:s, s:b, s:i, s:i, s:o}", "type", "object",
                              "additionalProperties", 0, "minProperties", 1,
                              "maxProperties", 1, "properties", properties);
    return any_of(json_pack("{s:o}", "enum", bare), named);
}

static void add_item(json_t *bare, json_t *properties, const char *name,
                     json_t *object, bool optional)
{
    if (optional) {
        (void)json_array_append_new(bare, json_string(name));
        (void)json_object_set_new(object, "type",
                                  json_pack("[s,s]", "object", "null"));
    }
    (void)json_object_set_new(properties, name, object);
}

static json_t *fault_schema(void)
{
    json_t *bare = json_array(), *properties = json_object();
    for (int i = 0; i < FP_FAULT_KIND_COUNT; i++) {
        enum fp_fault_kind k = (enum fp_fault_kind)i;
        json_t *object = object_of(fp_fault_keys(k));
        struct fp_key_table scope = fp_scope_keys();
        json_t *own = json_object_get(object, "properties");
        for (size_t j = 0; j < scope.n; j++)
            (void)json_object_set_new(own, scope.keys[j].key,
                                      json_pack("{s:s+}", "$ref",
                                                "#/$defs/scope/properties/",
                                                scope.keys[j].key));
        (void)json_object_set_new(object, "description",
                                  json_string(fp_fault_doc(k)));
        add_item(bare, properties, fp_fault_key(k), object,
                 !needs_a_key(fp_fault_keys(k)));
    }
    return items(bare, properties);
}

static json_t *check_schema(void)
{
    json_t *bare = json_array(), *properties = json_object();
    for (int i = 0; i < FP_CHECK_KIND_COUNT; i++) {
        enum fp_check_kind k = (enum fp_check_kind)i;
        json_t *object = object_of(fp_check_keys(k));
        (void)json_object_set_new(object, "description",
                                  json_string(fp_check_doc(k)));
        add_item(bare, properties, fp_check_key(k), object, true);
    }
    return items(bare, properties);
}

static json_t *cannot_schema(void)
{
    json_t *checks = json_object(), *protocols = json_object();
    for (int i = 0; i < FP_CHECK_KIND_COUNT; i++)
        (void)json_object_set_new(checks, fp_check_key((enum fp_check_kind)i),
                                  text());
    json_t *of_one = json_pack("{s:s, s:b, s:o}", "type", "object",
                               "additionalProperties", 0, "properties", checks);
    for (int p = 0; p < FP_PROTOCOLS; p++)
        (void)json_object_set(protocols, fp_protocol_name((enum fp_protocol)p),
                              of_one);
    json_decref(of_one);
    return json_pack("{s:s, s:b, s:o}", "type", "object",
                     "additionalProperties", 0, "properties", protocols);
}

static json_t *host_schema(void)
{
    return json_pack("{s:s, s:s, s:b, s:[s], s:{s:o}}", "type", "object",
                     "description", "the hops of a host profile",
                     "additionalProperties", 0, "required", "host",
                     "properties", "host", text());
}

static int append(const char *p, size_t n, void *user)
{
    struct fp_buf *out = user;
    fp_buf_add(out, p, n);
    return out->failed ? -1 : 0;
}

void fp_case_schema_write(struct fp_buf *out)
{
    json_t *schema = json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:{}}", "$schema",
        "https://json-schema.org/draft/2020-12/schema", "title",
        "A fallproof case", "description",
        "A network, a server, and what a client must do. Generated from "
        "harness/model; see docs/cases.md.",
        "type", "object", "additionalProperties", 0, "properties");
    add_keys(schema, fp_case_keys());
    (void)json_object_set_new(schema, "anyOf",
                              json_pack("[{s:[s]}, {s:[s]}]", "required",
                                        "expect", "required", "self"));
    (void)json_object_set_new(
        schema, "$defs",
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "server",
                  object_of(fp_server_keys()), "hop", object_of(fp_hop_keys()),
                  "host", host_schema(), "scope", object_of(fp_scope_keys()),
                  "fault", fault_schema(), "check", check_schema(), "cannot",
                  cannot_schema()));
    if (json_dump_callback(schema, append, out, JSON_INDENT(2)) != 0)
        out->failed = true;
    json_decref(schema);
    fp_buf_char(out, '\n');
}
