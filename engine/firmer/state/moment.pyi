from firmer.state.state import State

class Moment:
    own_bytes: int
    left_bytes: int

def take_moment(state: State, before: Moment | None) -> Moment: ...
def resume(state: State, moment: Moment) -> int: ...
