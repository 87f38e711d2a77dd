#include "GsmModem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace {

// Milliseconds.
constexpr unsigned long ANSWER = 5000;   // for a command that the module answers by itself
constexpr unsigned long NETWORK = 90000; // for one that waits for the network or the server
constexpr unsigned long SYNC = 1000;     // for the answer to the first command
constexpr unsigned long POLL = 500;      // between two questions about the network
constexpr unsigned long QUIET = 500;     // silence after which NO CARRIER is the end of data mode
constexpr unsigned long STALLED = 45000; // without a byte in data mode

const char *const FINAL_RESULTS[] = {"OK", "CONNECT", "NO CARRIER", "ERROR", "+CME ERROR"};
// What ends data mode when the connection is lost.
const char *const ENDS[] = {"\r\nNO CARRIER\r\n", "\r\nERROR\r\n"};
constexpr size_t LONGEST_END = 14;

bool startsWith(const char *text, const char *prefix) {
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool isFinal(const char *line) {
	for (const char *result : FINAL_RESULTS) {
		if (startsWith(line, result)) return true;
	}
	return false;
}

// How many of the bytes come before an end of data mode; all, if there is none.
size_t beforeEnd(const char *bytes, size_t count) {
	for (const char *end : ENDS) {
		size_t length = strlen(end);
		if (count >= length && memcmp(bytes + count - length, end, length) == 0) return count - length;
	}
	return count;
}

} // namespace

bool GsmModem::begin() {
	for (int i = 0; i < 5; i++) {
		drop();
		if (run("ATE0", SYNC)) return true;
		serial_.print("+++"); // it may be in data mode
		readLine(millis(), SYNC);
	}
	return false;
}

bool GsmModem::waitForNetwork(unsigned long timeout) {
	unsigned long start = millis();
	do {
		if (!run("AT+CREG?", ANSWER, "+CREG:")) return false;
		const char *comma = strchr(value_, ',');
		if (comma != nullptr && (comma[1] == '1' || comma[1] == '5')) return true;
		delay(POLL);
	} while (millis() - start < timeout);
	return false;
}

bool GsmModem::activate(const char *apn) {
	char command[sizeof command_];
	snprintf(command, sizeof command, "AT+AIPDCONT=\"%s\"", apn);
	return run(command, ANSWER) && run("AT+AIPA=1", NETWORK);
}

bool GsmModem::login(const char *address, const char *user, const char *password) {
	char command[sizeof command_];
	snprintf(command, sizeof command, "AT+AFTPO=\"%s\",21,\"%s\",\"%s\"", address, user, password);
	return run(command, NETWORK) && run("AT+AFTPTYPE=0", NETWORK);
}

bool GsmModem::size(const char *name, uint32_t &bytes) {
	char command[sizeof command_];
	snprintf(command, sizeof command, "AT+AFTPSIZE=\"%s\"", name);
	if (!run(command, NETWORK, "+AFTPSIZE:")) return false;
	char *end = nullptr;
	bytes = static_cast<uint32_t>(strtoul(value_, &end, 10));
	return end != value_;
}

bool GsmModem::retrieve(const char *name, uint32_t offset, uint32_t size, Sink sink) {
	char command[sizeof command_];
	if (!run("AT+AFTPPASV=1", NETWORK)) return false;
	if (offset > 0) {
		snprintf(command, sizeof command, "AT+AFTPREST=%lu", static_cast<unsigned long>(offset));
		if (!run(command, NETWORK)) return false;
	}
	snprintf(command, sizeof command, "AT+AFTPRETR=\"%s\"", name);
	return run(command, NETWORK) && run("AT+AFTPDATA", NETWORK) && readData(size - offset, sink);
}

void GsmModem::end() {
	run("AT+AFTPC", NETWORK);
	run("AT+AIPA=0", NETWORK);
}

// Sends a command line and waits for its final result. True: OK or CONNECT. If there is a prefix,
// the answer must contain a line with it, and the value is the rest of that line.
bool GsmModem::run(const char *command, unsigned long timeout, const char *prefix) {
	snprintf(command_, sizeof command_, "%s", command);
	value_[0] = '\0';
	serial_.print(command);
	serial_.print("\r");
	for (unsigned long start = millis(); readLine(start, timeout);) {
		if (isFinal(line_)) {
			snprintf(result_, sizeof result_, "%.*s", static_cast<int>(sizeof result_ - 1), line_);
			return (startsWith(line_, "OK") || startsWith(line_, "CONNECT")) && (prefix == nullptr || value_[0] != '\0');
		}
		if (prefix != nullptr && startsWith(line_, prefix)) { // others are the echo, or unsolicited
			const char *value = line_ + strlen(prefix);
			while (*value == ' ') value++;
			snprintf(value_, sizeof value_, "%.*s", static_cast<int>(sizeof value_ - 1), value);
		}
	}
	snprintf(result_, sizeof result_, "timeout");
	return false;
}

// Reads the next line that is not empty, within timeout from start. What does not fit is dropped.
bool GsmModem::readLine(unsigned long start, unsigned long timeout) {
	size_t length = 0;
	for (;;) {
		unsigned long passed = millis() - start;
		int byte = passed < timeout ? readByte(timeout - passed) : -1;
		if (byte < 0) return false;
		if (byte == '\n' && length > 0) break;
		if (byte != '\r' && byte != '\n' && length < sizeof line_ - 1) line_[length++] = static_cast<char>(byte);
	}
	line_[length] = '\0';
	return true;
}

// Reads what comes after CONNECT. The last bytes are held back, since they may be the end of data
// mode and not of the file.
bool GsmModem::readData(uint32_t left, Sink sink) {
	char kept[LONGEST_END];
	size_t count = 0;
	while (count < left) {
		int byte = readByte(QUIET);
		if (byte >= 0) {
			if (count == sizeof kept) {
				sink(static_cast<uint8_t>(kept[0]));
				left--;
				memmove(kept, kept + 1, --count);
			}
			kept[count++] = static_cast<char>(byte);
			continue;
		}
		size_t data = beforeEnd(kept, count);
		if (data < count) {
			for (size_t i = 0; i < data; i++) sink(static_cast<uint8_t>(kept[i]));
			snprintf(result_, sizeof result_, "cut");
			return false;
		}
		unsigned long start = millis();
		while (!serial_.available()) {
			if (millis() - start >= STALLED) {
				snprintf(result_, sizeof result_, "stalled");
				return false;
			}
			yield();
		}
	}
	for (size_t i = 0; i < count; i++) sink(static_cast<uint8_t>(kept[i]));
	return readLine(millis(), ANSWER) && strcmp(line_, "NO CARRIER") == 0;
}

// The next byte, or -1 when there is none in time.
int GsmModem::readByte(unsigned long timeout) {
	for (unsigned long start = millis(); !serial_.available();) {
		if (millis() - start >= timeout) return -1;
		yield();
	}
	return serial_.read();
}

// Drops pending input: the rest of an answer that was too late.
void GsmModem::drop() {
	for (unsigned long start = millis(); serial_.available() && millis() - start < SYNC;) serial_.read();
}
