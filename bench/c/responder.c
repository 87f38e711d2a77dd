/*
 * Answers command lines, and does no more than it must: it echoes its input and
 * answers CR with OK, with as few reads and writes as possible.
 */

#include "rawpty.h"

int main(void)
{
	static const char ok[] = "\r\nOK\r\n";
	char in[4096], out[sizeof in * sizeof ok];
	int master = open_raw_pty();

	for (;;) {
		size_t n = read_some(master, in, sizeof in), length = 0;
		for (size_t i = 0; i < n; i++) {
			out[length++] = in[i];
			if (in[i] == '\r') {
				memcpy(out + length, ok, sizeof ok - 1);
				length += sizeof ok - 1;
			}
		}
		write_all(master, out, length);
	}
}
