/* Keeps the socket that a session lives by. */
#include "module/life.h"

#include "system/foreground.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct vns_life *vns_life_new(void)
{
	struct vns_life *life = calloc(1, sizeof(*life));

	if (!life)
		return NULL;
	life->fd = -1;
	life->owner = getpid();
	life->foreground = vns_foreground_look();
	return life;
}

void vns_life_begin(struct vns_life *life, int connection)
{
	struct stat st = { 0 };

	(void)fstat(connection, &st);
	life->inode = st.st_ino;
	life->fd = connection;
}

void vns_life_end(struct vns_life *life)
{
	struct stat st;

	if (life && life->fd >= 0 && life->owner == getpid() &&
	    (fstat(life->fd, &st) < 0 || st.st_ino == life->inode)) {
		close(life->fd);
		life->fd = -1;
	}
}
