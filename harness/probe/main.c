/* SPDX-License-Identifier: MIT
 * main.c - fallproof-probe, which `fallproof probe` becomes: a program of its
 * own, so that no other command loads libcurl. */
#include <stdio.h>

#include "harness/probe/connect.h"
#include "harness/probe/report.h"

enum { EXIT_BOTH = 0, EXIT_NOT_BOTH = 1, EXIT_BAD_USAGE = 2, EXIT_NONE = 3 };

static int fail(const struct fp_err *err, int code)
{
    (void)fprintf(stderr, "fallproof probe: %s\n", err->msg);
    return code;
}

static int report(const struct fp_probe *p)
{
    struct fp_diagnosis d;
    struct fp_err err = {0};
    fp_diagnose(&d, &p->seen);
    if (p->settings.json) {
        struct fp_buf out = {0};
        enum fp_status st = fp_probe_json_write(&out, p, &d, &err);
        if (st == FP_OK)
            (void)fwrite(out.p, 1, out.n, stdout);
        fp_buf_deinit(&out);
        if (st != FP_OK)
            return fail(&err, EXIT_NONE);
    } else {
        fp_probe_text_end(p, &d);
    }
    if (fflush(stdout) != 0 || !d.connected)
        return EXIT_NONE;
    return d.websocket && d.polling ? EXIT_BOTH : EXIT_NOT_BOTH;
}

int main(int argc, char **argv)
{
    static struct fp_probe p; /* large */
    struct fp_err err = {0};
    if (fp_probe_settings_read(&p.settings, argv + 1, (size_t)argc - 1, &err) !=
            FP_OK ||
        fp_probe_target_parse(&p.target, &p.settings, &err) != FP_OK)
        return fail(&err, EXIT_BAD_USAGE);
    if (fp_link_global_init(&err) != FP_OK)
        return fail(&err, EXIT_NONE);
    if (!p.settings.json) {
        p.on_step = fp_probe_text_step;
        fp_probe_text_begin(&p);
    }
    fp_probe_run(&p);
    return report(&p);
}
