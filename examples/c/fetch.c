/*
 * Downloads a file through the FTP client of an ADH8066 module. If the
 * download is cut, it resumes it where it was.
 *
 *	fetch TTY NAME FILE
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SERVER "\"192.0.2.1\",21,\"user\",\"secret\""
#define END "\r\nNO CARRIER\r\n"

enum { TRIES = 5, LINE = 256, END_SIZE = sizeof END - 1 };

/* Input that was read and not used yet: one read may bring half a line, or three. */
struct modem {
	int tty;
	size_t start, size;
	char input[4096];
};

static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("fetch: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

/* Seconds on a clock that is never set. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void modem_open(struct modem *m, const char *path)
{
	struct termios t;

	m->start = m->size = 0;
	/* O_NONBLOCK: without it a serial port may wait for DCD here. */
	m->tty = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (m->tty < 0 || tcgetattr(m->tty, &t) < 0)
		fail("%s: %s", path, strerror(errno));
	/* Raw: no echo, no line editing, all 8 bits pass unchanged. */
	t.c_iflag = IGNBRK;
	t.c_oflag = 0;
	t.c_lflag = 0;
	t.c_cflag = CS8 | CREAD | CLOCAL;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	cfsetispeed(&t, B115200);
	cfsetospeed(&t, B115200);
	if (tcsetattr(m->tty, TCSANOW, &t) < 0)
		fail("%s: %s", path, strerror(errno));
}

/* Waits until the tty can be read or written; returns 0 after deadline. */
static int ready(struct modem *m, int to_write, double deadline)
{
	for (;;) {
		double left = deadline - now();
		struct timeval t;
		fd_set set;
		int n;

		if (left < 0)
			left = 0;
		t.tv_sec = (time_t)left;
		t.tv_usec = (suseconds_t)((left - (double)t.tv_sec) * 1e6);
		FD_ZERO(&set);
		FD_SET(m->tty, &set);
		n = select(m->tty + 1, to_write ? NULL : &set, to_write ? &set : NULL, NULL, &t);
		if (n >= 0)
			return n;
		if (errno != EINTR)
			fail("select: %s", strerror(errno));
	}
}

