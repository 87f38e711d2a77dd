"""A host that is a Python program: pyserial.py TTY NAME FILE fetches NAME through the modem on TTY into FILE.

Then it prints what a pty cannot do."""

import errno
import sys
import termios

import serial

modem = serial.Serial(sys.argv[1], 115200, timeout=30, exclusive=True)


def ask(line):
    """Sends a command line; returns the frames of its answer up to the final result."""
    modem.write(line.encode() + b"\r")
    frames = []
    while True:
        frame = modem.read_until(b"\r\n").decode().strip()
        if frame:
            frames.append(frame)
        if frame in ("OK", "CONNECT"):
            return frames
        if frame in ("ERROR", "NO CARRIER") or not modem.is_open:
            sys.exit(f"{line}: {frames}")


ask("ATE0")
ask("AT+AIPA=1")
ask('AT+AFTPO="192.0.2.1",21,"user","secret"')
ask("AT+AFTPTYPE=0")
size = int(ask(f'AT+AFTPSIZE="{sys.argv[2]}"')[-2].split()[-1])
ask("AT+AFTPPASV=1")
ask(f'AT+AFTPRETR="{sys.argv[2]}"')
ask("AT+AFTPDATA")
with open(sys.argv[3], "wb") as f:
    while size:
        piece = modem.read(min(size, 65536))
        if not piece:
            sys.exit(f"the file stopped {size} bytes before its end")
        f.write(piece)
        size -= len(piece)
if modem.read_until(b"\r\nNO CARRIER\r\n") != b"\r\nNO CARRIER\r\n":
    sys.exit("no end of the file")
ask("ATE1")


def refused(name, do):
    try:
        do()
    except OSError as e:
        print(f"{name}: {errno.errorcode[e.errno]}")
    except termios.error as e:
        print(f"{name}: {errno.errorcode[e.args[0]]}")
    else:
        print(f"{name}: works")


refused("cts", lambda: modem.cts)
refused("dtr", lambda: setattr(modem, "dtr", False))
refused("parity", lambda: setattr(modem, "parity", serial.PARITY_EVEN))
