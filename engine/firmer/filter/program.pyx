"""Programs: compiled conditions and sets of rules, and the loop that runs them.

The loop asks an atom at most once an event: answers stand beside the event's number in one array, so that an answered question costs a load and a compare.

A program is unfolded while it runs. Its graph (`compiler.py`) says where each answer leads; a step is a node of that graph together with the answers that
the way to it gave, as far as they matter from there on. When an answer is given for the first time at a step, its way is followed through all
questions whose answers are known, to the next one that is open: so a shared first question that failed skips every rule that begins with it, and no
way asks anything twice. What no event ever brings about is never made; past MAX_STEPS ways are joined by forgetting what is known.
"""

from cpython.ref cimport PyObject
from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memset

from firmer.event cimport EVENT_KEYS, Event, event_key
from firmer.fields.slot cimport Slot
from firmer.filter.calls cimport new_call
from firmer.filter.question cimport Question
from firmer.filter.questions cimport new_question
from firmer.state.state cimport BY_ALIAS, BY_CLAIM, BY_NAME, State

from firmer.fields import catalog
from firmer.filter import event_types, event_types_sysdig
from firmer.filter.compiler import asked_later, graph


cdef class AtomTable:
    def __cinit__(self, str dialect="falco", object slots=None):
        self.dialect = dialect
        self.new_slot = catalog.new_slot if slots is None else slots  # tests bring their own fields
        self.slots = {}
        self.numbers = {}
        self.questions = []

    def __dealloc__(self):
        free(self.asked)
        free(self.answers)

    def __len__(self) -> int:
        return len(self.questions)

    def number(self, atom: object) -> int:
        """The atom's number; a new one when nobody asked this before."""
        found = self.numbers.get(atom)
        if found is None:
            found = self.add(atom)
        return found

    def add(self, atom: object) -> int:
        cdef Py_ssize_t count = len(self.questions)
        cdef Py_ssize_t room
        cdef Question question = new_question(atom, self.slot(atom.left), None if atom.right is None else self.slot(atom.right))
        if count == self.room:
            room = 2 * self.room + 64
            self.asked = <PyObject **>grown(self.asked, room * sizeof(PyObject *))
            self.answers = <uint64_t *>grown(self.answers, room * sizeof(uint64_t))
            memset(self.answers + count, 0, (room - count) * sizeof(uint64_t))
            self.room = room
        self.spelled = None
        self.questions.append(question)
        self.asked[count] = <PyObject *>question
        self.numbers[atom] = count
        return count

    cdef Slot slot(self, object operand):
        """The slot of a field or transformer call; every text has one."""
        found = self.slots.get(operand.text)
        if found is None:
            if operand.is_field:
                found = self.new_slot(operand.text, self.dialect)
            else:
                found = new_call(operand, tuple([self.part(arg) for arg in operand.args]))
            self.slots[operand.text] = found
        return <Slot>found

    def part(self, operand: object) -> object:
        """An argument of a call, as `calls` takes it."""
        if operand.constant is not None:
            return operand.constant
        if operand.is_row:
            return tuple([self.part(arg) for arg in operand.args])
        return self.slot(operand)

    cdef int ask_again(self) except -1:
        """Drop what the current event answered, and the values that depend on `State.spelling`; all others stay."""
        cdef Slot slot
        if self.spelled is None:
            self.spelled = [slot for slot in self.slots.values() if slot.field is None or slot.field.spelled]
        memset(self.answers, 0, self.room * sizeof(uint64_t))
        for slot in self.spelled:
            slot.serial = 0
        return 0

    def forget(self) -> None:
        """Drop all answers and values, before another source."""
        if self.answers != NULL:
            memset(self.answers, 0, self.room * sizeof(uint64_t))
        for slot in self.slots.values():
            slot.forget()


cdef void *grown(void *memory, size_t size) except NULL:
    cdef void *larger = realloc(memory, size)
    if larger == NULL:
        raise MemoryError
    return larger


cdef enum:
    END = -1
    UNSEEN = -2
    MAX_STEPS = 4096


