"""A host program that finds its modem at MODEM, HOST:PORT: it asks for the signal quality."""

import os
import socket

host, port = os.environ["MODEM"].rsplit(":", 1)
with socket.create_connection((host, int(port)), timeout=10) as modem:
    answers = modem.makefile("r", newline="\r\n")
    for command in "ATE0", "AT+CSQ":
        modem.sendall(command.encode() + b"\r")
        line = ""
        while line != "OK":
            line = next(answers).strip()
            if line == "ERROR":
                raise SystemExit(f"{command}: {line}")
            if line.startswith("+"):
                print(line)
