/* A pty for the programs that a benchmark compares the modem with. */

#define _XOPEN_SOURCE 600

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

/*
 * open_raw_pty prints the path of the host's end and returns the other end. It
 * keeps the host's end open, so that a host that closes it causes no hang-up.
 */
static int open_raw_pty(void)
{
	struct termios t;
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		fail("open a pty");
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (slave < 0 || tcgetattr(slave, &t) < 0)
		fail("open the host's end");
	t.c_iflag = 0;
	t.c_oflag &= ~OPOST;
	t.c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	t.c_cflag = (t.c_cflag & ~(CSIZE | PARENB)) | CS8 | CREAD;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (tcsetattr(slave, TCSANOW, &t) < 0)
		fail("set it raw");
	printf("%s\n", ptsname(master));
	fflush(stdout);
	return master;
}

static size_t read_some(int fd, char *buf, size_t size)
{
	ssize_t n = read(fd, buf, size);
	if (n <= 0)
		fail("read");
	return n;
}

static void write_all(int fd, const char *buf, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, buf, size);
		if (n < 0)
			fail("write");
		buf += n;
		size -= n;
	}
}
