"""The host with many threads is what the table says, and each of its alerts gives a dump."""

import dumps

from firmer.capture.reader import Reader


def test_each_alert_of_the_measured_host_gives_a_dump(tmp_path):
    dumps.capture(tmp_path / "many.scap", 30, 4, 3000)
    with Reader(str(tmp_path / "many.scap")) as reader:
        assert sum(1 for _ in reader.events_iter()) == 3000
        assert (len(reader.section.threads), {len(fds) for fds in reader.section.fds.values()}) == (30, {4})
    line = dumps.row(30, 4, 3000, 1, tmp_path)
    assert line.split()[:3] == ["30", "x", "4"] and len(list((tmp_path / "dumps").glob("*.scap"))) == dumps.ALERTS
