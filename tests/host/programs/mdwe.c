/*
 * mdwe CMD...: runs CMD, which may not execute memory that it has written, nor
 * may any program that CMD starts (PR_SET_MDWE of Linux 6.3).
 * mdwe: prints 1 if that is so, otherwise 0.
 */
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

/* PR_SET_MDWE and PR_GET_MDWE; the headers may be older. */
enum { SET = 65, GET = 66 };

int main(int argc, char **argv)
{
	if (argc == 1) {
		printf("%d\n", prctl(GET, 0, 0, 0, 0) > 0);
		return 0;
	}
	(void)prctl(SET, 1, 0, 0, 0);
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
