// The part of the Arduino core that the sketch needs, for Linux: Serial1 is the tty, Serial is
// standard output.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// Milliseconds since the start; they wrap as on a board.
unsigned long millis();
void delay(unsigned long milliseconds);
// Lets others run: here it waits for input, at most for 10 ms.
void yield();

class Stream {
public:
	virtual ~Stream() = default;
	virtual int available() = 0;
	virtual int read() = 0;
	virtual size_t write(const uint8_t *bytes, size_t count) = 0;
	size_t print(const char *text) { return write(reinterpret_cast<const uint8_t *>(text), strlen(text)); }
};

#include "HostSerial.h"

class Console {
public:
	void begin(unsigned long) {}
	void println(const char *text) {
		puts(text);
		fflush(stdout);
	}
};

extern HostSerial Serial1;
extern Console Serial;
