/* SPDX-License-Identifier: MIT */
/* Options of back-ends: text to values and back. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "ipc/options.h"

size_t options_count(const struct ipc_option *table)
{
	size_t n = 0;

	while (table && table[n].name)
		n++;
	return n;
}

void options_preset(const struct ipc_option *table,
		    uint64_t option[IPC_OPTIONS])
{
	memset(option, 0, IPC_OPTIONS * sizeof(option[0]));
	for (size_t i = 0; i < options_count(table); i++)
		option[i] = table[i].preset;
}

char *option_value_text(const struct ipc_option *option, uint64_t value,
			char *text)
{
	if (option->kind == IPC_OPTION_CHOICE)
		snprintf(text, OPTIONS_TEXT, "%s", option->names[value]);
	else if (value < option->min || value > option->max)
		snprintf(text, OPTIONS_TEXT, "default");
	else if (option->kind == IPC_OPTION_SIZE)
		size_text(value, text);
	else
		snprintf(text, OPTIONS_TEXT, "%llu", (unsigned long long)value);
	return text;
}

char *option_range_text(const struct ipc_option *option, char *text)
{
	char min[OPTIONS_TEXT], max[OPTIONS_TEXT];
	size_t used = 0;

	if (option->kind != IPC_OPTION_CHOICE) {
		snprintf(text, OPTIONS_TEXT, "%.40s to %.40s",
			 option_value_text(option, option->min, min),
			 option_value_text(option, option->max, max));
		return text;
	}
	*text = '\0';
	for (size_t i = 0; option->names[i] && used < OPTIONS_TEXT; i++)
		used += (size_t)snprintf(text + used, OPTIONS_TEXT - used,
					 "%s%s", i ? ", " : "",
					 option->names[i]);
	return text;
}

/* A value of this kind, or -EINVAL. */
static int parse_value(const struct ipc_option *option, const char *text,
		       uint64_t *value)
{
	char *end;

	if (option->kind == IPC_OPTION_CHOICE) {
		for (size_t i = 0; option->names[i]; i++) {
			*value = i;
			if (strcmp(option->names[i], text) == 0)
				return 0;
		}
		return -EINVAL;
	}
	if (option->kind == IPC_OPTION_SIZE) {
		if (size_parse(text, option->max, value))
			return -EINVAL;
	} else {
		errno = 0;
		*value = strtoull(text, &end, 10);
		if (errno || *end || !isdigit((unsigned char)*text))
			return -EINVAL;
	}
	return *value < option->min || *value > option->max ? -EINVAL : 0;
}

static const struct ipc_option *find(const char *name,
				     const struct ipc_option *table,
				     const char *key, struct why *why)
{
	const char *names[IPC_OPTIONS + 1];
	char what[64];
	size_t n = options_count(table);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(table[i].name, key) == 0)
			return &table[i];
		names[i] = table[i].name;
	}
	names[n] = NULL;
	if (n == 0) {
		why_not(why, -EINVAL, "%s has no options, so no '%s'", name,
			key);
		return NULL;
	}
	snprintf(what, sizeof(what), "option of %s", name);
	why_unknown(why, what, key, names);
	return NULL;
}

static int parse_one(const char *name, const struct ipc_option *table,
		     const char *pair, uint64_t option[IPC_OPTIONS],
		     struct why *why)
{
	const char *value = strchr(pair, '=');
	const struct ipc_option *found;
	char key[32], what[64], range[OPTIONS_TEXT];

	if (!value)
		return why_not(why, -EINVAL,
			       "option '%s' of %s is not key=value", pair,
			       name);
	snprintf(key, sizeof(key), "%.*s", (int)(value - pair), pair);
	found = find(name, table, key, why);
	if (!found)
		return -EINVAL;
	if (parse_value(found, value + 1, &option[found - table]) == 0)
		return 0;
	snprintf(what, sizeof(what), "%s:%s", name, key);
	if (found->kind == IPC_OPTION_CHOICE)
		return why_unknown(why, what, value + 1, found->names);
	return why_not(why, -EINVAL, "%s '%s' is not allowed: %s", what,
		       value + 1, option_range_text(found, range));
}

int options_parse(const char *name, const struct ipc_option *table,
		  const char *text, uint64_t option[IPC_OPTIONS],
		  struct why *why)
{
	int err = 0;

	while (*text && !err) {
		size_t len = strcspn(text, ",");
		char pair[OPTIONS_TEXT];

		snprintf(pair, sizeof(pair), "%.*s", (int)len, text);
		err = parse_one(name, table, pair, option, why);
		text += len + (text[len] == ',');
	}
	return err;
}

char *options_text(const struct ipc_option *table,
		   const uint64_t option[IPC_OPTIONS], char *text)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < options_count(table); i++) {
		char value[OPTIONS_TEXT];

		if (option[i] == table[i].preset)
			continue;
		used += (size_t)snprintf(
			text + used, OPTIONS_TEXT - used, "%s%s=%s",
			used ? "," : "", table[i].name,
			option_value_text(&table[i], option[i], value));
		if (used >= OPTIONS_TEXT)
			break;
	}
	return text;
}

char *options_name(const char *name, const struct ipc_option *table,
		   const uint64_t option[IPC_OPTIONS], char *text)
{
	char values[OPTIONS_TEXT];

	options_text(table, option, values);
	snprintf(text, OPTIONS_NAME, "%.31s%s%s", name, *values ? ":" : "",
		 values);
	return text;
}
