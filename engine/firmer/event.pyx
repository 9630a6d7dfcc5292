"""The event: a view over the bytes of one `.scap` event, never a conversion of them.

Layout (docs/capture-format.md): u64 time, i64 tid, u32 length, u16 type, u32 parameter count (absent in the first generation),
the parameters' lengths, the parameters back to back. The reader checks all of it before it fills an Event.
"""

from libc.string cimport memcpy


cdef class Event:
    cdef Span folded(self, int k) noexcept:
        """Slot k of today's form, by the fold of this type and parameter count."""
        cdef Span span
        cdef const FoldSource *source
        cdef unsigned int origin
        span.at = NULL
        span.size = 0
        if k < 0 or k >= self.fold.nparams:
            return span
        source = &self.fold.params[k]
        origin = source.origin
        if origin == FROM_OLD:
            span = self.raw(source.param)
        elif origin == FROM_ENTER:
            if self.enter is not None:
                span = self.enter.param(source.param)
            if span.at == NULL:
                origin = source.fallback
        if origin == FROM_ZEROS:
            span.at = FIRMER_ZEROS
            span.size = source.width
        elif origin == FROM_ONES:
            span.at = FIRMER_ONES
            span.size = source.width
        elif origin == FROM_EMPTY:
            span.at = FIRMER_ZEROS
            span.size = 0
        elif origin == FROM_CONTAINER_TEXT:
            # the JSON that this stands for is made by the container handler, which reads the four old slots itself
            span.at = FIRMER_ZEROS
            span.size = 0
        if source.width and span.size > source.width:
            span.size = source.width
        return span

    cdef int param_count(self) noexcept:
        """How many parameters today's form has."""
        if self.fold == NULL or self.fold.params == NULL:
            return <int>self.nparams
        return self.fold.nparams

    cdef Event keep(self):
        """A copy with bytes of its own: what a thread leaves pending, what a dump holds back."""
        cdef Event other = Event.__new__(Event)
        cdef bytes owner = (<const char *>self.block)[:self.block_size]
        other.owner = owner
        other.block = <const unsigned char *><const char *>owner
        other.block_size = self.block_size
        other.head = other.block + (self.head - self.block)
        other.size = self.size
        other.num = self.num
        other.today_num = self.today_num
        other.ts = self.ts
        other.tid = self.tid
        other.cpu = self.cpu
        other.type = self.type
        other.flags = self.flags
        other.nparams = self.nparams
        memcpy(other.start, self.start, (self.nparams + 1) * sizeof(uint32_t))
        other.fold = self.fold
        other.today = self.today
        other.enter = None
        return other

    cdef int stand_on(self, bytearray block) noexcept:
        """From now on the event is this block: of the same layout, with other values."""
        cdef Py_ssize_t skipped = self.head - self.block
        self.owner = block
        self.block = block
        self.head = self.block + skipped
        return 0

    def copy(self) -> Event:
        """A copy that stays valid when the source moves on, with its pending enter event."""
        cdef Event other = self.keep()
        other.enter = self.enter
        return other

    def param_bytes(self, int k) -> bytes | None:
        """Slot k of today's form; None where the event has no such slot."""
        cdef Span span = self.param(k)
        return None if span.at == NULL else span_bytes(span)

    def raw_bytes(self, int k) -> bytes | None:
        """Slot k as stored; None where the event has no such slot."""
        cdef Span span = self.raw(k)
        return None if span.at == NULL else span_bytes(span)

    @property
    def block_bytes(self) -> bytes:
        """The whole block, as it can be copied into another capture."""
        return (<const char *>self.block)[:self.block_size]

    @property
    def verdict(self) -> int:
        """What today's form makes of it: 0 pass, 1 drop, 2 store, 3 store and pass."""
        return VERDICT_PASS if self.fold == NULL else self.fold.verdict

    def __repr__(self) -> str:
        return f"<Event {self.num} type={self.type} tid={self.tid} ts={self.ts}>"
