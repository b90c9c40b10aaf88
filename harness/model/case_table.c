/* SPDX-License-Identifier: MIT
 * case_table.c - the keys of a case's top level, and of a hop in its path. */
#include "harness/model/tables.h"

#define AT(member) offsetof(struct fp_case, member)
#define KEY(k, t, m, def, text)                                                \
    {                                                                          \
        .key = (k), .type = (t), .offset = AT(m), .fallback = (def),           \
        .doc = (text)                                                          \
    }
#define NEED(k, t, m, text)                                                    \
    {                                                                          \
        .key = (k), .type = (t), .offset = AT(m), .required = true,            \
        .doc = (text)                                                          \
    }
#define LIST(k, t, m, n_m, text)                                               \
    {                                                                          \
        .key = (k), .type = (t), .offset = AT(m), .offset_n = AT(n_m),         \
        .doc = (text)                                                          \
    }
#define SPAN(k, m, def, text)                                                  \
    {                                                                          \
        .key = (k), .type = FP_V_DURATION, .min = 100, .offset = AT(m),        \
        .fallback = (def), .doc = (text)                                       \
    }
#define WORDS(k, m, words, text)                                               \
    {                                                                          \
        .key = (k), .type = FP_V_LINE, .offset = AT(m), .choices = (words),    \
        .doc = (text)                                                          \
    }

static const struct fp_key top[] = {
    NEED("title", FP_V_LINE, title, "what the network does, in one line"),
    NEED("why", FP_V_LINE, why, "why a client meets this, and what goes wrong"),
    LIST("spec", FP_V_LINES, spec, n_spec,
         "the sections that say what is right"),
    LIST("seen", FP_V_LINES, seen, n_seen, "who does this: public sources"),
    LIST("tags", FP_V_LINES, tags, n_tags,
         "words to select by; `long`: it may take over 15 s"),
    KEY("protocols", FP_V_PROTOCOLS, protocols, "engine.io-4 plain",
        "the protocols it is run under"),
    KEY("client.transports", FP_V_TRANSPORTS, transports, NULL,
        "told to the client (FALLPROOF_TRANSPORTS), in order"),
    KEY("client.attempts", FP_V_COUNT, attempts, "3",
        "told to the client (FALLPROOF_ATTEMPTS)"),
    SPAN("window", window_ms, "3s",
         "the polling window: told to the client, and the default of `fresh`"),
    SPAN("budget", budget_ms, "15s",
         "for the fallback: told to the client, and the default of "
         "`falls-back`"),
    SPAN("patience", patience_ms, "90s",
         "how long to wait for a fallback that does not come"),
    KEY("server", FP_V_SERVER, server, NULL, "the reference server"),
    LIST("path", FP_V_PATH, path, n_path,
         "the hops from client to server, in order; none = direct"),
    LIST("expect", FP_V_EXPECT, expect, n_expect, "what must hold"),
    LIST("cannot", FP_V_CANNOT, cannot, n_cannot,
         "checks that a protocol cannot satisfy, with the reason"),
    KEY("self.command", FP_V_LINE, self.command, NULL,
        "cases/self: the client to run, as a script for sh"),
    WORDS("self.verdict", self.verdict,
          "pass fail inconclusive unsupported not-exercised error",
          "cases/self: the verdict that the harness must give"),
    KEY("self.check", FP_V_LINE, self.check, NULL,
        "cases/self: to which check; the whole case unless said"),
    KEY("self.error", FP_V_LINE, self.error, NULL,
        "cases/self: words that the error must have"),
};

static const struct fp_key hop[] = {
    {.key = "hop",
     .type = FP_V_LINE,
     .offset = offsetof(struct fp_hop, name),
     .required = true,
     .doc = "its name in reports"},
    {.key = "faults",
     .type = FP_V_FAULTS,
     .offset = offsetof(struct fp_hop, faults),
     .offset_n = offsetof(struct fp_hop, n_faults),
     .doc = "what it does wrong, in the order that bytes pass"},
};

#define TABLE(a)                                                               \
    {                                                                          \
        (a), FP_COUNT(a)                                                       \
    }

struct fp_key_table fp_hop_keys(void)
{
    return (struct fp_key_table)TABLE(hop);
}

struct fp_key_table fp_case_keys(void)
{
    return (struct fp_key_table)TABLE(top);
}
