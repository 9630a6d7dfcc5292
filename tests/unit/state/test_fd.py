"""Tables of descriptors, through the calls that fill them."""


def test_large_numbers_are_as_good_as_small_ones(host):
    host.go(("dup2<", 100, 5000, 3, 5000), ("dup2<", 100, 2**62, 3, 2**62))
    assert host.name(100, 5000) == host.name(100, 2**62) == b"/etc/hosts"
    host.go(("close<", 100, 0, 5000)).settle()
    assert host.fd(100, 5000) is None


def test_unknown_numbers_are_none(host):
    assert host.fd(100, -1) is None and host.fd(100, 10**6) is None and host.fd(4711, 3) is None


def test_a_descriptor_says_what_it_is(host):
    assert repr(host.fd(100, 3)) == "<Fd type=1 name=b'/etc/hosts'>"
