/*
 * keyring add TEXT CMD...: runs CMD with a session keyring of its own that has
 * a key with TEXT; the key's number is in $KEY.
 * keyring read NUMBER: prints that key.
 */
#include <linux/keyctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int add(char **argv)
{
	char number[32];
	long key;

	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0) {
		perror("keyring: join");
		return 125;
	}
	key = syscall(SYS_add_key, "user", "the host's", argv[0],
		      strlen(argv[0]), KEY_SPEC_SESSION_KEYRING);
	if (key < 0) {
		perror("keyring: add");
		return 125;
	}
	snprintf(number, sizeof(number), "%ld", key);
	setenv("KEY", number, 1);
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}

int main(int argc, char **argv)
{
	char text[256] = "";

	if (argc > 3 && strcmp(argv[1], "add") == 0)
		return add(argv + 2);
	if (argc != 3 || strcmp(argv[1], "read") != 0)
		return 2;
	if (syscall(SYS_keyctl, KEYCTL_READ, atol(argv[2]), text,
		    sizeof(text) - 1) < 0) {
		perror("keyring: read");
		return 1;
	}
	puts(text);
	return 0;
}
