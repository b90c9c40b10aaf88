/* SPDX-License-Identifier: MIT
 * reference.c - docs/cases.md, from the key tables. */
#include <string.h>

#include "harness/scenario/scenario.h"
#include "harness/scenario/words.h"

static const char intro[] =
    "<!-- Generated from harness/model by fallproof; "
    "do not edit. To bring it up to date:\n"
    "     FP_UPDATE=1 ctest -R scenario.generated -->\n"
    "# Cases\n"
    "\n"
    "A case is one YAML file: a network, a server, and what a client must do "
    "there. Its name is its\n"
    "path below `cases/`, without `.yaml`; run under a protocol it is "
    "`case@protocol`, and one check\n"
    "in it `case@protocol:check`.\n"
    "\n"
    "```yaml\n"
    "title: A proxy removes Upgrade and Connection from the request\n"
    "why: nginx, Apache, Varnish, Squid and lighttpd do this unless told "
    "otherwise.\n"
    "spec: [RFC 9110 section 7.6.1, RFC 6455 section 4.2.1]\n"
    "seen: [nginx.org/en/docs/http/websocket.html]\n"
    "path:\n"
    "  - hop: edge\n"
    "    faults:\n"
    "      - strip-headers: {request: [Upgrade, Connection]}\n"
    "expect:\n"
    "  - falls-back: {attempts: 3, budget: 15s}\n"
    "  - fresh: {window: 3s, for: 3s}\n"
    "  - delivers\n"
    "  - settles: {for: 6s}\n"
    "```\n"
    "\n"
    "`fallproof explain cases/stripped/both.yaml` draws the path, plans the "
    "timeline and says what is\n"
    "judged. `fallproof run cases/mine.yaml -- CMD` runs a case of your own. "
    "Editors that know JSON Schema\n"
    "complete and check cases with "
    "[`reports/schema/case.schema.json`](../reports/schema/case.schema.json):\n"
    "\n"
    "```yaml\n"
    "# yaml-language-server: $schema=../reports/schema/case.schema.json\n"
    "```\n"
    "\n"
    "## Values\n"
    "\n"
    "| written | is |\n"
    "|---|---|\n"
    "| `250ms`, `5s`, `2m` | a duration: a whole number and its unit, which "
    "may not be left out |\n"
    "| `64`, `4KiB`, `1MiB` | bytes |\n"
    "| `true`, `false` | and no other word |\n"
    "| `3` | a whole number, without quotes, without leading zeros |\n"
    "| `2`, `1..3` | which upgrade requests, counted from 1 at each hop |\n"
    "| a line | one line of text; quote it where it has `: ` in it |\n"
    "\n"
    "A file has at most 256 KiB of UTF-8 and one document. Anchors, aliases "
    "and "
    "tags are refused. Everything\n"
    "is checked before a socket is opened, and up to 20 problems are shown at "
    "once, each with its place:\n"
    "\n"
    "```\n"
    "cases/mine.yaml:14:9: unknown key 'windw' in 'fresh' (did you mean "
    "'window'?)\n"
    "```\n"
    "\n"
    "Combinations that could never be exercised are refused too: a fallback "
    "where nothing makes WebSocket\n"
    "fail, a status as the end of an open WebSocket, attempts of polling.\n";

static const char before_faults[] =
    "\n## Faults\n"
    "\n"
    "`faults: [- NAME: {key: value}]`, or the bare name where all its keys are "
    "optional. Faults of a hop\n"
    "act in the order that they are listed. They are armed before the hop "
    "listens, so that no connection\n"
    "escapes them. Faults that end an attempt act after its request head was "
    "read, so that it can be\n"
    "counted; `tcp.*` act before, and hit both transports.\n"
    "\n"
    "### Modifiers that every fault takes\n"
    "\n"
    "A fault acts on what fits all of them.\n"
    "\n";

static const char before_checks[] =
    "\n## Checks\n"
    "\n"
    "`expect: [- NAME: {key: value}]`, or the bare name. A failed *must* fails "
    "the case; a failed *should*\n"
    "is a warning; a failed *may* is a note. How each is judged: "
    "[verdicts](verdicts.md). A case that does not\n"
    "list `stays`, `one-session`, `valid`, `polls-politely`, `closes-cleanly` "
    "(may) and `witnesses` has them\n"
    "all the same.\n";

static const char before_hops[] = "\n## Hops\n"
                                  "\n"
                                  "`path` lists the simulated proxies from the "
                                  "client to the server. Without it there is "
                                  "one, named\n"
                                  "`direct`, that does nothing wrong. "
                                  "`- host: NAME` stands for the hops of\n"
                                  "a [host profile](hosts.md), `- host: "
                                  "./mine.yaml` for those of one beside the "
                                  "case.\n"
                                  "\n";

static const char before_server[] =
    "\n## The server\n"
    "\n"
    "The reference server behaves as socket.io 4.8 does. Keys with a dot are "
    "nested: `publish.every` is\n"
    "`publish: {every: 500ms}`.\n"
    "\n";

static const char before_top[] = "\n## The top level\n\n";

/* A cell of a table: `|` would end it. */
static void cell(struct fp_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '|')
            fp_buf_char(out, '\\');
        fp_buf_char(out, *p);
    }
}

static void row(struct fp_buf *out, const struct fp_key *key)
{
    struct fp_buf type = {0};
    fp_words_type(&type, key);
    fp_buf_printf(out, "| `%s` | ", key->key);
    cell(out, fp_buf_cstr(&type));
    fp_buf_part_deinit(&type, out);
    if (key->required)
        fp_buf_z(out, " | **required** | ");
    else if (key->fallback != NULL)
        fp_buf_printf(out, " | `%s` | ", key->fallback);
    else
        fp_buf_z(out, " | | ");
    cell(out, key->doc);
    fp_buf_z(out, " |\n");
}

static void table(struct fp_buf *out, struct fp_key_table keys)
{
    if (keys.n == 0)
        return;
    fp_buf_z(out, "| key | takes | default | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < keys.n; i++)
        row(out, &keys.keys[i]);
}

static void entry(struct fp_buf *out, const char *key, const char *doc,
                  struct fp_key_table keys)
{
    fp_buf_printf(out, "\n### `%s`\n\n%c%s.\n", key,
                  *doc >= 'a' && *doc <= 'z' ? *doc - 32 : *doc, doc + 1);
    if (keys.n > 0)
        fp_buf_char(out, '\n');
    table(out, keys);
}

void fp_case_reference_write(struct fp_buf *out)
{
    fp_buf_z(out, intro);
    fp_buf_z(out, before_top);
    table(out, fp_case_keys());
    fp_buf_z(out, before_server);
    table(out, fp_server_keys());
    fp_buf_z(out, before_hops);
    table(out, fp_hop_keys());
    fp_buf_z(out, before_faults);
    table(out, fp_scope_keys());
    for (int k = 0; k < FP_FAULT_KIND_COUNT; k++)
        entry(out, fp_fault_key((enum fp_fault_kind)k),
              fp_fault_doc((enum fp_fault_kind)k),
              fp_fault_keys((enum fp_fault_kind)k));
    fp_buf_z(out, before_checks);
    for (int k = 0; k < FP_CHECK_KIND_COUNT; k++)
        entry(out, fp_check_key((enum fp_check_kind)k),
              fp_check_doc((enum fp_check_kind)k),
              fp_check_keys((enum fp_check_kind)k));
}
