import io

import pytest

from downloader import Modem, download


class Forgetful(Modem):
    """Asks for the whole file again after a cut. The file is right, but the same data is paid for twice."""

    def retrieve(self, name, offset, size):
        return super().retrieve(name, 0, size)[offset:]


@pytest.mark.scenario("ftp-cut-and-resume")
def test_fetch(modem):
    file = io.BytesIO()
    with Forgetful(modem.path) as host:
        download(host, "fw.bin", file)
    assert file.tell() == 65536
