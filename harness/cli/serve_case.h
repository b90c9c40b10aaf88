/* serve_case.h - `fallproof serve --case`. Uses: cli, run. */
#pragma once
#include "harness/cli/cli.h"

int fp_serve_case(const struct fp_args *a);
