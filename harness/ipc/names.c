/* SPDX-License-Identifier: MIT */
/* Announce kernel objects that have names, and remove them. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "ipc/names.h"

enum {
	LINE_MAX_BYTES = 512,
	KEY_TRIES = 64, /* of 2^31 keys nearly all are free */
};

static int journal = -1;

/* find: the id of an object that exists, or -1 and errno. destroy: remove an
 * id. unlink: remove a name. A kind has the first two or the last. */
struct kind {
	const char *name;
	int (*find)(key_t key);
	int (*destroy)(int id);
	int (*unlink)(const char *name);
};

static int find_msg(key_t key)
{
	return msgget(key, 0);
}

static int destroy_msg(int id)
{
	return msgctl(id, IPC_RMID, NULL);
}

static int find_sem(key_t key)
{
	return semget(key, 0, 0);
}

static int destroy_sem(int id)
{
	return semctl(id, 0, IPC_RMID);
}

static int find_shm(key_t key)
{
	return shmget(key, 0, 0);
}

static int destroy_shm(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

static const struct kind kinds[] = {
	{"msg-key", .find = find_msg, .destroy = destroy_msg},
	{"sem-key", .find = find_sem, .destroy = destroy_sem},
	{"shm-key", .find = find_shm, .destroy = destroy_shm},
	{"mq-name", .unlink = mq_unlink},
	{"shm-name", .unlink = shm_unlink},
	{"sem-name", .unlink = sem_unlink},
	{"path", .unlink = unlink},
};

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

/* A key in decimal, positive: 0 would be IPC_PRIVATE. 0 if it is not one. */
static key_t key_of(const char *name)
{
	char *end;
	long key;

	errno = 0;
	key = strtol(name, &end, 10);
	if (errno || end == name || *end != '\0' || key < 1 || key > INT32_MAX)
		return 0;
	return (key_t)key;
}

/* Would removing it do what was meant? The journal is read by another program
 * run, so what is in it must stand for itself. */
static bool name_fits(const struct kind *kind, const char *name)
{
	if (kind->find)
		return key_of(name) != 0;
	return name[0] == '/' && name[1] != '\0' && !strchr(name, '\n');
}

void names_journal(int fd)
{
	journal = fd;
}

int names_announce(const char *kind, const char *name)
{
	const struct kind *known = kind_of(kind);
	char line[LINE_MAX_BYTES];
	ssize_t done;
	int len;

	if (!known || !name_fits(known, name))
		return -EINVAL;
	len = snprintf(line, sizeof(line), "%s %s\n", kind, name);
	if (len >= (int)sizeof(line))
		return -ENAMETOOLONG;
	if (journal < 0)
		return 0;
	do
		done = write(journal, line, (size_t)len);
	while (done < 0 && errno == EINTR);
	if (done < 0)
		return -errno;
	return done == len ? 0 : -EIO;
}

int names_fresh(const char *kind, const char *prefix, char *name, size_t size)
{
	uint64_t bits;

	/* Of so many names no two are drawn alike. */
	if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
		return -EAGAIN;
	if (snprintf(name, size, "%s%016llx", prefix,
		     (unsigned long long)bits) >= (int)size)
		return -ENAMETOOLONG;
	return names_announce(kind, name);
}

/* From 1 to 2^31 - 1, or a negative errno. */
static key_t random_key(void)
{
	uint32_t bits;
	ssize_t n;

	do {
		n = getrandom(&bits, sizeof(bits), 0);
		bits &= INT32_MAX;
	} while (n == sizeof(bits) && bits == IPC_PRIVATE);
	return n == sizeof(bits) ? (key_t)bits : -EAGAIN;
}

int names_sysv_key(const char *kind)
{
	const struct kind *known = kind_of(kind);
	char name[16];

	if (!known || !known->find)
		return -EINVAL;
	for (int i = 0; i < KEY_TRIES; i++) {
		key_t key = random_key();
		int err;

		if (key < 0)
			return key;
		if (known->find(key) >= 0 || errno != ENOENT)
			continue;
		snprintf(name, sizeof(name), "%d", (int)key);
		err = names_announce(kind, name);
		return err ? err : (int)key;
	}
	return -EEXIST;
}

/* Gone already, or between two of our steps: nothing is left to do. */
static int unless_gone(void)
{
	return errno == ENOENT || errno == EIDRM ? 0 : -errno;
}

static int remove_key(const struct kind *kind, key_t key)
{
	int id = kind->find(key);

	if (id < 0)
		return unless_gone();
	if (kind->destroy(id) == 0)
		return 0;
	/* EINVAL: no such id, it went after it was found. */
	return errno == EINVAL ? 0 : unless_gone();
}

int names_remove(const char *kind, const char *name)
{
	const struct kind *known = kind_of(kind);

	if (!known || !name_fits(known, name))
		return -EINVAL;
	if (known->find)
		return remove_key(known, key_of(name));
	return known->unlink(name) == 0 ? 0 : unless_gone();
}
