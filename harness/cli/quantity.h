/* SPDX-License-Identifier: MIT */
/* Numbers for people: three significant digits, in a unit that fits. */
#ifndef IPCBENCH_CLI_QUANTITY_H
#define IPCBENCH_CLI_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

struct scale {
	double divide;
	char unit[16];
};

/* The scale in which largest, given in unit ("ns", "1/s", "B/s"), has one to
 * three digits before the point. A count ("1") has none. */
struct scale quantity_scale(double largest, const char *unit);

/* Three significant digits, no exponent: "0.0123", "1.23", "123", "12345".
 * Returns buf. */
const char *quantity_digits(double value, char *buf, size_t size);

/* A message's size: "64 B", "4 KiB", "1000 B". Returns buf. */
const char *quantity_size(int64_t bytes, char *buf, size_t size);

/* Columns that UTF-8 text takes on a terminal, if no character is wide. */
size_t quantity_width(const char *text);

#endif
