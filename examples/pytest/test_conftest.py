"""Tests of conftest.py itself. A copy of it does not need them."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def run_pytest(folder, *arguments):
    """Runs pytest in a process of its own; returns its exit code and output."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=60,
    )
    return run.returncode, run.stdout


def test_a_broken_host_fails():
    code, said = run_pytest(HERE, "broken.py")
    assert code == 1
    assert "\nftp-cut-and-resume.scn:10: forbidden, but it happened: ftp:restart fw.bin\n    on ftp:cut forbid ftp:restart\n" in said
    assert "\nthe last exchanges" in said
    assert "\nseed: " in said
    assert "modemsim transcript ---" in said


PLUGIN_TESTS = """
import pytest

def test_plain(modem):
    assert modem.state()["host_open"] is False

@pytest.mark.scenario("two.scn")
def test_file(modem):
    pass

@pytest.mark.scenario("expect 5s AT+CSQ")
def test_verdict_after_another_error(modem):
    raise RuntimeError

@pytest.mark.scenario("set signl 4")
def test_misspelled(modem):
    pass

@pytest.mark.scenario("expect 5s AT+CSQ")
@pytest.mark.xfail(strict=True)
def test_expected_failure(modem):
    pass
"""


def test_plugin(tmp_path):
    (tmp_path / "modemsim.py").write_text((HERE / "conftest.py").read_text())
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["modemsim"]\n')
    (tmp_path / "two.scn").write_text("# A file.\nexpect 5s AT+CSQ\n")
    (tmp_path / "test_plugin.py").write_text(PLUGIN_TESTS)
    code, said = run_pytest(tmp_path, "--strict-markers")
    assert code == 1
    assert "2 failed, 1 passed, 1 xfailed, 1 error" in said
    assert "two.scn:2: expected AT+CSQ" in said
    assert "modemsim verdict ---" in said and "scenario:1: expected AT+CSQ" in said
    assert 'ValueError: scenario:1: set: unknown setting "signl" (did you mean "signal"?)' in said


def test_modemsim_that_does_not_start(tmp_path):
    (tmp_path / "conftest.py").write_text((HERE / "conftest.py").read_text().replace('"--json"', '"--jsno"'))
    (tmp_path / "test_start.py").write_text("def test_start(modem): pass\n")
    code, said = run_pytest(tmp_path)
    assert code == 1
    assert "modemsim: unknown flag: --jsno" in said
