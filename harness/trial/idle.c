/* SPDX-License-Identifier: MIT */
/* Warm PUs, by a bound on how long one may take to wake. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "trial/idle.h"

#define DEVICE "/dev/cpu_dma_latency"
#define DRIVER "/sys/devices/system/cpu/cpuidle/current_driver"

const char *const idle_names[IDLES + 1] = {"cold", "warm", NULL};

/* Without a driver PUs halt at once, whatever bound there is. */
static int check_driver(struct why *why)
{
	static const char none[] = "none";
	char name[32];
	int fd = open(DRIVER, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return why_not(why, -errno, "%s: %s", DRIVER, strerror(errno));
	n = read(fd, name, sizeof(name));
	close(fd);
	if (n >= (ssize_t)sizeof(none) - 1 &&
	    memcmp(name, none, sizeof(none) - 1) == 0)
		return why_not(why, -ENODEV,
			       "this kernel has no cpuidle driver that could "
			       "keep PUs from halting");
	return 0;
}

/* An open descriptor is a bound already, one that allows everything. */
static int open_device(struct why *why)
{
	int fd = open(DEVICE, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return why_not(why, -errno, "%s: %s", DEVICE, strerror(errno));
	return fd;
}

int idle_check(enum idle idle, struct why *why)
{
	int fd;

	if (idle == IDLE_COLD)
		return 0;
	fd = open_device(why);
	if (fd < 0)
		return fd;
	close(fd);
	return check_driver(why);
}

int idle_hold_warm(struct why *why)
{
	static const int32_t bound_us = 0;
	int fd = open_device(why);
	int err;

	if (fd < 0)
		return fd;
	if (write(fd, &bound_us, sizeof(bound_us)) == sizeof(bound_us))
		return fd;
	err = -errno;
	close(fd);
	return why_not(why, err, "%s: %s", DEVICE, strerror(-err));
}
