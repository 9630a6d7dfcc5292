"""The forms of bytes: sysdig's plain one, -A, -x, -X, -b."""

import pytest

from firmer.events.render_bytes import buffer_text, print_buffers

HTML = b"<!doctype html><html"
FORMS = [
    ("dots", b"a\r\nb\x00", b"a..b."),
    ("dots", b"", b""),
    ("ascii", b"\nGET /\r\nHost\n\nx\x01", b"\nGET /\nHost\n\nx"),
    ("hex", HTML, b"\n\t0x0000: 3c21 646f 6374 7970 6520 6874 6d6c 3e3c\n\t0x0010: 6874 6d6c\n"),
    ("hex", b"abc", b"\n\t0x0000: 6162 63\n"),
    ("hexascii", HTML[:16], b"\n\t0x0000: 3c21 646f 6374 7970 6520 6874 6d6c 3e3c  <!doctype html><\n"),
    ("hexascii", b"abc", b"\n\t0x0000: 6162 63" + b"     " * 6 + b"  abc\n"),
    ("base64", b"GET", b"R0VU"),
    ("base64", b"GETx", b"R0VUeA=="),
]


@pytest.fixture(autouse=True)
def restored():
    yield
    print_buffers("dots", True)


@pytest.mark.parametrize(("form", "data", "text"), FORMS)
def test_forms(form, data, text):
    print_buffers(form, False)
    assert buffer_text(data) == text


@pytest.mark.parametrize(
    ("sysdig", "limit", "size", "text"),
    [(True, True, 81, b"x" * 77 + b"..."), (True, True, 80, b"x" * 80), (True, False, 90, b"x" * 90), (False, True, 90, b"x" * 90)],
)
def test_sysdig_cuts_the_plain_form(sysdig, limit, size, text):
    print_buffers("dots", limit)
    assert buffer_text(b"x" * size, sysdig) == text


def test_unknown_form():
    with pytest.raises(KeyError):
        print_buffers("octal", True)
