/* SPDX-License-Identifier: MIT */
/* Where the endpoints of a trial meet: names that nobody else has. */
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "ipc/backend.h"
#include "ipc/endpoint.h"
#include "ipc/names.h"

const char *const endpoint_naming_names[ENDPOINT_NAMINGS + 1] = {
	"own", "path", "abstract", "port", "object", "key", NULL};
const char *const endpoint_life_names[ENDPOINT_LIVES + 1] = {
	"until it is closed", "until it is unlinked", "in the kernel", NULL};
const char *const endpoint_option_names[ENDPOINT_OPTIONS + 1] = {
	"O_NONBLOCK",  "SO_SNDBUF",   "SO_RCVBUF",
	"SO_SNDTIMEO", "SO_RCVTIMEO", "SO_KEEPALIVE",
	"SO_PASSCRED", "TCP_NODELAY", NULL};

static const char *directory(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir == '/' ? dir : "/tmp";
}

static bool has_names(const struct endpoint_kind *kind,
		      enum endpoint_naming naming)
{
	return kind->rule[naming].taken != 0;
}

/* The first that it has, unless one is asked for. */
enum endpoint_naming endpoint_naming_of(const struct endpoint_kind *kind,
					enum endpoint_naming naming)
{
	while (naming == ENDPOINT_OWN || naming >= ENDPOINT_NAMINGS) {
		naming = ENDPOINT_PATH;
		while (naming < ENDPOINT_NAMINGS - 1 &&
		       !has_names(kind, naming))
			naming++;
	}
	return naming;
}

int endpoint_probe_path(enum endpoint_naming naming, struct why *why)
{
	struct endpoint_name unused;

	if (naming != ENDPOINT_PATH)
		return 0;
	if (strlen(directory()) + sizeof("/ipcbench-0123456789abcdef") >
	    sizeof(unused.text))
		return why_not(why, -ENAMETOOLONG,
			       "a path in %.100s is longer than %zu B "
			       "(sun_path)",
			       directory(), sizeof(unused.text) - 1);
	if (access(directory(), W_OK | X_OK) < 0)
		return why_not(why, -errno, "a name in %.100s: %s", directory(),
			       strerror(errno));
	return 0;
}

int endpoint_check(const struct ipc_impl *impl, uint32_t needs,
		   enum endpoint_naming naming, struct why *why)
{
	const struct endpoint_kind *kind = impl->endpoint;

	if (!kind)
		return why_not(why, -ENOTSUP,
			       "its link is inherited and has no name: there "
			       "is no endpoint to be found");
	if (needs & ~kind->can & ENDPOINT_LISTENS)
		return why_not(why, -ENOTSUP,
			       "accepts no connections: whoever has the name "
			       "may send at once");
	if (needs & ~kind->can & ENDPOINT_CONNECTS)
		return why_not(why, -ENOTSUP,
			       "has no connections: whoever opens it by its "
			       "name may use it, and no two are linked");
	if (needs & ~kind->can & ENDPOINT_FORMS)
		return why_not(why, -ENOTSUP,
			       "is no socket: it has one form of each call");
	if (naming != ENDPOINT_OWN && !has_names(kind, naming))
		return why_not(why, -ENOTSUP, "has names of another kind: %s",
			       endpoint_naming_names[endpoint_naming_of(
				       kind, ENDPOINT_OWN)]);
	naming = endpoint_naming_of(kind, naming);
	return kind->probe ? kind->probe(naming, why) : 0;
}

/* An address of this site alone: a port of it is nobody else's, also not
 * after it was closed. */
static int fresh_address(uint32_t *address)
{
	const uint32_t host = (1u << 24) - 1;
	uint32_t bits;

	if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
		return -EAGAIN;
	/* Neither the net's first nor its last one, nor 127.0.x.x. */
	*address = INADDR_LOOPBACK | (bits & host) | 1u << 16;
	if ((*address & host) == host)
		*address ^= 2;
	return 0;
}

/* No one else has so long a random name; it goes with its socket. */
static int fresh_abstract(struct endpoint_name *name)
{
	uint64_t bits;

	if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
		return -EAGAIN;
	snprintf(name->text, sizeof(name->text), "@ipcbench-%016llx",
		 (unsigned long long)bits);
	return 0;
}

static int fresh_name(const struct endpoint_kind *kind,
		      struct endpoint_name *name, enum endpoint_naming naming)
{
	char prefix[sizeof(name->text)];

	name->naming = naming;
	switch (naming) {
	case ENDPOINT_PORT:
		return fresh_address(&name->address);
	case ENDPOINT_ABSTRACT:
		return fresh_abstract(name);
	case ENDPOINT_KEY:
		name->key = names_sysv_key(kind->journal);
		return name->key < 0 ? name->key : 0;
	default:
		break;
	}
	if (snprintf(prefix, sizeof(prefix), "%s/ipcbench-",
		     naming == ENDPOINT_PATH ? directory() : "") >=
	    (int)sizeof(prefix))
		return -ENAMETOOLONG;
	return names_fresh(kind->journal, prefix, name->text,
			   sizeof(name->text));
}

int endpoint_open(const struct ipc_impl *impl, enum endpoint_naming naming,
		  struct endpoint_site **made, struct why *why)
{
	const struct endpoint_kind *kind = impl->endpoint;
	struct endpoint_site *site;
	int err = 0;

	naming = endpoint_naming_of(kind, naming);
	site = mmap(NULL, sizeof(*site), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (site == MAP_FAILED)
		return why_not(why, -errno, "the names' memory: %s",
			       strerror(errno));
	site->kind = kind;
	site->rule = kind->rule[naming];
	for (int i = 0; i < ENDPOINT_NAMES && !err; i++)
		err = fresh_name(kind, &site->name[i], naming);
	if (!err && kind->connectionless)
		err = fresh_name(kind, &site->client,
				 naming == ENDPOINT_PORT ? ENDPOINT_PORT
							 : ENDPOINT_ABSTRACT);
	if (err) {
		munmap(site, sizeof(*site));
		return why_not(why, err, "a name: %s", strerror(-err));
	}
	*made = site;
	return 0;
}

/* Whatever a node that was killed has left. Names of a socket that has no
 * unlink are gone with it. */
void endpoint_close(struct endpoint_site *site)
{
	for (int i = 0; i < ENDPOINT_NAMES; i++)
		site->kind->unlink(&site->name[i]);
	munmap(site, sizeof(*site));
}

int endpoint_bound(const struct endpoint_kind *kind, struct endpoint_name *name)
{
	int end = kind->make ? kind->make() : -1;
	int err;

	if (kind->make && end < 0)
		return end;
	err = kind->bind(name, &end);
	if (err && kind->make)
		kind->close(end);
	return err ? err : end;
}

int endpoint_found(const struct endpoint_kind *kind,
		   const struct endpoint_name *name, unsigned int flags)
{
	int end = kind->make ? kind->make() : -1;
	int err;

	if (kind->make && end < 0)
		return end;
	err = kind->find(name, &end, flags);
	if (err && kind->make)
		kind->close(end);
	return err ? err : end;
}

int endpoint_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = -1; /* its own */

	if (!dir)
		return -errno;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

const char *endpoint_error(int err)
{
	const char *name = err < 0 ? strerrorname_np(-err) : "0";

	return name ? name : "an unknown error";
}
