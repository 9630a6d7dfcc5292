"""The clock of a scenario, and the numbers that it gives out."""

from firmer.authoring.scenario.stage import Stage


def stage():
    return Stage(10**18, "10.0.0.5", 2)


def test_every_call_is_later_than_the_one_before():
    scene = stage()
    for _ in range(3):
        scene.happen("getpid", 4, {})
    times = [time for call in scene.calls for time in (call.enter_ns, call.exit_ns)]
    assert times == sorted(set(times)) and times[0] == 10**18


def test_numbers_are_given_out_once():
    scene = stage()
    assert len({scene.new_tid() for _ in range(50)}) == len({scene.new_port() for _ in range(50)}) == 50


def test_each_container_counts_its_own_threads():
    scene = stage()
    assert [scene.new_vtid("a"), scene.new_vtid("a"), scene.new_vtid("b")] == [1, 2, 1]
