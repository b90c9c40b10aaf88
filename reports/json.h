/* json.h - a jansson value as text. Uses: base, jansson. */
#pragma once
#include <jansson.h>

#include "harness/base/str.h"

/* Compact, members in order, ASCII only; NULL sets out->failed. */
void fp_json_write(struct fp_buf *out, const json_t *j);
