/* Moves bytes through a pty, and does no more than it must. It takes lines from the host:
 *
 *	d N	N bytes go to the host
 *	u N	a newline goes to the host, N bytes come from it, a newline goes to it
 */

#include "rawpty.h"

static char buf[64 << 10];

static void download(int master, size_t left)
{
	while (left > 0) {
		size_t n = left < sizeof buf ? left : sizeof buf;
		write_all(master, buf, n);
		left -= n;
	}
}

static void upload(int master, size_t left)
{
	write_all(master, "\n", 1);
	while (left > 0)
		left -= read_some(master, buf, left < sizeof buf ? left : sizeof buf);
	write_all(master, "\n", 1);
}

int main(void)
{
	char line[64];
	int master = open_raw_pty();

	for (;;) {
		line[read_some(master, line, sizeof line - 1)] = '\0';
		size_t size = strtoull(line + 1, NULL, 10);
		if (line[0] == 'd')
			download(master, size);
		else
			upload(master, size);
	}
}
