/*
 * Sends an echo request to 127.0.0.1 and waits for the reply, as ping(8) of
 * iputils does without power: by a socket that any user may have whose group is
 * in net.ipv4.ping_group_range.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

int main(void)
{
	const struct timeval patience = { .tv_sec = 5 };
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct icmphdr echo = { .type = ICMP_ECHO }, reply;
	int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);

	if (fd < 0)
		err(2, "socket");
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (sendto(fd, &echo, sizeof(echo), 0, (struct sockaddr *)&to,
		   sizeof(to)) != sizeof(echo))
		err(1, "sendto");
	if (recv(fd, &reply, sizeof(reply), 0) != sizeof(reply) ||
	    reply.type != ICMP_ECHOREPLY)
		err(1, "recv");
	puts("1 received");
	return 0;
}