cdef class Program:
    def __cinit__(self, list nodes, int entry):
        self.nodes = nodes
        self.bits, self.later = asked_later(nodes)
        self.places = []
        self.found = {}
        self.start = self.place(entry, 0, 0)

    def __dealloc__(self):
        free(self.code)

    cdef int place(self, int node, object true, object false) except -3:
        """The step that is reached on a way to `node`, with what is known on it; END when it only leads there."""
        cdef Py_ssize_t room
        while node >= 0:
            atom, on_true, on_false = self.nodes[node]
            if atom < 0:
                break
            bit = self.bits[atom]
            if true & bit:
                node = on_true
            elif false & bit:
                node = on_false
            else:
                break
        if node < 0:
            return END
        if self.size < MAX_STEPS:
            where = (node, true & self.later[node], false & self.later[node])
        else:
            where = (node, 0, 0)
        step = self.found.get(where)
        if step is not None:
            return step
        if self.size == self.room:
            room = 2 * self.room + 16
            self.code = <Step *>grown(self.code, room * sizeof(Step))
            self.room = room
        self.code[self.size].atom = self.nodes[node][0]
        self.code[self.size].next[0] = UNSEEN
        self.code[self.size].next[1] = UNSEEN
        self.places.append(where)
        self.found[where] = self.size
        self.size += 1
        return self.size - 1

    cdef int follow(self, int at, int answer) except -3:
        """Where an answer leads that was never given at this step before."""
        cdef int to
        node, true, false = self.places[at]
        atom, on_true, on_false = self.nodes[node]
        if atom >= 0:
            if answer:
                true |= self.bits[atom]
            else:
                false |= self.bits[atom]
        to = self.place(on_true if answer else on_false, true, false)
        self.code[at].next[answer] = to
        return to

    def steps(self) -> list:
        """Everything unfolded: (atom, next when true, next when false) by step; for dumps and tests of small programs."""
        cdef int at = 0
        while at < self.size:
            if self.code[at].next[1] == UNSEEN:
                self.follow(at, 1)
            if self.code[at].next[0] == UNSEEN:
                self.follow(at, 0)
            at += 1
        result = []
        for at in range(self.size):
            result.append((self.code[at].atom, self.code[at].next[1], self.code[at].next[0]))
        return result

    cdef int run(self, AtomTable table, Event event, State state, int *hits, int most) except -1:
        cdef const Step *step
        cdef uint64_t *answers = table.answers
        cdef uint64_t stamp = event.num << 1
        cdef uint64_t answer
        cdef int at = self.start
        cdef int next
        cdef int found = 0
        while at >= 0:
            step = self.code + at
            if step.atom < 0:
                if found < most:
                    hits[found] = -step.atom - 1
                    found += 1
                answer = 1
            else:
                answer = answers[step.atom] ^ stamp
                if answer > 1:
                    answer = (<Question>table.asked[step.atom]).ask(event, state)
                    answers[step.atom] = stamp | answer
            next = step.next[answer]
            if next == UNSEEN:
                next = self.follow(at, <int>answer)
            at = next
        return found


cdef class RuleProgram:
    def __cinit__(self, trees, AtomTable table=None, bint first=False):
        """trees: checked trees in load order, all of the table's dialect."""
        cdef int key
        self.table = AtomTable() if table is None else table
        self.trees = list(trees)
        self.count = len(self.trees)
        self.first = first
        self.programs = [None] * EVENT_KEYS
        self.made = {}
        self.by_key = <PyObject **>calloc(EVENT_KEYS, sizeof(PyObject *))
        if self.by_key == NULL:
            raise MemoryError
        if self.table.dialect == "falco":
            self.possible, self.wanted = event_types.wanted(self.trees)
        else:
            self.wanted = bytes(map(max, bytes(EVENT_KEYS), bytes(EVENT_KEYS), *map(event_types_sysdig.wanted, self.trees)))

    def __dealloc__(self):
        free(self.by_key)

    def put(self, int key, Program program) -> None:
        self.programs[key] = program
        self.by_key[key] = <PyObject *>program

    cdef Program program(self, int key):
        """Make the program of a key: its rules alone, with all that the key decides put in."""
        rules = []
        for rule in range(self.count):
            if self.possible is None:
                rules.append((rule, event_types_sysdig.specialised(self.trees[rule], key)))
            elif self.possible[rule] >> key & 1:
                rules.append((rule, event_types.specialised(self.trees[rule], key)))
        # most keys decide nothing of a filter: they share a program
        same = tuple(rules) if self.possible is None else key
        program = self.made.get(same)
        if program is None:
            program = self.made[same] = Program(*graph(rules, self.table.number, self.first))
        self.put(key, program)
        return program

    def steps_of(self, int key) -> list:
        """The program of a key, for dumps and tests."""
        if self.programs[key] is None:
            self.program(key)
        return self.programs[key].steps()

    cdef int run(self, Event event, State state, int *hits, int most) except -1:
        cdef int key = event_key(event)
        cdef Program program
        cdef int found, before, k
        if self.by_key[key] == NULL:
            self.program(key)
        program = <Program>self.by_key[key]
        found = program.run(self.table, event, state, hits, most)
        state.alias = None
        if state.fd is not None:
            if state.fd.claim is not None:
                found = self.run_again(program, BY_CLAIM, event, state, hits, found, most)
            if state.fd.aliases is not None:
                for k in range(len(state.fd.aliases)):
                    before = found
                    found = self.run_again(program, BY_ALIAS + k, event, state, hits, found, most)
                    if found > before:
                        state.alias = state.fd.aliases[k]
        return found

    cdef int run_again(self, Program program, int spelling, Event event, State state, int *hits, int found, int most) except -1:
        """A file that has another path: what holds for that holds, too."""
        cdef int *more = <int *>calloc(most + 1, sizeof(int))
        cdef int count, at
        if more == NULL:
            raise MemoryError
        try:
            state.spelling = spelling
            self.table.ask_again()
            count = program.run(self.table, event, state, more, most)
            both = sorted({hits[at] for at in range(found)} | {more[at] for at in range(count)})[: 1 if self.first else most]
        finally:
            state.spelling = BY_NAME
            self.table.ask_again()
            free(more)
        for at in range(len(both)):
            hits[at] = both[at]
        return <int>len(both)

    def matches(self, Event event, State state) -> list:
        """Numbers of the rules that match, in load order."""
        cdef int *hits = <int *>calloc(self.count + 1, sizeof(int))
        if hits == NULL:
            raise MemoryError
        try:
            found = self.run(event, state, hits, self.count)
            return [hits[rule] for rule in range(found)]
        finally:
            free(hits)


cdef class Condition:
    def __cinit__(self, tree, AtomTable table=None):
        self.rules = RuleProgram([tree], table, True)
        self.wanted = self.rules.wanted

    cdef bint holds(self, Event event, State state) except -1:
        cdef int hit
        return self.rules.run(event, state, &hit, 1)

    def matches(self, Event event, State state) -> bool:
        return self.holds(event, state)
