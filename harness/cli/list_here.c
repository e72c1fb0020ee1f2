/* SPDX-License-Identifier: MIT */
/* What this machine can do, asked of a back-end without opening anything. */
#include <stdio.h>
#include <string.h>

#include "cli/list.h"
#include "ipc/options.h"

enum {
	TRIED_B = 8, /* message that availability is asked for */
	TRIED_SMALL_B = 1,
	TRIED_DEPTH = 2,
	EXACT_B = 1 << 20, /* limits up to here are found to the byte */
	LARGEST_B = 1 << 30,
};

static int check_here(const struct ipc_impl *impl, enum ipc_wait wait,
		      bool threads, size_t msg_max, struct why *why)
{
	struct ipc_spec spec = {
		.msg_max = msg_max,
		.depth = TRIED_DEPTH,
		.senders = 1,
		.receivers = 1,
		.wait = wait,
		.threads = threads,
		.calls = true,
	};

	options_preset(impl->options, spec.option);
	return ipc_check(impl, &spec, 0, why);
}

bool list_wait_here(const struct ipc_impl *impl, enum ipc_wait wait,
		    struct why *why)
{
	if (impl->caps & IPC_PROCESSES &&
	    check_here(impl, wait, false, TRIED_B, why))
		return false;
	return !(impl->caps & IPC_THREADS) ||
	       check_here(impl, wait, true, TRIED_B, why) == 0;
}

void list_text_add(char *text, size_t size, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", used ? ", " : "", word);
}

void list_here_text(const struct ipc_impl *impl, char *text, size_t size)
{
	struct why why = {""};
	char not_by[64] = "";
	unsigned int claimed = 0, missing = 0;

	for (int i = 0; i < IPC_WAIT_KINDS; i++) {
		if (!(impl->waits & IPC_CAN_WAIT(i)))
			continue;
		claimed++;
		if (list_wait_here(impl, i, &why))
			continue;
		missing++;
		list_text_add(not_by, sizeof(not_by), ipc_wait_names[i]);
	}
	if (missing == 0)
		snprintf(text, size, "yes");
	else if (missing == claimed)
		snprintf(text, size, "no: %s", why.text);
	else
		snprintf(text, size, "not by %s: %s", not_by, why.text);
}

/* In the first space and by the first wait that it has. */
static bool fits(const struct ipc_impl *impl, size_t msg_max, struct why *why)
{
	enum ipc_wait wait = IPC_WAIT_BLOCK;

	while (!(impl->waits & IPC_CAN_WAIT(wait)))
		wait++;
	return check_here(impl, wait, !(impl->caps & IPC_PROCESSES), msg_max,
			  why) == 0;
}

size_t list_msg_max(const struct ipc_impl *impl, struct why *why)
{
	size_t low = TRIED_SMALL_B, high;

	if (!fits(impl, low, why))
		return 0;
	while (low < LARGEST_B && fits(impl, low * 2, why))
		low *= 2;
	if (low >= EXACT_B)
		return low;
	for (high = low * 2; high - low > 1;) {
		size_t middle = low + (high - low) / 2;

		if (fits(impl, middle, why))
			low = middle;
		else
			high = middle;
	}
	return low;
}
