/* SPDX-License-Identifier: MIT */
/* Endpoints that come with their name: a fifo's path, a POSIX queue or memory
 * object, a System V key. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sysctl.h"
#include "ipc/endpoint.h"

enum { MODE = 0600, QUEUE_LENGTH = 4, WORD_TYPE = 1 };

static void close_descriptor(int end)
{
	close(end);
}

/* A fifo: the reader makes it, and opens it without waiting for a writer. */

static int fifo_bind(struct endpoint_name *name, int *end)
{
	if (mkfifo(name->text, MODE) < 0)
		return -errno;
	*end = open(name->text, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (*end < 0) {
		int err = -errno;

		unlink(name->text);
		return err;
	}
	return 0;
}

/* Without O_NONBLOCK it would wait for a reader. */
static int fifo_find(const struct endpoint_name *name, int *end,
		     unsigned int flags)
{
	(void)flags;
	*end = open(name->text, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return *end < 0 ? -errno : 0;
}

static int unlink_path(const struct endpoint_name *name)
{
	return unlink(name->text) < 0 && errno != ENOENT ? -errno : 0;
}

static int fifo_put(int end, const void *word, unsigned int flags)
{
	ssize_t n = write(end, word, ENDPOINT_WORD);

	(void)flags;
	if (n < 0)
		return -errno;
	return n == ENDPOINT_WORD ? 0 : -EIO;
}

static ssize_t fifo_get(int end, void *word, unsigned int flags)
{
	ssize_t n = read(end, word, ENDPOINT_WORD);

	(void)flags;
	return n < 0 ? -errno : n;
}

const struct endpoint_kind endpoint_fifo = {
	.rule = {[ENDPOINT_PATH] = {ENDPOINT_UNTIL_UNLINK, -EEXIST, -ENOENT,
				    -ENXIO}},
	.can = ENDPOINT_CONNECTS | ENDPOINT_STREAM,
	.linked_by = "open(2) of one path by a reader and a writer",
	.before = -EBADF,
	.after = {-EPIPE, -EPIPE},
	.eof = true,
	.journal = "path",
	.probe = endpoint_probe_path,
	.bind = fifo_bind,
	.find = fifo_find,
	.unlink = unlink_path,
	.close = close_descriptor,
	.put = fifo_put,
	.get = fifo_get,
};

/* A POSIX message queue. */

static int mq_probe(enum endpoint_naming naming, struct why *why)
{
	(void)naming;
	if (sysctl_number("fs/mqueue/msg_max"))
		return 0;
	return why_not(why, -ENOTSUP, "the kernel has no POSIX message queues");
}

static int mq_bind(struct endpoint_name *name, int *end)
{
	struct mq_attr attr = {.mq_maxmsg = QUEUE_LENGTH,
			       .mq_msgsize = ENDPOINT_WORD};

	*end = mq_open(name->text, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK, MODE,
		       &attr);
	return *end < 0 ? -errno : 0;
}

static int mq_find(const struct endpoint_name *name, int *end,
		   unsigned int flags)
{
	(void)flags;
	*end = mq_open(name->text, O_RDWR | O_NONBLOCK);
	return *end < 0 ? -errno : 0;
}

static int mq_remove(const struct endpoint_name *name)
{
	return mq_unlink(name->text) < 0 && errno != ENOENT ? -errno : 0;
}

static void mq_done(int end)
{
	mq_close(end);
}

static int mq_put(int end, const void *word, unsigned int flags)
{
	(void)flags;
	return mq_send(end, word, ENDPOINT_WORD, 0) < 0 ? -errno : 0;
}

static ssize_t mq_get(int end, void *word, unsigned int flags)
{
	ssize_t n = mq_receive(end, word, ENDPOINT_WORD, NULL);

	(void)flags;
	return n < 0 ? -errno : n;
}

const struct endpoint_kind endpoint_mq = {
	.rule = {[ENDPOINT_OBJECT] = {ENDPOINT_IN_KERNEL, -EEXIST, -ENOENT, 0}},
	.journal = "mq-name",
	.probe = mq_probe,
	.bind = mq_bind,
	.find = mq_find,
	.unlink = mq_remove,
	.close = mq_done,
	.put = mq_put,
	.get = mq_get,
};

/* A System V message queue: its identifier is good for all processes, and
 * there is nothing to close. */

struct word_message {
	long type;
	char text[ENDPOINT_WORD];
};

static int sysv_probe(enum endpoint_naming naming, struct why *why)
{
	(void)naming;
	if (sysctl_number("kernel/msgmnb"))
		return 0;
	return why_not(why, -ENOTSUP,
		       "the kernel has no System V message queues");
}

static int sysv_bind(struct endpoint_name *name, int *end)
{
	*end = msgget(name->key, MODE | IPC_CREAT | IPC_EXCL);
	return *end < 0 ? -errno : 0;
}

static int sysv_find(const struct endpoint_name *name, int *end,
		     unsigned int flags)
{
	(void)flags;
	*end = msgget(name->key, 0);
	return *end < 0 ? -errno : 0;
}

static int sysv_unlink(const struct endpoint_name *name)
{
	int id = msgget(name->key, 0);

	if (id < 0)
		return errno == ENOENT ? 0 : -errno;
	return msgctl(id, IPC_RMID, NULL) < 0 ? -errno : 0;
}

static void sysv_close(int end)
{
	(void)end;
}

static int sysv_put(int end, const void *word, unsigned int flags)
{
	struct word_message message = {.type = WORD_TYPE};

	(void)flags;
	memcpy(message.text, word, ENDPOINT_WORD);
	return msgsnd(end, &message, ENDPOINT_WORD, IPC_NOWAIT) < 0 ? -errno
								    : 0;
}

static ssize_t sysv_get(int end, void *word, unsigned int flags)
{
	struct word_message message;
	ssize_t n = msgrcv(end, &message, ENDPOINT_WORD, 0, IPC_NOWAIT);

	(void)flags;
	if (n < 0)
		return errno == ENOMSG ? -EAGAIN : -errno;
	memcpy(word, message.text, (size_t)n);
	return n;
}

const struct endpoint_kind endpoint_sysv = {
	.rule = {[ENDPOINT_KEY] = {ENDPOINT_IN_KERNEL, -EEXIST, -ENOENT, 0}},
	.can = ENDPOINT_NUMBERED,
	.journal = "msg-key",
	.probe = sysv_probe,
	.bind = sysv_bind,
	.find = sysv_find,
	.unlink = sysv_unlink,
	.close = sysv_close,
	.put = sysv_put,
	.get = sysv_get,
};

/* A memory object: no message moves, but one word of a page is the same for
 * all who have mapped it. */

static int memory_probe(enum endpoint_naming naming, struct why *why)
{
	(void)naming;
	if (access("/dev/shm", W_OK | X_OK) == 0)
		return 0;
	return why_not(why, -errno, "a name in /dev/shm: %s", strerror(errno));
}

static int memory_bind(struct endpoint_name *name, int *end)
{
	int fd = shm_open(name->text, O_RDWR | O_CREAT | O_EXCL, MODE);
	int err;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, sysconf(_SC_PAGESIZE)) < 0) {
		err = -errno;
		shm_unlink(name->text);
		close(fd);
		return err;
	}
	*end = fd;
	return 0;
}

