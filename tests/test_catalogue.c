/* SPDX-License-Identifier: MIT */
/* Every back-end's table is complete, and says nothing that contradicts it. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "ipc/options.h"

enum {
	IMPLS_MAX = 128,
	NAME_MAX_LEN = 24,
	BRIEF_LEN = 80,
	HELP_LEN = 120,
	ABOUT_LEN = 200
};

/* Words of [a-z0-9], '-' or '_' between them as other says. */
static bool is_word(const char *text, size_t len, char other)
{
	for (size_t i = 0; i < len; i++)
		if (!islower((unsigned char)text[i]) &&
		    !isdigit((unsigned char)text[i]) && text[i] != other)
			return false;
	return len > 0 && islower((unsigned char)text[0]);
}

static bool is_line(const char *text, size_t most)
{
	size_t len = text ? strlen(text) : 0;

	return len > 0 && len <= most && !strchr(text, '\n') &&
	       text[len - 1] != '.';
}

static void check_texts(const struct ipc_impl *impl)
{
	size_t len = strlen(impl->name);

	if (!is_word(impl->name, len, '-') || len > NAME_MAX_LEN)
		fail_msg("the name is not of a-z, 0-9 and -, up to %d",
			 NAME_MAX_LEN);
	if (!is_line(impl->brief, BRIEF_LEN))
		fail_msg("brief is not one line of up to %d without a full "
			 "stop: \"%s\"",
			 BRIEF_LEN, impl->brief ? impl->brief : "");
	len = impl->about ? strlen(impl->about) : 0;
	if (len < ABOUT_LEN)
		fail_msg("about has %zu characters, not %d", len, ABOUT_LEN);
	if (impl->about[len - 1] != '\n' || impl->about[0] == '\n' ||
	    strstr(impl->about, "\n\n"))
		fail_msg("about is not paragraphs that end with a line feed");
}

/* "write", "mmap mmap futex" or nothing. */
static void check_calls(const char *calls, const char *side)
{
	if (!calls)
		fail_msg("contract: the %s's calls are not said", side);
	for (const char *at = calls; *calls && *at;) {
		size_t len = strcspn(at, " ");

		if (!is_word(at, len, '_'))
			fail_msg("contract: \"%s\" is no list of calls", calls);
		at += len;
		if (at[0] == ' ' && at[1] == '\0')
			fail_msg("contract: \"%s\" ends with a space", calls);
		at += *at == ' ';
	}
}

/* Whoever lends says whose memory it is, and nobody else does. */
static void check_memory(const struct ipc_impl *impl)
{
	bool lends = impl->caps & IPC_ZEROCOPY && !(impl->caps & IPC_VOID);

	if (impl->memory >= IPC_MEMORIES ||
	    (impl->memory != IPC_MEMORY_NONE) != lends)
		fail_msg("its memory is said to be %d", (int)impl->memory);
	if (impl->memory == IPC_MEMORY_SHARED && impl->caps & IPC_ISOLATED)
		fail_msg("both sides see memory that is said to be isolated");
}

static void check_contract(const struct ipc_impl *impl)
{
	const struct ipc_contract *contract = &impl->contract;
	uint32_t sleeping =
		IPC_CAN_WAIT(IPC_WAIT_BLOCK) | IPC_CAN_WAIT(IPC_WAIT_HYBRID);

	check_calls(contract->calls[IPC_TX], "sender");
	check_calls(contract->calls[IPC_RX], "receiver");
	assert_in_range(contract->wake, 0, IPC_WAKES - 1);
	if (contract->wake == IPC_WAKE_NONE && impl->waits & sleeping &&
	    !(impl->caps & IPC_VOID))
		fail_msg("contract: nobody sleeps, but it can block");
	if (impl->caps & IPC_VOID)
		return;
	if ((contract->store != IPC_STORE_NONE) != !!(impl->caps & IPC_COPY))
		fail_msg("contract: send and recv keep a message in '%s'",
			 ipc_store_names[contract->store]);
	if (impl->caps & IPC_COPY && contract->copies[IPC_API_COPY] == 0)
		fail_msg("contract: send and recv make no copy");
	if (!(impl->caps & IPC_COPY) && contract->copies[IPC_API_COPY] != 0)
		fail_msg("contract: copies of an emulated send and recv");
	if (!(impl->caps & IPC_ZEROCOPY) && contract->copies[IPC_API_LEND] != 0)
		fail_msg("contract: copies of an emulated loan and take");
}

