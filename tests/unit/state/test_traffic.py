"""What sending and receiving tells of a socket."""

from firmer.events.section import FdEntry

UDP = ("socket<", 100, 5, 2, 2, 17, 0)
CLIENT, SERVER, CONNECTED = 1, 2, 4


def sent(number: int, pair: bytes | None, result: int = 10) -> tuple:
    return ("sendto<", 100, result, b"abc", number, 10, pair)


def received(number: int, pair: bytes | None, result: int = 10) -> tuple:
    return ("recvfrom<", 100, result, b"abc", pair, number, 10)


def test_the_first_datagram_sent_makes_a_client(host, tuple4):
    host.go(UDP, sent(5, tuple4("10.0.0.1", 5001, "1.1.1.1", 53)))
    assert host.name(100, 5) == b"10.0.0.1:5001->1.1.1.1:53"
    assert host.fd(100, 5).flags == CLIENT | CONNECTED


def test_0_29_3_takes_the_addresses_from_the_beginning(sysdig_host, strict_host, tuple4):
    """Where the kernel has not chosen a port yet."""
    begun = ("sendto>", 100, 5, 10, tuple4("0.0.0.0", 0, "1.1.1.1", 53))
    for host, port in ((sysdig_host, 5001), (strict_host, 0)):
        host.go(("socket>", 100, 2, 2, 17), UDP, begun, sent(5, tuple4("10.0.0.1", 5001, "1.1.1.1", 53)))
        assert host.fd(100, 5).sport == port


def test_an_answer_does_not_turn_the_client_round(host, tuple4):
    host.go(UDP, sent(5, tuple4("10.0.0.1", 5001, "1.1.1.1", 53)), received(5, tuple4("1.1.1.1", 53, "10.0.0.1", 5001)))
    assert host.name(100, 5) == b"10.0.0.1:5001->1.1.1.1:53"


def test_the_first_datagram_received_makes_a_server(host, tuple4):
    host.go(UDP, received(5, tuple4("2.2.2.2", 1234, "10.0.0.1", 69)))
    assert (host.name(100, 5), host.fd(100, 5).flags & SERVER) == (b"2.2.2.2:1234->10.0.0.1:69", SERVER)


def test_a_missing_source_is_an_interface_that_reaches_the_destination(host, tuple4):
    host.go(UDP, sent(5, tuple4("0.0.0.0", 5001, "10.0.0.7", 53)))
    assert host.name(100, 5) == b"10.0.0.1:5001->10.0.0.7:53"


def test_failed_call_teaches_nothing(host, tuple4):
    host.go(UDP, sent(5, tuple4("10.0.0.1", 5001, "1.1.1.1", 53), -11))
    assert host.name(100, 5) == b""


def test_tcp_keeps_the_name_that_connect_gave(host, tuple4):
    pair = tuple4("10.0.0.1", 4000, "10.0.0.2", 80)
    host.go(("socket<", 100, 5, 2, 1, 6, 0), ("connect<", 100, 0, pair, 5, None), sent(5, tuple4("9.9.9.9", 1, "8.8.8.8", 2)))
    assert host.name(100, 5) == b"10.0.0.1:4000->10.0.0.2:80"


def test_a_listed_server_socket_shows_its_port_where_the_destination_should_be(make_host, tuple4):
    """Server and pair data share their memory in sysdig, so port 55441 (0xd891) and protocol 3 are read as an address."""
    bound = FdEntry(5, 5, dip=bytes(4), dport=55441, l4proto=3)
    host = make_host("sysdig", fds={100: [bound]})
    host.go((30, 100, 5, 10, tuple4("0.0.0.0", 55441, "127.0.0.1", 514)), (31, 100, 10, b"abc"))
    assert host.name(100, 5) == b"10.0.0.1:55441->145.216.3.0:514"


def test_a_send_on_an_unknown_descriptor_tells_of_a_udp_socket(any_host, tuple4):
    pair = tuple4("10.0.0.1", 5001, "1.1.1.1", 53)
    any_host.go((30, 100, 8, 10, pair), (31, 100, 10, b"abc"))
    assert (any_host.fd(100, 8).l4proto, any_host.name(100, 8)) == (3, b"10.0.0.1:5001->1.1.1.1:53")


def test_unix_datagram(host):
    host.go(("socket<", 100, 5, 1, 2, 0, 0), sent(5, b"\x01" + (0x55).to_bytes(8, "little") + (0x66).to_bytes(8, "little") + b"/dev/log\0"))
    assert host.name(100, 5) == b"55->66 /dev/log"


def test_reading_connects_an_internet_socket(any_host):
    any_host.go((18, 100, 2, 1, 6), (19, 100, 5), (6, 100, 5, 10), (7, 100, 10, b"abc"))
    assert any_host.fd(100, 5).flags & CONNECTED
