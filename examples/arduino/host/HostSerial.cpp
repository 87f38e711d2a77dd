#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "Arduino.h"

HostSerial Serial1;
Console Serial;

namespace {

constexpr int WRITE_LIMIT = 5000; // milliseconds

[[noreturn]] void fail(const char *what, int error) {
	fprintf(stderr, "%s: %s\n", what, strerror(error));
	exit(1);
}

speed_t speed(unsigned long baud) {
	switch (baud) {
	case 9600: return B9600;
	case 19200: return B19200;
	case 38400: return B38400;
	case 57600: return B57600;
	case 115200: return B115200;
	}
	fail("begin", EINVAL);
}

} // namespace

unsigned long millis() {
	timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return static_cast<uint32_t>(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

void delay(unsigned long milliseconds) {
	poll(nullptr, 0, static_cast<int>(milliseconds));
}

void yield() {
	Serial1.wait(10);
}

void HostSerial::open(const char *path) {
	fd_ = ::open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd_ < 0) fail(path, errno);
}

void HostSerial::begin(unsigned long baud) {
	termios settings;
	if (tcgetattr(fd_, &settings) < 0) fail("tcgetattr", errno);
	cfmakeraw(&settings);
	settings.c_cflag |= CLOCAL | CREAD;
	cfsetspeed(&settings, speed(baud));
	if (tcsetattr(fd_, TCSANOW, &settings) < 0) fail("tcsetattr", errno);
}

int HostSerial::available() {
	if (next_ == end_) {
		ssize_t n = ::read(fd_, buffer_, sizeof buffer_);
		if (n < 0 && errno != EAGAIN && errno != EINTR) fail("read", errno);
		next_ = 0;
		end_ = n > 0 ? static_cast<size_t>(n) : 0;
	}
	return static_cast<int>(end_ - next_);
}

int HostSerial::read() {
	return available() > 0 ? buffer_[next_++] : -1;
}

size_t HostSerial::write(const uint8_t *bytes, size_t count) {
	for (size_t done = 0; done < count;) {
		ssize_t n = ::write(fd_, bytes + done, count - done);
		if (n >= 0) {
			done += static_cast<size_t>(n);
		} else if (errno == EAGAIN) {
			pollfd port = {fd_, POLLOUT, 0};
			if (poll(&port, 1, WRITE_LIMIT) == 0) fail("write", ETIMEDOUT);
		} else if (errno != EINTR) {
			fail("write", errno);
		}
	}
	return count;
}

void HostSerial::wait(int milliseconds) {
	pollfd port = {fd_, POLLIN, 0};
	if (poll(&port, 1, milliseconds) > 0 && (port.revents & (POLLHUP | POLLERR))) fail("the port", EIO);
}
