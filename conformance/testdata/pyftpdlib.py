"""Runs pyftpdlib's server: pyftpdlib.py CONFIGURATION, which is JSON."""

import json
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler, PassiveDTP
from pyftpdlib.servers import FTPServer

with open(sys.argv[1]) as f:
    c = json.load(f)

authorizer = DummyAuthorizer()
authorizer.add_user(c["user"], c["password"], c["home"], perm="elradfmwMT")


class Passive(PassiveDTP):
    timeout = c["unused"] or PassiveDTP.timeout


class Data(DTPHandler):
    timeout = c["stall"] or DTPHandler.timeout


class Handler(FTPHandler):
    pass


Handler.authorizer = authorizer
Handler.passive_dtp = Passive
Handler.dtp_handler = Data
Handler.passive_ports = range(c["first"], c["last"] + 1)
Handler.masquerade_address = c["address"] or None
Handler.timeout = c["idle"] or FTPHandler.timeout

server = FTPServer(("127.0.0.1", c["port"]), Handler)
if c["connections"]:
    server.max_cons = 1 + c["connections"]  # it counts its own socket
server.serve_forever()
