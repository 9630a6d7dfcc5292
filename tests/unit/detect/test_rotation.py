"""Names of pieces are sysdig's; checked against sysdig 0.29.3 with the same options."""

import pytest

from firmer.detect.rotation import Pieces, Rotation

AT = 1_700_000_023_000_000_000  # …:43 in UTC


@pytest.mark.parametrize(
    ("base", "rotation", "names"),
    [
        ("f", Rotation(), ["f"]),
        ("f", Rotation(keep=3), ["f"]),
        ("f", Rotation(events=9), ["f0", "f1", "f2"]),
        ("f", Rotation(events=9, keep=12), ["f0", "f1", "f2"]),
        ("f", Rotation(events=9, keep=2), ["f0", "f1", "f0", "f1"]),
        ("f%S", Rotation(events=9), ["f%S0", "f%S1"]),
        ("f", Rotation(size_bytes=1), ["f0", "f1"]),
        ("f", Rotation(size_bytes=1, keep=12), ["f00", "f01"]),
        ("f", Rotation(seconds=1), ["f0", "f1"]),
        ("f", Rotation(seconds=1, keep=12), ["f0", "f1"]),
        ("f", Rotation(size_bytes=1, seconds=1), ["f00", "f11"]),
        ("f", Rotation(size_bytes=1, seconds=1, keep=12), ["f000", "f101"]),
        ("f%S", Rotation(seconds=1), ["f43", "f44", "f45"]),
        ("f%S", Rotation(seconds=1, size_bytes=1), ["f430", "f441"]),
        ("f", Rotation(seconds=1, events=9, size_bytes=1), ["f0", "f1"]),
    ],
    ids=str,
)
def test_names(tmp_path, base, rotation, names):
    pieces = Pieces(str(tmp_path / base), rotation)
    made = []
    for number in range(len(names)):
        writer = pieces.open(AT + number * 10**9)
        made.append(writer.path)
        pieces.close(writer, False)
    assert made == [str(tmp_path / name) for name in names]
    assert {path.name for path in tmp_path.iterdir()} == set(names)


def test_of_dated_pieces_only_the_last_are_kept(tmp_path):
    pieces = Pieces(str(tmp_path / "f%S"), Rotation(seconds=1, keep=2))
    for number in range(4):
        pieces.close(pieces.open(AT + number * 10**9), False)
    assert {path.name for path in tmp_path.iterdir()} == {"f45", "f46"}
    assert pieces.overwritten == 0


def test_a_pattern_that_gives_a_name_twice_is_told(tmp_path, capsys):
    pieces = Pieces(str(tmp_path / "f%H"), Rotation(seconds=1))
    for number in range(3):
        pieces.close(pieces.open(AT + number * 10**9), False)
    pieces.report()
    assert "2 pieces were overwritten" in capsys.readouterr().err


def test_a_piece_in_which_nothing_passed_is_taken_back_unless_it_is_the_only_one(tmp_path):
    pieces = Pieces(str(tmp_path / "f"), Rotation(events=9))
    pieces.close(pieces.open(AT), True)
    pieces.close(pieces.open(AT), True)
    assert [path.name for path in tmp_path.iterdir()] == ["f0"]
