#pragma once

// A serial port of the host. It ends the program with a message if the port cannot be used, since a
// board's UART does not go away.
class HostSerial : public Stream {
public:
	void open(const char *path);
	void begin(unsigned long baud);
	int available() override;
	int read() override;
	size_t write(const uint8_t *bytes, size_t count) override;
	// Waits for input, at most for so many milliseconds.
	void wait(int milliseconds);

private:
	int fd_ = -1;
	uint8_t buffer_[512];
	size_t next_ = 0, end_ = 0;
};
