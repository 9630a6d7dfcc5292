"""A thread and a bounded queue: nobody waits for a slow output, nothing is lost silently."""

import threading
import time

import pytest
from alerts import alert

from firmer.outputs.delivery import Delivery

WAIT_S = 10


class Slow:
    """Delivers when it is let; each send takes one permit."""

    name = "slow"

    def __init__(self, pause_s=0.0, error=None):
        self.pause_s = pause_s
        self.error = error
        self.permits = threading.Semaphore(0)
        self.entered = threading.Semaphore(0)
        self.batches = []
        self.reopened = threading.Event()
        self.closed = False

    def send(self, alerts):
        self.entered.release()
        self.permits.acquire()
        if self.error:
            raise self.error
        self.batches.append([each.rule for each in alerts])

    def reopen(self):
        self.reopened.set()

    def close(self):
        self.closed = True


def everything(_):
    return True


def soon():
    return time.monotonic() + WAIT_S


def free(output):
    for _ in range(100):
        output.permits.release()


def test_all_arrive_in_their_order():
    output = Slow()
    free(output)
    delivery = Delivery(output, everything)
    for number in range(1000):
        delivery.put(alert(str(number)))
    delivery.close(soon())
    assert [int(rule) for batch in output.batches for rule in batch] == list(range(1000))
    assert (delivery.sent, delivery.lost, output.closed) == (1000, 0, True)


def test_a_full_queue_loses_counted_alerts_and_holds_nobody_up():
    output = Slow()
    delivery = Delivery(output, everything, capacity=5)
    delivery.put(alert("under way"))
    assert output.entered.acquire(timeout=WAIT_S)
    for number in range(8):
        delivery.put(alert(str(number)))
    free(output)
    delivery.close(soon())
    assert output.batches == [["under way"], list("01234")]
    assert (delivery.sent, delivery.lost, delivery.why) == (6, 3, "its queue is full")


def test_a_patient_one_waits_instead():
    output = Slow()
    delivery = Delivery(output, everything, capacity=5, patient=True)
    feeder = threading.Thread(target=lambda: [delivery.put(alert(str(number))) for number in range(40)])
    feeder.start()
    assert output.entered.acquire(timeout=WAIT_S)
    free(output)
    feeder.join(WAIT_S)
    delivery.close(soon())
    assert (delivery.sent, delivery.lost) == (40, 0)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError(), ValueError("odd")])
def test_a_failing_output_is_counted_with_its_reason(error):
    output = Slow(error=error)
    free(output)
    delivery = Delivery(output, everything)
    delivery.put(alert())
    delivery.close(soon())
    assert (delivery.sent, delivery.lost) == (0, 1)
    assert delivery.why == (str(error) or "RuntimeError")
    assert output.closed


def test_what_hangs_at_the_end_is_left_behind_and_counted():
    output = Slow()
    delivery = Delivery(output, everything)
    delivery.put(alert())
    assert output.entered.acquire(timeout=WAIT_S)
    delivery.put(alert())
    delivery.close(time.monotonic() + 0.05)
    assert (delivery.sent, delivery.lost) == (0, 2)
    free(output)
    delivery.thread.join(WAIT_S)


def test_unwanted_alerts_do_not_go_there():
    output = Slow()
    free(output)
    delivery = Delivery(output, lambda each: each.rule == "yes")
    for rule in ("no", "yes"):
        delivery.put(alert(rule))
    delivery.close(soon())
    assert output.batches == [["yes"]]


def test_reopen_is_done_by_the_thread_even_during_a_pause():
    output = Slow(pause_s=3600)
    free(output)
    delivery = Delivery(output, everything)
    delivery.put(alert())
    assert output.entered.acquire(timeout=WAIT_S)
    delivery.reopen()
    assert output.reopened.wait(WAIT_S)
    delivery.close(soon())


def test_a_pause_ends_with_the_program():
    output = Slow(pause_s=3600)
    free(output)
    delivery = Delivery(output, everything)
    delivery.put(alert("a"))
    assert output.entered.acquire(timeout=WAIT_S)
    delivery.put(alert("b"))
    delivery.close(soon())
    assert output.batches == [["a"], ["b"]]


def test_what_comes_while_it_opens_anew_is_delivered_though_the_end_comes_too():
    begun, go_on = threading.Event(), threading.Event()

    class Opening(Slow):
        def reopen(self):
            begun.set()
            go_on.wait(WAIT_S)

    output = Opening()
    free(output)
    delivery = Delivery(output, everything)
    delivery.reopen()
    assert begun.wait(WAIT_S)
    delivery.put(alert("late"))
    delivery.end()
    go_on.set()
    delivery.close(soon())
    assert (output.batches, delivery.lost, output.closed) == ([["late"]], 0, True)
