// Runs the sketch on the tty of the command line, or of MODEMSIM_TTY.

#include <stdlib.h>

#include "Arduino.h"

void setup();
void loop();
extern int outcome;

int main(int argc, char **argv) {
	const char *path = argc > 1 ? argv[1] : getenv("MODEMSIM_TTY");
	if (path == nullptr) {
		fprintf(stderr, "usage: %s TTY\n", argv[0]);
		return 2;
	}
	Serial1.open(path);
	setup();
	while (outcome < 0) loop();
	return outcome;
}