/* Reads once into the empty buffer; returns 0 when nothing comes before deadline. */
static int fill(struct modem *m, double deadline)
{
	ssize_t n;

	do {
		if (!ready(m, 0, deadline))
			return 0;
		n = read(m->tty, m->input, sizeof m->input);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	if (n <= 0)
		fail("the modem has gone: %s", n < 0 ? strerror(errno) : "end of file");
	m->start = 0;
	m->size = (size_t)n;
	return 1;
}

/* Takes one byte, or -1 when none comes before deadline. */
static int take(struct modem *m, double deadline)
{
	if (m->size == 0 && !fill(m, deadline))
		return -1;
	m->size--;
	return (unsigned char)m->input[m->start++];
}

/*
 * Takes the next line that is not empty, without its end; returns 0 if it is not
 * complete before deadline.
 */
static int take_line(struct modem *m, char line[LINE], double deadline)
{
	size_t n = 0;
	int c;

	while ((c = take(m, deadline)) >= 0) {
		if (c == '\n' && n > 0) {
			line[n] = '\0';
			return 1;
		}
		if (c != '\r' && c != '\n' && n < LINE - 1)
			line[n++] = (char)c;
	}
	return 0;
}

static void send_line(struct modem *m, const char *command, double deadline)
{
	char line[LINE];
	size_t done = 0, size = (size_t)snprintf(line, sizeof line, "%s\r", command);

	if (size >= sizeof line)
		fail("%s: too long", command);
	while (done < size) {
		ssize_t n;

		if (!ready(m, 1, deadline))
			fail("%s: the modem takes no input", command);
		n = write(m->tty, line + done, size - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EAGAIN && errno != EINTR)
			fail("%s: %s", command, strerror(errno));
	}
}

static int starts(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/*
 * Sends a command and waits for its final result. Returns 1 for OK and
 * CONNECT, 0 for an error, -1 if there is none in time. If there is a name, value
 * becomes what follows it in the last line that starts with it.
 */
static int ask(struct modem *m, const char *command, double limit, const char *name, char value[LINE])
{
	double deadline = now() + limit;
	char line[LINE];

	if (name)
		value[0] = '\0';
	send_line(m, command, deadline);
	while (take_line(m, line, deadline)) {
		if (strcmp(line, "OK") == 0 || strcmp(line, "CONNECT") == 0)
			return 1;
		if (starts(line, "ERROR") || starts(line, "+CME ERROR") || strcmp(line, "NO CARRIER") == 0)
			return 0;
		if (name && starts(line, name))
			strcpy(value, line + strlen(name));
	}
	return -1;
}

/* Sends a command that must succeed. */
static void must(struct modem *m, const char *command, const char *name, char value[LINE])
{
	int result = ask(m, command, 150, name, value);

	if (result != 1)
		fail("%s: %s", command, result == 0 ? "refused" : "no answer");
	if (name && value[0] == '\0')
		fail("%s: no %s in the answer", command, name);
}

/* Waits for a modem that may be starting, or may still send an old answer. */
static void wake(struct modem *m)
{
	int i;

	for (i = 0; i < 30; i++) {
		tcflush(m->tty, TCIFLUSH);
		m->size = 0;
		if (ask(m, "AT", 1, NULL, NULL) == 1) {
			must(m, "ATE0", NULL, NULL);
			return;
		}
	}
	fail("the modem does not answer AT");
}

/* Activates GPRS, as soon as there is a network. */
static void go_online(struct modem *m)
{
	const struct timespec pause = { 0, 500 * 1000 * 1000 }; /* between two attempts */
	double deadline = now() + 120;
	char value[LINE];

	for (;;) {
		must(m, "AT+CREG?", "+CREG: ", value);
		if (strcmp(value, "0,1") == 0 || strcmp(value, "0,5") == 0)
			break;
		if (now() > deadline)
			fail("no network");
		nanosleep(&pause, NULL);
	}
	must(m, "AT+AIPA=1", NULL, NULL);
}

/*
 * Logs in, unless the connection to the server is still open. Returns the size
 * of the file.
 */
static long log_in(struct modem *m, const char *name)
{
	char command[LINE], value[LINE], *end;
	long size;

	must(m, "AT+AFTPO?", "+AFTPC: ", value);
	if (strcmp(value, "0") == 0)
		must(m, "AT+AFTPO=" SERVER, NULL, NULL);
	must(m, "AT+AFTPTYPE=0", NULL, NULL);
	snprintf(command, sizeof command, "AT+AFTPSIZE=\"%s\"", name);
	must(m, command, "+AFTPSIZE: ", value);
	size = strtol(value, &end, 10);
	if (end == value || size < 0)
		fail("%s: the size is %s", name, value);
	return size;
}

/*
 * Writes the data of data mode; returns how many bytes of size came before its
 * end. A file may contain NO CARRIER, so that is the end only at the size, or if
 * nothing follows for a second. Until then it is held back.
 */
static long take_data(struct modem *m, FILE *file, long size)
{
	char held[END_SIZE];
	size_t n = 0;
	long done = 0;

	for (;;) {
		int complete = n == END_SIZE, at_end = complete && memcmp(held, END, END_SIZE) == 0;
		int c;

		if (at_end && done == size)
			return done;
		c = take(m, now() + (at_end ? 1 : 60));
		if (c < 0 && at_end)
			return done;
		if (c < 0 || done > size)
			fail("no end of the data after %ld bytes of %ld", done, size);
		if (complete) {
			if (putc((unsigned char)held[0], file) == EOF)
				fail("writing: %s", strerror(errno));
			done++;
			memmove(held, held + 1, --n);
		}
		held[n++] = (char)c;
	}
}

/* Downloads from an offset on; returns how many bytes came. */
static long retrieve(struct modem *m, const char *name, FILE *file, long offset, long size)
{
	char command[LINE];

	must(m, "AT+AFTPPASV=1", NULL, NULL);
	snprintf(command, sizeof command, "AT+AFTPREST=%ld", offset);
	must(m, command, NULL, NULL);
	snprintf(command, sizeof command, "AT+AFTPRETR=\"%s\"", name);
	must(m, command, NULL, NULL);
	must(m, "AT+AFTPDATA", NULL, NULL);
	return take_data(m, file, size - offset);
}

static unsigned long crc_add(unsigned long crc, unsigned long byte)
{
	int i;

	crc ^= byte << 24;
	for (i = 0; i < 8; i++)
		crc = (crc & 0x80000000 ? crc << 1 ^ 0x04c11db7 : crc << 1) & 0xffffffff;
	return crc;
}

/* The checksum of POSIX: the one of the command cksum. */
static unsigned long cksum(FILE *file)
{
	unsigned long crc = 0, size = 0;
	int c;

	rewind(file);
	for (; (c = getc(file)) != EOF; size++)
		crc = crc_add(crc, (unsigned long)c);
	for (; size > 0; size >>= 8)
		crc = crc_add(crc, size & 0xff);
	return ~crc & 0xffffffff;
}

int main(int argc, char **argv)
{
	struct modem m;
	FILE *file;
	long done = 0, size = -1;
	int i;

	if (argc != 4) {
		fputs("usage: fetch TTY NAME FILE\n", stderr);
		return 2;
	}
	file = fopen(argv[3], "wb+");
	if (!file)
		fail("%s: %s", argv[3], strerror(errno));
	modem_open(&m, argv[1]);
	for (i = 0; done != size; i++) {
		if (i == TRIES)
			fail("%s: cut %d times, the last time after %ld bytes of %ld", argv[2], TRIES, done, size);
		wake(&m);
		go_online(&m);
		size = log_in(&m, argv[2]);
		done += retrieve(&m, argv[2], file, done, size);
	}
	must(&m, "AT+AFTPC", NULL, NULL);
	must(&m, "AT+AIPA=0", NULL, NULL);
	close(m.tty);
	printf("%lu %ld %s\n", cksum(file), size, argv[3]);
	if (fclose(file) == EOF)
		fail("%s: %s", argv[3], strerror(errno));
	return 0;
}
