/* Knows the socket again by its inode number. */
#include "module/life.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct vns_life *vns_life_new(void)
{
	struct vns_life *life = calloc(1, sizeof(*life));

	if (!life)
		return NULL;
	life->fd = -1;
	return life;
}

void vns_life_begin(struct vns_life *life, int connection)
{
	struct stat st = { 0 };

	(void)fstat(connection, &st);
	life->inode = st.st_ino;
	life->fd = connection;
	life->owner = getpid();
}

int vns_life_take(struct vns_life *life)
{
	int connection = life ? life->fd : -1;
	struct stat st;

	if (connection < 0 || life->owner != getpid())
		return -1;
	life->fd = -1;
	return fstat(connection, &st) == 0 && st.st_ino == life->inode ?
		       connection :
		       -1;
}

void vns_life_end(struct vns_life *life)
{
	int connection = vns_life_take(life);

	if (connection >= 0)
		close(connection);
}
