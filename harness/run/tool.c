/* SPDX-License-Identifier: MIT */
/* The program as JSON: how it was built, and against what. */
#include <gnu/libc-version.h>
#include <hwloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#if WITH_PAPI
#include <papi.h>
#endif

#include "run/environment.h"

/* The build says these through the Makefile; a build by hand may not. */
#ifndef IPCBENCH_VERSION
#define IPCBENCH_VERSION "0.1.0"
#endif
#ifndef BUILD_COMMIT
#define BUILD_COMMIT ""
#endif
#ifndef BUILD_DIRTY
#define BUILD_DIRTY -1 /* unknown; 0 or 1 where it is known */
#endif
#ifndef BUILD_CC
#define BUILD_CC "gcc " __VERSION__
#endif
#ifndef BUILD_CFLAGS
#define BUILD_CFLAGS ""
#endif

/* Of -fsanitize=, as far as the compiler or the flags tell. */
static json_t *tool_sanitizer(void)
{
	const char *flag = strstr(BUILD_CFLAGS, "-fsanitize=");

	if (flag) {
		flag = strchr(flag, '=') + 1;
		return json_stringn(flag, strcspn(flag, " "));
	}
#if defined(__SANITIZE_ADDRESS__)
	return json_string("address");
#elif defined(__SANITIZE_THREAD__)
	return json_string("thread");
#else
	return NULL;
#endif
}

static const char *tool_build_type(bool sanitized)
{
#ifdef __OPTIMIZE__
	return sanitized ? "sanitizer" : "release";
#else
	return sanitized ? "sanitizer" : "debug";
#endif
}

static json_t *tool_papi(void)
{
#if WITH_PAPI
	return json_sprintf("%d.%d.%d", PAPI_VERSION_MAJOR(PAPI_VERSION),
			    PAPI_VERSION_MINOR(PAPI_VERSION),
			    PAPI_VERSION_REVISION(PAPI_VERSION));
#else
	return NULL;
#endif
}

/* Put a value (its reference is taken), or null and why. */
static int tool_put(json_t *tool, const char *key, json_t *value,
		    const char *why)
{
	char why_key[32];

	if (value)
		return json_object_set_new(tool, key, value);
	snprintf(why_key, sizeof(why_key), "%s_why", key);
	if (json_object_set_new(tool, key, json_null()))
		return -1;
	return json_object_set_new(tool, why_key, json_string(why));
}

/* What the build said of itself; "" is nothing. */
static int tool_said(json_t *tool, const char *key, const char *text)
{
	return tool_put(tool, key, *text ? json_string(text) : NULL,
			"the build did not say");
}

json_t *environment_tool(void)
{
	json_t *tool = json_object(), *sanitizer = tool_sanitizer();
	const char *type = tool_build_type(sanitizer != NULL);
	int err = 0;

	err |= tool_said(tool, "version", IPCBENCH_VERSION);
	err |= tool_said(tool, "commit", BUILD_COMMIT);
	err |= tool_put(tool, "dirty",
			BUILD_DIRTY < 0 ? NULL : json_boolean(BUILD_DIRTY),
			"the build did not say");
	err |= tool_said(tool, "build_type", type);
	err |= tool_said(tool, "cc", BUILD_CC);
	err |= tool_said(tool, "cflags", BUILD_CFLAGS);
	err |= tool_put(tool, "sanitizer", sanitizer,
			"this is no sanitizer build");
	err |= tool_said(tool, "libc", gnu_get_libc_version());
	err |= tool_said(tool, "hwloc", HWLOC_VERSION);
	err |= tool_put(tool, "papi", tool_papi(), "built without PAPI");
	err |= tool_said(tool, "jansson", jansson_version_str());
	if (!err)
		return tool;
	json_decref(tool);
	return NULL;
}
