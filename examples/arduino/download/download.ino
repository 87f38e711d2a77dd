// Downloads a file through a module on Serial1, and resumes it after a cut. Serial has the result.

#include <Arduino.h>

#include "GsmModem.h"

const char APN[] = "internet";
const char ADDRESS[] = "192.0.2.1";
const char USER[] = "user";
const char PASSWORD[] = "secret";
const char FILE_NAME[] = "fw.bin";

const int ATTEMPTS = 5;
const unsigned long REGISTRATION = 60000; // ms for the network to come back
const unsigned long PAUSE = 6000;         // ms after an attempt without progress

GsmModem modem(Serial1);

uint32_t fileSize, received, crc;
int attempts;
int outcome = -1; // 0: downloaded, 1: given up

void forget(uint32_t size) {
	fileSize = size;
	received = 0;
	crc = 0xFFFFFFFF;
}

// A device would write its flash here; this one updates the CRC-32.
void take(uint8_t byte) {
	received++;
	crc ^= byte;
	for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320 : 0);
}

// Tries once to download the rest of the file, whatever state the module is in.
bool fetch() {
	uint32_t size;
	if (!modem.begin()) return false;
	modem.end();
	if (!modem.waitForNetwork(REGISTRATION) || !modem.activate(APN) || !modem.login(ADDRESS, USER, PASSWORD)) return false;
	if (!modem.size(FILE_NAME, size)) return false;
	if (size != fileSize) forget(size); // the file has changed
	if (!modem.retrieve(FILE_NAME, received, fileSize, take)) return false;
	modem.end();
	return true;
}

void setup() {
	Serial.begin(115200);
	Serial1.begin(115200);
	forget(0);
}

void loop() {
	if (outcome >= 0) return;
	char text[200];
	uint32_t before = received;
	attempts++;
	if (fetch()) {
		outcome = 0;
		snprintf(text, sizeof text, "%s: %lu bytes, CRC-32 %08lx", FILE_NAME, static_cast<unsigned long>(received), static_cast<unsigned long>(~crc & 0xFFFFFFFF));
		Serial.println(text);
		return;
	}
	snprintf(text, sizeof text, "attempt %d: %s: %s; %lu bytes so far", attempts, modem.command(), modem.result(), static_cast<unsigned long>(received));
	Serial.println(text);
	if (attempts == ATTEMPTS) outcome = 1;
	else if (received == before) delay(PAUSE);
}