static void check_caps(const struct ipc_impl *impl)
{
	const struct ipc_ops *ops = impl->ops;
	bool copies = ops->send && ops->recv;
	bool lends = ops->loan && ops->publish && ops->take && ops->release;

	assert_int_equal(impl->caps & ~((1u << IPC_CAPS) - 1), 0);
	assert_int_equal(impl->waits & ~((1u << IPC_WAIT_KINDS) - 1), 0);
	assert_int_not_equal(impl->waits, 0);
	assert_int_not_equal(impl->caps & (IPC_PROCESSES | IPC_THREADS), 0);
	assert_int_not_equal(impl->caps & (IPC_COPY | IPC_ZEROCOPY), 0);
	if (copies != !!(impl->caps & IPC_COPY) || (!copies && ops->send) ||
	    (!copies && ops->recv))
		fail_msg("send and recv are not what caps say");
	if (lends != !!(impl->caps & IPC_ZEROCOPY) || (!lends && ops->loan) ||
	    (!lends && ops->publish) || (!lends && ops->take) ||
	    (!lends && ops->release))
		fail_msg("loan to release are not what caps say");
}

static void check_option(const struct ipc_option *option)
{
	size_t n = 0;

	if (!is_word(option->name, strlen(option->name), '-'))
		fail_msg("option \"%s\" is not of a-z, 0-9 and -",
			 option->name);
	if (!is_line(option->help, HELP_LEN))
		fail_msg("option %s: help is not one line without a full stop",
			 option->name);
	if (option->kind != IPC_OPTION_CHOICE) {
		if (option->min >= option->max)
			fail_msg("option %s leaves no choice", option->name);
		return;
	}
	while (option->names && option->names[n])
		n++;
	if (n < 2 || option->preset >= n)
		fail_msg("option %s: %zu choices, preset %ju", option->name, n,
			 (uintmax_t)option->preset);
}

static void check_table(void **state)
{
	const struct ipc_impl *impl = *state;

	check_texts(impl);
	assert_in_range(impl->family, 0, IPC_FAMILIES - 1);
	check_memory(impl);
	check_contract(impl);
	assert_non_null(impl->open);
	assert_non_null(impl->close);
	assert_true(impl->link_size >= sizeof(struct ipc_link));
	assert_true(impl->port_size >= sizeof(struct ipc_port));
	check_caps(impl);
	assert_in_range(options_count(impl->options), 0, IPC_OPTIONS);
	for (size_t i = 0; i < options_count(impl->options); i++)
		check_option(&impl->options[i]);
}

/* The list is in report order: family by family, no name twice. */
static void test_order(void **state)
{
	const struct ipc_impl *const *impls = catalogue.impls;

	(void)state;
	for (size_t i = 1; impls[i]; i++) {
		if (impls[i]->family < impls[i - 1]->family)
			fail_msg("%s, a %s, comes after %s, a %s",
				 impls[i]->name,
				 ipc_family_names[impls[i]->family],
				 impls[i - 1]->name,
				 ipc_family_names[impls[i - 1]->family]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(impls[i]->name, impls[j]->name);
	}
}

/* An argument picks tests by name, with the shell's wildcards. */
int main(int argc, char **argv)
{
	struct CMUnitTest tests[IMPLS_MAX + 1] = {cmocka_unit_test(test_order)};
	size_t n = 1;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	for (size_t i = 0; catalogue.impls[i] && i < IMPLS_MAX; i++)
		tests[n++] = (struct CMUnitTest){
			.name = catalogue.impls[i]->name,
			.test_func = check_table,
			.initial_state = (void *)catalogue.impls[i],
		};
	return _cmocka_run_group_tests("catalogue", tests, n, NULL, NULL) != 0;
}
