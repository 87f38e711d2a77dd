/* The least that answers a command line: it echoes what comes and answers CR with OK, and reads and writes no more often than it must. */

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
