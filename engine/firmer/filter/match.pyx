"""Matching of texts against constants, natively. What each of them means is told in `patterns.py` and `operators.py`."""

from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcmp, memset

from firmer.filter.patterns import components, glob_tokens, path_matches, valid_utf8

cdef extern from "string.h" nogil:
    void *memmem(const void *text, size_t size, const void *part, size_t part_size)


cdef bint contains(bytes text, bytes part) noexcept:
    return memmem(<const char *>text, len(text), <const char *>part, len(part)) != NULL


cdef bint starts_with(bytes text, bytes part) noexcept:
    return len(text) >= len(part) and memcmp(<const char *>text, <const char *>part, len(part)) == 0


cdef bint ends_with(bytes text, bytes part) noexcept:
    cdef Py_ssize_t rest = len(text) - len(part)
    return rest >= 0 and memcmp(<const char *>text + rest, <const char *>part, len(part)) == 0


cdef int compare(bytes left, bytes right) noexcept:
    """Below, at or above zero as `left` sorts before, with or after `right`, byte by byte."""
    cdef Py_ssize_t both = len(left) if len(left) < len(right) else len(right)
    cdef int order = memcmp(<const char *>left, <const char *>right, both)
    if order:
        return order
    return (len(left) > len(right)) - (len(left) < len(right))


cdef bint matches_regex(object regex, bytes text) except -1:
    return regex.fullmatch(valid_utf8(text)) is not None


cdef class Glob:
    def __cinit__(self, bytes pattern, bint fold):
        cdef Py_ssize_t at
        tokens = glob_tokens(pattern, fold)
        if tokens is None:
            self.nothing = True
            return
        self.size = len(tokens)
        self.tokens = <Token *>calloc(self.size + 1, sizeof(Token))
        if self.tokens == NULL:
            raise MemoryError
        for at in range(self.size):
            if tokens[at] is None:
                self.tokens[at].star = True
                continue
            for member in tokens[at]:
                self.tokens[at].members[<int>member >> 6] |= (<uint64_t>1) << (<int>member & 63)

    def __dealloc__(self):
        free(self.tokens)

    cdef bint fits(self, const unsigned char *text, Py_ssize_t length) noexcept:
        # Only the last star is ever taken back: whatever an earlier one left to it, the last can take as well.
        cdef Py_ssize_t at = 0, place = 0, star = -1, resume = 0
        cdef unsigned char byte
        if self.nothing:
            return False
        while at < length:
            if place < self.size and self.tokens[place].star:
                star = place
                resume = at
                place += 1
                continue
            byte = text[at]
            if place < self.size and self.tokens[place].members[byte >> 6] >> (byte & 63) & 1:
                at += 1
                place += 1
                continue
            if star < 0:
                return False
            resume += 1
            at = resume
            place = star + 1
        while place < self.size and self.tokens[place].star:
            place += 1
        return place == self.size


cdef class Paths:
    def __cinit__(self, paths):
        self.all = frozenset(paths)
        plain = set()
        for path in self.all:
            if b"*" in path:
                self.patterns = True
            else:
                plain.add(b"".join(b"/" + part for part in components(path)))
        self.plain = tuple(sorted(plain))

    cdef bint fits(self, bytes path) except -1:
        cdef bytes wanted
        cdef Py_ssize_t size = len(path), length
        cdef const char *text = path
        if self.patterns or size == 0 or text[0] != b"/" or memmem(text, size, b"//", 2) != NULL:
            return path_matches(path, self.all)
        for wanted in self.plain:
            length = len(wanted)
            if size >= length and memcmp(text, <const char *>wanted, length) == 0 and (size == length or text[length] == b"/"):
                return True
        return False


cdef class Nets:
    def __cinit__(self, nets):
        four = merged([span(net) for net in nets if len(net[0]) == 4])
        six = merged([span(net) for net in nets if len(net[0]) == 16])
        self.count4 = len(four)
        self.count6 = len(six)
        self.ranges4 = <uint64_t *>calloc(2 * self.count4 + 1, sizeof(uint64_t))
        self.ranges6 = <uint64_t *>calloc(4 * self.count6 + 1, sizeof(uint64_t))
        if self.ranges4 == NULL or self.ranges6 == NULL:
            raise MemoryError
        for at, (first, last) in enumerate(four):
            self.ranges4[2 * <Py_ssize_t>at] = first
            self.ranges4[2 * <Py_ssize_t>at + 1] = last
        for at, (first, last) in enumerate(six):
            self.ranges6[4 * <Py_ssize_t>at] = first >> 64
            self.ranges6[4 * <Py_ssize_t>at + 1] = first & 0xFFFFFFFFFFFFFFFF
            self.ranges6[4 * <Py_ssize_t>at + 2] = last >> 64
            self.ranges6[4 * <Py_ssize_t>at + 3] = last & 0xFFFFFFFFFFFFFFFF

    def __dealloc__(self):
        free(self.ranges4)
        free(self.ranges6)

    cdef bint fits(self, bytes address) noexcept:
        cdef const unsigned char *byte = <const unsigned char *><const char *>address
        cdef uint64_t high = 0, low = 0
        cdef Py_ssize_t size = len(address), bottom = 0, top, middle, at
        if size == 4:
            for at in range(4):
                low = low << 8 | byte[at]
            top = self.count4
            while bottom < top:
                middle = (bottom + top) // 2
                if low > self.ranges4[2 * middle + 1]:
                    bottom = middle + 1
                else:
                    top = middle
            return bottom < self.count4 and low >= self.ranges4[2 * bottom]
        if size != 16:
            return False
        for at in range(8):
            high = high << 8 | byte[at]
            low = low << 8 | byte[at + 8]
        top = self.count6
        while bottom < top:
            middle = (bottom + top) // 2
            if above(high, low, &self.ranges6[4 * middle + 2]):
                bottom = middle + 1
            else:
                top = middle
        return bottom < self.count6 and not above(self.ranges6[4 * bottom], self.ranges6[4 * bottom + 1], [high, low])


cdef inline bint above(uint64_t high, uint64_t low, const uint64_t *other) noexcept:
    return high > other[0] or (high == other[0] and low > other[1])


def span(tuple net) -> tuple[int, int]:
    """First and last address of a network, as numbers."""
    address, prefix = net
    bits = len(address) * 8 - prefix
    first = int.from_bytes(address, "big") >> bits << bits
    return first, first | (1 << bits) - 1


def merged(list spans) -> list[tuple[int, int]]:
    """The same addresses in sorted spans that do not touch."""
    result = []
    for first, last in sorted(spans):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result
