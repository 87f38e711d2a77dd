"""A modem for pytest. Copy this file to your tests; it needs nothing but pytest and the command modemsim.

    def test_fetch(modem):
        fetch(modem.path)  # a tty: open it as you would open /dev/ttyUSB0

    @pytest.mark.scenario("ftp-cut-and-resume")
    def test_resume(modem):
        fetch(modem.path)
"""

import http.client
import json
import pathlib
import socket
import subprocess
import urllib.parse

import pytest

# One modem serves all tests. At 20 times the speed, 10 s without a network take half a second.
COMMAND = ["modemsim", "--json", "--quiet", "--with-parent", "--speed", "20"]


class ModemSim:
    """A running modem: a tty at .path for the code under test, and a control socket for the test."""

    def __init__(self, path, ctl):
        self.path = path
        self.ctl = ctl

    def do(self, rules):
        """Runs rules of the scenario language, such as "set signal 4" or "on ftp:data@1000 once cut"."""
        __tracebackhide__ = True
        self._ask("POST", "/do", rules)

    def state(self):
        """The state of the modem: a dictionary with "gprs", "ftp", "host_open" and so on."""
        return json.loads(self._ask("GET", "/state"))

    def transcript(self):
        """The transcript of the tty since the scenario was loaded."""
        return self._ask("GET", "/transcript").rpartition("# another scenario is loaded\n")[2]

    def load(self, scenario, folder="."):
        """Restarts the modem in a scenario: a name of `modemsim scenarios`, a file NAME.scn, or rules."""
        __tracebackhide__ = True
        if scenario.endswith(".scn"):
            text = pathlib.Path(folder, scenario).read_text()
            self._ask("POST", "/load?file=" + urllib.parse.quote(scenario), text)
        elif " " in scenario:
            self._ask("POST", "/load", scenario)
        else:
            self._ask("POST", "/load?name=" + urllib.parse.quote(scenario))

    def verdict(self):
        """Ends the run and returns its verdict: a dictionary with "passed", "failures" and so on.

        The verdict stands until the next load.
        """
        return json.loads(self._ask("POST", "/verdict"))

    def report(self):
        """The verdict as a text to read."""
        verdict = self.verdict()
        return verdict["text"] if verdict["passed"] else verdict["report"]

    def _ask(self, method, address, body=None):
        __tracebackhide__ = True
        connection = http.client.HTTPConnection("modem")
        connection.sock = socket.socket(socket.AF_UNIX)
        try:
            connection.sock.settimeout(60)
            connection.sock.connect(self.ctl)
            connection.request(method, address, body and body.encode())
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(text.strip())
        return text


@pytest.fixture(scope="session")
def modem_process(tmp_path_factory):
    """The modem of all tests. It can be opened when it prints its first line."""
    folder = tmp_path_factory.mktemp("modemsim")
    command = [*COMMAND, "--ctl", folder / "ctl"]
    with open(folder / "stderr", "w") as log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        first = process.stdout.readline()
        if not first:
            pytest.fail((folder / "stderr").read_text(), pytrace=False)
        started = json.loads(first)
        yield ModemSim(started["path"], started["ctl"])
        process.terminate()


@pytest.fixture
def modem(modem_process, request):
    """A modem that has just been started, in the scenario of @pytest.mark.scenario if the test has one."""
    marker = request.node.get_closest_marker("scenario")
    modem_process.load(marker.args[0] if marker else "# no scenario", request.path.parent)
    request.node.modemsim = modem_process
    return modem_process


def pytest_configure(config):
    config.addinivalue_line("markers", "scenario(scenario): what the modem lives through, see ModemSim.load")


class ScenarioFailed(pytest.fail.Exception):
    """The verdict, if the test itself did not fail."""


@pytest.hookimpl(trylast=True)
def pytest_runtest_call(item):
    """Judges the scenario of a test that has passed."""
    modem = getattr(item, "modemsim", None)
    if modem and not modem.verdict()["passed"]:
        raise ScenarioFailed(modem.report(), pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows the transcript of a test that has failed, and the verdict after another error."""
    report = (yield).get_result()
    modem = getattr(item, "modemsim", None)
    if modem and report.failed:
        if not (call.excinfo and call.excinfo.errisinstance(ScenarioFailed)):
            report.sections.append(("modemsim verdict", modem.report()))
        report.sections.append(("modemsim transcript", modem.transcript()))
