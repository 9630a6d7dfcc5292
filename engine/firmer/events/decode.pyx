"""What is wrong with an event whose lengths do not hold."""


cdef str reason_of(int decoded, const unsigned char *head, Py_ssize_t room):
    """In words, for an event that `decode` or `decode_v1` refused."""
    if room < HEADER_V1:
        return f"an event header of {HEADER_V1} bytes or more expected, room for {room}"
    cdef uint32_t size = load32(head + 16)
    cdef str name = f"event type {load16(head + 20)}"
    if decoded == BAD_EVENT_LENGTH:
        return f"{name}: it claims {size} bytes, expected {HEADER_V1} to {room}"
    if decoded == BAD_PARAM_COUNT:
        return f"{name}: it claims {load32(head + 22)} parameters in {size} bytes"
    return f"{name}: the lengths of its parameters do not add up to its {size} bytes"
