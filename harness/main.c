/* SPDX-License-Identifier: MIT
 * main.c - fallproof: realtime clients behind scripted hostile networks. */
#include "harness/cli/cli.h"

int main(int argc, char **argv) { return fp_cli_main(argc, argv); }
