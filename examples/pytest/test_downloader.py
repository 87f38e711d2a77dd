import io

import pytest

from downloader import Modem, ModemError, download


def fetch(path, name):
    """The host program under test: it opens the tty, downloads a file, and closes the tty."""
    file = io.BytesIO()
    with Modem(path) as host:
        download(host, name, file)
    return file.getvalue()


def content(name, size):
    """The content of `file NAME SIZE` in a scenario: lines of 16 bytes with their offset."""
    letters = name.encode()
    return b"".join(b"%014x%c\n" % (offset, letters[offset // 16 % len(letters)]) for offset in range(0, size, 16))


@pytest.mark.scenario("file a.bin 1048576")
def test_fetch(modem):
    assert fetch(modem.path, "a.bin") == content("a.bin", 1048576)
    assert not modem.state()["gprs"]


@pytest.mark.scenario("ftp-cut-and-resume")
def test_fetch_goes_on_after_a_cut(modem):
    assert fetch(modem.path, "fw.bin") == content("fw.bin", 65536)


@pytest.mark.scenario("file-looks-like-results")
def test_fetch_takes_no_file_for_an_answer(modem):
    assert len(fetch(modem.path, "fw.bin")) == 16384


@pytest.mark.scenario("""
set network searching
on AT+CREG? nth 3 network home
expect 60s gprs:active
""")
def test_fetch_waits_for_the_network(modem):
    fetch(modem.path, "hello.txt")


def test_fetch_of_no_file(modem):
    with pytest.raises(ModemError, match='AT.AFTPSIZE="none.bin": ERROR'):
        fetch(modem.path, "none.bin")


def test_signal(modem):
    with Modem(modem.path) as host:
        host.wake()
        modem.do("set signal 4")
        assert host.signal() == -105
        modem.do("set signal 99")
        assert host.signal() is None
