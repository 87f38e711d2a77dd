"""A host that is a Python program: rfc2217.py URL CHECK [again] runs a check of that name on the modem at URL.

What happens to the modem in a check is told to it by $MODEMSIM ctl. With "again" it connects until it has been told the modem state: pyserial 3.5 never
says WILL COM-PORT-OPTION when the server's DO is faster, and a server may take that for a client that wants no notifications."""

import os
import subprocess
import sys
import time

import serial

PATIENCE = 30
EVERY_BYTE = bytes(b for n in range(256) for b in (n, n, 13, n, 255, n)) * 8



def connect():
    end = time.monotonic() + PATIENCE
    while True:
        port = serial.serial_for_url(sys.argv[1], 115200, timeout=PATIENCE)
        if len(sys.argv) < 4 or knows_state(port):
            return port
        port.close()
        if time.monotonic() > end:
            sys.exit("the server tells no modem state")


def knows_state(port):
    for _ in range(50):
        try:
            return port.cts is not None
        except serial.SerialException:
            time.sleep(0.01)
    return False


modem = connect()


def ask(line):
    """Sends a command line; returns the frames of its answer up to the final result."""
    modem.write(line.encode() + b"\r")
    frames = []
    while True:
        frame = frames_next()
        frames.append(frame)
        if frame in ("OK", "CONNECT"):
            return frames
        if frame in ("ERROR", "NO CARRIER"):
            sys.exit(f"{line}: {frames}")


def frames_next():
    while True:
        line = modem.read_until(b"\r\n")
        if not line.endswith(b"\r\n"):
            sys.exit(f"the modem says no more than {line!r}")
        if line.strip():
            return line.strip().decode()


def ctl(*words):
    subprocess.run([os.environ["MODEMSIM"], "ctl", *words], check=True)


def until(want, **lines):
    """Waits until lines of the modem are what they should be: until(True, cd=lambda: modem.cd)."""
    end = time.monotonic() + PATIENCE
    for name, line in lines.items():
        while line() != want:
            if time.monotonic() > end:
                sys.exit(f"{name} is not {want}")
            time.sleep(0.01)


def cts():
    return modem.cts


def dsr():
    return modem.dsr


def cd():
    return modem.cd


def ri():
    return modem.ri


def log_in():
    ask("AT+AIPA=1")
    ask('AT+AFTPO="192.0.2.1",21,"user","secret"')
    ask("AT+AFTPTYPE=0")


def data_mode(command):
    ask("AT+AFTPPASV=1")
    ask(command)
    ask("AT+AFTPDATA")


def log_out():
    ask("AT+AFTPC")
    ask("AT+AIPA=0")


def check_session():
    log_in()
    data_mode('AT+AFTPRETR="hello.txt"')
    text = modem.read_until(b"\r\nNO CARRIER\r\n")
    if text != b"Hello from the server.\r\n\r\nNO CARRIER\r\n":
        sys.exit(f"the file came as {text!r}")
    data_mode('AT+AFTPSTOR="up.bin"')
    modem.write(EVERY_BYTE)
    modem.write(b"+++")
    if frames_next() != "OK":
        sys.exit("the upload has not ended")
    log_out()


def check_baudrate():
    modem.baudrate = 9600
    ask("AT")
    modem.baudrate = 250000
    ask("AT")


def check_bytesize():
    modem.bytesize = 7
    modem.bytesize = 8


def check_parity():
    for parity in serial.PARITY_NONE, serial.PARITY_ODD, serial.PARITY_EVEN, serial.PARITY_MARK, serial.PARITY_SPACE:
        modem.parity = parity


def check_stopbits():
    modem.stopbits = 2
    modem.stopbits = 1


def check_xonxoff():
    modem.xonxoff = True
    ask("AT")
    modem.xonxoff = False
    ask("AT")


def check_rtscts():
    modem.rtscts = True
    ask("AT")
    modem.rtscts = False
    ask("AT")


def check_dtr():
    modem.dtr = False
    modem.dtr = True


# A host that drops DTR in data mode has hung up (&D2, the default).
def check_hangup():
    log_in()
    data_mode('AT+AFTPSTOR="cut.bin"')
    until(True, cd=cd)
    modem.dtr = False
    until(False, cd=cd)
    modem.dtr = True
    if frames_next() != "OK":  # the result that was owed
        sys.exit("DTR is back, and there is no OK")
    log_out()


def check_rts():
    modem.rts = False
    modem.rts = True


# RTS stops the modem where it was told to obey it.
def check_flow():
    ask("AT&K3")
    modem.rts = False
    modem.write(b"AT\r")
    modem.timeout = 0.3
    held = modem.read(1)
    modem.timeout = PATIENCE
    modem.rts = True
    if held or frames_next() != "OK":
        sys.exit(f"RTS is off and the modem says {held!r}")
    ask("AT&K0")


def check_break():
    modem.break_condition = True
    modem.break_condition = False
    modem.send_break(0.01)


def check_cts():
    until(True, cts=cts)
    ctl("set", "cts", "off")
    until(False, cts=cts)
    ctl("set", "cts", "on")
    until(True, cts=cts)


# The factory's &S1 is DSR in data mode alone.
def check_dsr():
    until(False, dsr=dsr)
    ask("AT&S0")
    until(True, dsr=dsr)
    ask("AT&S1")
    until(False, dsr=dsr)


def check_power():
    ask("AT&S0&C0")
    until(True, cts=cts, dsr=dsr, cd=cd)
    ctl("power", "off")
    until(False, cts=cts, dsr=dsr, cd=cd)
    ctl("power", "on")
    until(True, cts=cts)


def download(while_it_lasts):
    """Fetches a file that stops for a while, and calls a function then."""
    ctl("on", "ftp:data@5", "once", "stall", "1s")
    data_mode('AT+AFTPRETR="hello.txt"')
    if modem.read(5) != b"Hello":
        sys.exit("the file does not begin")
    while_it_lasts()
    text = modem.read_until(b"NO CARRIER\r\n")
    if not text.endswith(b"\r\nNO CARRIER\r\n"):
        sys.exit(f"the carrier is not lost: {text!r}")


def check_cd():
    log_in()
    until(False, cd=cd)
    download(lambda: until(True, cd=cd))
    until(False, cd=cd)
    log_out()


def check_cd_lost():
    log_in()

    def lose():
        until(True, cd=cd)
        ctl("gprs", "down")

    download(lose)
    until(False, cd=cd)
    ask("AT+AIPA=0")


def check_cd_always():
    log_in()
    ask("AT&C0")
    until(True, cd=cd)
    download(lambda: until(True, cd=cd))
    ask("AT")
    until(True, cd=cd)
    ask("AT&C1")
    until(False, cd=cd)
    log_out()


def check_ri():
    until(False, ri=ri)
    ctl("ring")
    until(True, ri=ri)
    until(False, ri=ri)
    if frames_next() != "RING":
        sys.exit("no RING")


def check_reset_input_buffer():
    modem.write(b"ATI\r")
    end = time.monotonic() + PATIENCE
    while modem.in_waiting < len(b"\r\nADH8066\r\n\r\nOK\r\n") and time.monotonic() < end:
        time.sleep(0.01)
    modem.reset_input_buffer()
    if modem.in_waiting:
        sys.exit("the answer is still there")
    ask("AT")


def check_reset_output_buffer():
    modem.reset_output_buffer()
    ask("AT")


ask("ATE0")
globals()["check_" + sys.argv[2]]()
ask("ATZ")
modem.close()
