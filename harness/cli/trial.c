/* SPDX-License-Identifier: MIT */
/* One trial, as "ipcbench run" starts it: request and record are descriptors. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "ipc/names.h"
#include "run/spawn.h"
#include "run/wire.h"

/* Its descriptors must not travel on into nodes that outlive it, nor the
 * signals that the orchestrator keeps for itself stay blocked. */
static void settle(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (int fd = SPAWN_REQUEST; fd <= SPAWN_JOURNAL; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	names_journal(SPAWN_JOURNAL);
}

static int write_record(const struct trial_spec *spec,
			struct trial_record *record)
{
	json_t *json = wire_record(spec, record);
	int err = json ? json_dumpfd(json, SPAWN_RECORD, JSON_COMPACT) : -1;

	json_decref(json);
	return err;
}

static int trial_main(int argc, char **argv)
{
	struct trial_spec spec;
	struct trial_record record;
	struct why why;
	json_t *request;
	int err;

	(void)argc, (void)argv;
	if (fcntl(SPAWN_RECORD, F_GETFD) < 0) {
		why_not(&why, 0,
			"'trial' is a part of 'ipcbench run', which starts it");
		return command_usage(&why);
	}
	settle();
	request = json_loadfd(SPAWN_REQUEST, 0, NULL);
	err = wire_spec_read(request, &catalogue, &spec, &why);
	json_decref(request);
	if (err)
		return command_usage(&why);
	trial_run(&spec, &record);
	err = write_record(&spec, &record);
	trial_record_free(&record);
	return err ? EXIT_INTERNAL : EXIT_OK;
}

const struct command trial_command = {
	.name = "trial",
	.brief = "one trial, started by run",
	.hidden = true,
	.run = trial_main,
};