static int memory_find(const struct endpoint_name *name, int *end,
		       unsigned int flags)
{
	(void)flags;
	*end = shm_open(name->text, O_RDWR, 0);
	return *end < 0 ? -errno : 0;
}

static int memory_unlink(const struct endpoint_name *name)
{
	return shm_unlink(name->text) < 0 && errno != ENOENT ? -errno : 0;
}

/* Copy the word in or out, 0 in its place means that there is none. */
static int memory_touch(int end, void *word, bool puts)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, end, 0);

	if (at == MAP_FAILED)
		return -errno;
	if (puts) {
		memcpy(at, word, ENDPOINT_WORD);
	} else {
		memcpy(word, at, ENDPOINT_WORD);
		memset(at, 0, ENDPOINT_WORD);
	}
	munmap(at, page);
	return 0;
}

static int memory_put(int end, const void *word, unsigned int flags)
{
	char copy[ENDPOINT_WORD];

	(void)flags;
	memcpy(copy, word, sizeof(copy));
	return memory_touch(end, copy, true);
}

static ssize_t memory_get(int end, void *word, unsigned int flags)
{
	const char none[ENDPOINT_WORD] = {0};
	int err = memory_touch(end, word, false);

	(void)flags;
	if (err)
		return err;
	return memcmp(word, none, sizeof(none)) ? ENDPOINT_WORD : -EAGAIN;
}

const struct endpoint_kind endpoint_shm = {
	.stand_in = "shm_open(3): the links' own memory has no name",
	.rule = {[ENDPOINT_OBJECT] = {ENDPOINT_IN_KERNEL, -EEXIST, -ENOENT, 0}},
	.journal = "shm-name",
	.probe = memory_probe,
	.bind = memory_bind,
	.find = memory_find,
	.unlink = memory_unlink,
	.close = close_descriptor,
	.put = memory_put,
	.get = memory_get,
};
