/* Keeps the socket that a session lives by. */
#include "module/life.h"

#include "system/foreground.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct vns_life *vns_life_take(struct vns_login *login)
{
	struct vns_life *life = calloc(1, sizeof(*life));
	struct stat st;

	if (!life || fstat(login->life, &st) < 0) {
		free(life);
		return NULL;
	}
	life->fd = login->life;
	life->inode = st.st_ino;
	life->owner = getpid();
	life->foreground = vns_foreground_look();
	login->life = -1;
	return life;
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
