// An ADH8066 GSM/GPRS module on a serial port: AT commands and downloads with its FTP client. All
// waits have a limit, and no memory is allocated.
#pragma once

#include <Arduino.h>

class GsmModem {
public:
	// Takes one byte of a download.
	using Sink = void (*)(uint8_t byte);

	explicit GsmModem(Stream &serial) : serial_(serial) {}

	// Finds the module in command mode, or brings it there, and turns its echo off.
	bool begin();
	// Waits until the module is registered, at home or roaming.
	bool waitForNetwork(unsigned long timeout);
	bool activate(const char *apn);
	bool login(const char *address, const char *user, const char *password);
	// Asks for the size of a file in bytes.
	bool size(const char *name, uint32_t &bytes);
	// Passes the bytes from offset to size to sink. False: the download ended before.
	bool retrieve(const char *name, uint32_t offset, uint32_t size, Sink sink);
	// Closes the FTP connection and GPRS, whichever are open.
	void end();

	// The last command, and what ended it: its final result, or "timeout".
	const char *command() const { return command_; }
	const char *result() const { return result_; }

private:
	bool run(const char *command, unsigned long timeout, const char *prefix = nullptr);
	bool readLine(unsigned long start, unsigned long timeout);
	bool readData(uint32_t left, Sink sink);
	int readByte(unsigned long timeout);
	void drop();

	Stream &serial_;
	char command_[128] = "";
	char line_[128] = "";   // the last line read
	char value_[32] = "";   // what followed the prefix of the last command
	char result_[32] = "";
};
