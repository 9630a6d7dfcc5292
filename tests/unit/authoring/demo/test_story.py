"""The demo's capture is what its story writes."""

import gzip

from firmer.authoring.demo.story import CAPTURE, attack


def test_the_committed_capture_is_fresh():
    """Written anew by `make demo-capture`; compared uncompressed, since zlib's versions differ."""
    assert gzip.decompress(CAPTURE.read_bytes()) == attack().capture()
