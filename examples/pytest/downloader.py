"""Downloads a file through the FTP client of an ADH8066 module. If the download is cut, it resumes it.

    python3 downloader.py /dev/ttyUSB0 firmware.bin
"""

import sys
import time

import serial

SERVER = '"192.0.2.1",21,"user","secret"'


class ModemError(Exception):
    """The modem answered with an error, or did not answer in time."""


class Modem:
    """A serial line to a modem."""

    def __init__(self, port):
        self.serial = serial.Serial(port, 115200, timeout=1, exclusive=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.serial.close()

    def line(self, deadline):
        """The next line that is not empty. A line may come in several pieces."""
        text = b""
        while not text.endswith(b"\n") or not text.strip():
            if time.monotonic() > deadline:
                raise ModemError(f"no answer in time, only {text!r}")
            text += self.serial.read_until(b"\n")  # waits a second at most
        return text.decode("ascii", "replace").strip()

    def command(self, command, limit=60):
        """Sends a command; returns the lines of its answer before the final result."""
        deadline = time.monotonic() + limit
        self.serial.write(command.encode() + b"\r")
        answer = []
        while True:
            try:
                line = self.line(deadline)
            except ModemError as error:
                raise ModemError(f"{command}: {error}") from None
            if line in ("OK", "CONNECT"):
                return answer
            if line == "NO CARRIER" or line.startswith(("ERROR", "+CME ERROR")):
                raise ModemError(f"{command}: {line}")
            if line != command:  # the echo
                answer.append(line)

    def ask(self, command, name):
        """The value behind a name in the answer to a command."""
        answer = self.command(command)
        for line in answer:
            if line.startswith(name + ":"):
                return line[len(name) + 1 :].strip()
        raise ModemError(f"{command}: no {name} in {answer}")

    def wake(self):
        """Waits for a modem that may be starting, or may still send an old answer."""
        for _ in range(30):
            self.serial.reset_input_buffer()
            try:
                self.command("AT", limit=1)
                return self.command("ATE0")
            except ModemError:
                pass
        raise ModemError("the modem does not answer AT")

    def signal(self):
        """The signal strength in dBm, or None if it is unknown."""
        level = int(self.ask("AT+CSQ", "+CSQ").split(",")[0])
        return None if level == 99 else 2 * level - 113

    def connect(self, limit=120):
        """Activates GPRS, as soon as there is a network."""
        deadline = time.monotonic() + limit
        while self.ask("AT+CREG?", "+CREG").split(",")[1] not in ("1", "5"):
            if time.monotonic() > deadline:
                raise ModemError("no network")
            time.sleep(0.5)  # often enough
        self.command("AT+AIPA=1", limit=150)

    def log_in(self):
        """Logs in to the server, unless the connection is still open."""
        if self.ask("AT+AFTPO?", "+AFTPC") == "0":
            self.command("AT+AFTPO=" + SERVER)
        self.command("AT+AFTPTYPE=0")

    def retrieve(self, name, offset, size):
        """The content of a file from an offset on, to its end or to where the transfer is cut."""
        self.command("AT+AFTPPASV=1")
        self.command(f"AT+AFTPREST={offset}")
        self.command(f'AT+AFTPRETR="{name}"')
        self.command("AT+AFTPDATA")
        return self.data(size - offset)

    def data(self, size, limit=60):
        """Reads data mode to its end: a NO CARRIER at the size or before a silence.

        The file may contain NO CARRIER too.
        """
        end = b"\r\nNO CARRIER\r\n"
        data = b""
        deadline = time.monotonic() + limit
        while len(data) < size + len(end):
            piece = self.serial.read(min(size + len(end) - len(data), 4096))  # at most a second
            data += piece
            if piece:
                deadline = time.monotonic() + limit
            elif data.endswith(end):
                break
            elif time.monotonic() > deadline:
                raise ModemError(f"nothing came for {limit} s after {len(data)} bytes of {size}")
        if not data.endswith(end):
            raise ModemError(f"no end after {size} bytes")
        return data[: -len(end)]


def download(modem, name, file, attempts=5):
    """Writes the rest of a file on the server, from the position of the local file on."""
    for _ in range(attempts):
        modem.wake()
        modem.connect()
        modem.log_in()
        size = int(modem.ask(f'AT+AFTPSIZE="{name}"', "+AFTPSIZE"))
        file.write(modem.retrieve(name, file.tell(), size))
        if file.tell() == size:
            modem.command("AT+AFTPC")
            modem.command("AT+AIPA=0")
            return
    raise ModemError(f"{name}: cut {attempts} times, the last time after {file.tell()} bytes of {size}")


if __name__ == "__main__":
    with Modem(sys.argv[1]) as modem, open(sys.argv[2], "ab") as local:
        download(modem, sys.argv[2], local)
        print(f"{sys.argv[2]}: {local.tell()} bytes")
