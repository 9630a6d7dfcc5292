"""syslog.*: messages to the system log."""

import pytest

from firmer.events.section import FdEntry
from firmer.fields.syslog import split_message

# as sysdig 0.29.3 tells them
MESSAGES = [
    (b"<30>hello", (3, 6, b"hello")),
    (b"<0>x", (0, 0, b"x")),
    (b"<191>a\x01b\n", (23, 7, b"a\x01b\n")),
    (b"<4711>big", (588, 7, b"big")),
    (b"<1>", (0, 1, b"")),
    (b"<1>\0z", (0, 1, b"")),
    (b"30>x", (0, 0, b"x")),
    (b"<99999999999>ov", (151969023, 7, b"ov")),
    (b"<2147483648>u", (4026531840, 0, b"u")),
    (b"<" + b"9" * 26 + b">y", (4103655423, 7, b"9999999999>y")),
    (b"<00000000000000000013>six", (0, 0, b"0013>six")),
    (b"<4294967295>j", None),
    (b"no priority", None),
    (b"<>abc", None),
    (b"<-5>q", None),
    (b"<1 >k", None),
    (b"<3", None),
    (b">", None),
    (b"", None),
]


@pytest.mark.parametrize(("message", "told"), MESSAGES)
def test_priority_and_text_are_parted(message, told):
    assert split_message(message) == told


LOG = {100: [FdEntry(3, 8, 77, b"/dev/log"), FdEntry(4, 1, 78, b"/var/log/messages")]}
MESSAGE = b"<86>session opened"
VALUES = [
    ("syslog.facility.str", 3, MESSAGE, "authpriv"),
    ("syslog.facility", 3, MESSAGE, 10),
    ("syslog.severity.str", 3, MESSAGE, "info"),
    ("syslog.severity", 3, MESSAGE, 6),
    ("syslog.message", 3, MESSAGE, "session opened"),
    ("syslog.facility.str", 3, b"<192>x", "<NA>"),
    ("evt.info", 3, MESSAGE, "syslog sev=info msg=session opened"),
    ("syslog.message", 3, b"no priority", None),
    ("syslog.message", 4, MESSAGE, None),
    ("evt.info", 4, MESSAGE, "res=18 data=<86>session opened "),
]


@pytest.mark.parametrize(("field", "fd", "data", "value"), VALUES)
def test_a_write_to_the_log_is_told(ask, field, fd, data, value):
    write = [("write>", 100, fd, len(data)), ("write<", 100, len(data), data)]
    assert ask(field, *write, dialect="sysdig", fds=LOG) == value


def test_today_tells_the_arguments(ask):
    assert ask("evt.info", ("write<", 100, 18, MESSAGE, 3, 18), fds=LOG).startswith("res=18 data=<86>session opened fd=3(")


def test_a_failed_write_is_no_message(ask):
    write = [("write>", 100, 3, 18), ("write<", 100, -11, MESSAGE)]
    assert ask("syslog.message", *write, dialect="sysdig", fds=LOG) is None
