"""Text of times, in the zone of this host or in UTC."""

from libc.stdint cimport uint64_t
from libc.stdio cimport snprintf

from firmer.events.render cimport Text, put

cdef extern from "time.h" nogil:
    ctypedef long time_t
    struct tm:
        int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year
        long tm_gmtoff
    time_t time(time_t *out)
    tm *gmtime_r(const time_t *clock, tm *out)
    tm *localtime_r(const time_t *clock, tm *out)

cdef uint64_t NS = 1000000000
cdef object offset = None
# the second that was printed last: its date, a blank, its time of day
cdef char kept[80]
cdef time_t kept_second = -1
cdef int kept_date = 0


cdef long local_offset() except? -1:
    """Seconds that local time is ahead of UTC: now, not at the event, as sysdig and Falco have it."""
    global offset
    cdef time_t now
    cdef tm broken
    if offset is None:
        time(&now)
        localtime_r(&now, &broken)
        offset = broken.tm_gmtoff
    return offset


cdef int put_time(Text out, uint64_t ts, long ahead, int parts) except -1:
    """`2018-08-17 17:35:48.514632619` or parts of it; `ahead`: seconds that the zone is ahead of UTC."""
    global kept_second, kept_date
    cdef time_t second = <time_t>(ts // NS) + ahead
    cdef uint64_t ns = ts % NS
    cdef char *at
    cdef int k
    if second != kept_second:
        # events come in crowds: most share their second with the one before
        kept_date = write_second(second)
        kept_second = second
    if parts & WITH_DATE:
        put(out, kept, kept_date)
    put(out, kept + kept_date, 8)
    if parts & WITH_NS:
        at = out.reserve(10)
        at[0] = b"."
        for k in range(9, 0, -1):
            at[k] = 48 + ns % 10
            ns //= 10
        out.size += 10
    return 0


cdef int write_second(time_t second) noexcept:
    """Write date and time into `kept`; returns the length of the date and its blank."""
    cdef tm broken
    cdef int size
    gmtime_r(&second, &broken)
    size = snprintf(kept, 40, "%d-%02d-%02d ", broken.tm_year + 1900, broken.tm_mon + 1, broken.tm_mday)
    snprintf(kept + size, 16, "%02d:%02d:%02d", broken.tm_hour, broken.tm_min, broken.tm_sec)
    return size


cdef int put_iso8601(Text out, uint64_t ts) except -1:
    cdef char text[80]
    cdef time_t seconds = <time_t>(ts // NS)
    cdef tm broken
    cdef int size
    gmtime_r(&seconds, &broken)
    size = snprintf(
        text, sizeof(text), "%d-%02d-%02dT%02d:%02d:%02d.%09d+0000", broken.tm_year + 1900, broken.tm_mon + 1, broken.tm_mday,
        broken.tm_hour, broken.tm_min, broken.tm_sec, <int>(ts % NS),
    )
    return put(out, text, size)


def time_text(ts: int, date: bool = True, ns: bool = True, ahead: int = 0) -> bytes:
    """A time stamp as text, for tests."""
    cdef Text out = Text()
    put_time(out, ts, ahead, (WITH_DATE if date else 0) | (WITH_NS if ns else 0))
    return out.taken()


def iso8601_text(ts: int) -> bytes:
    """A time stamp in UTC as ISO 8601 has it, for tests."""
    cdef Text out = Text()
    put_iso8601(out, ts)
    return out.taken()
