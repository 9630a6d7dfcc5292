"""Records: classes that are a row of named values, as dataclasses are.

Dataclasses write Python code for each class and compile it, and import `inspect` for that: a third of the start-up of a small replay. Here
one constructor serves all. What declares records reads the same, and for the type checker they are dataclasses: see record.pyi.
"""

from cpython.object cimport PyObject_GenericSetAttr

cdef object MISSING = object()


cdef class Field:
    """One value of a record, as `field()` declares it."""
    cdef str name
    cdef object default, factory
    cdef bint compare


def field(*, default=MISSING, default_factory=None, bint compare=True):
    """A value with a default that is made anew for each record, or one that takes no part in comparing."""
    cdef Field made = Field()
    made.default, made.factory, made.compare = default, default_factory, compare
    return made


cdef class Layout:
    """What a class of records holds, in order."""
    cdef tuple fields, compared
    cdef dict by_name
    cdef bint frozen, eq


cdef class Record:
    """Base of all records."""

    def __init__(self, *args, **kwargs):
        cdef Layout layout = <Layout>type(self)._layout
        cdef Py_ssize_t given = len(args), k
        cdef Field each
        if given > len(layout.fields):
            raise TypeError(f"{type(self).__name__} takes {len(layout.fields)} values, not {given}")
        for k in range(given):
            PyObject_GenericSetAttr(self, (<Field>layout.fields[k]).name, args[k])
        cdef Py_ssize_t used = 0
        for k in range(given, len(layout.fields)):
            each = <Field>layout.fields[k]
            if each.name in kwargs:
                PyObject_GenericSetAttr(self, each.name, kwargs[each.name])
                used += 1
            elif each.factory is not None:
                PyObject_GenericSetAttr(self, each.name, each.factory())
            elif each.default is not MISSING:
                PyObject_GenericSetAttr(self, each.name, each.default)
            else:
                raise TypeError(f"{type(self).__name__} needs '{each.name}'")
        if used != len(kwargs):
            for name in kwargs:
                if name not in layout.by_name:
                    raise TypeError(f"{type(self).__name__} has no value '{name}'")
            raise TypeError(f"{type(self).__name__}: a value is given twice")

    def __setattr__(self, name, value):
        if (<Layout>type(self)._layout).frozen:
            raise AttributeError(f"{type(self).__name__} is never changed: cannot set '{name}'")
        PyObject_GenericSetAttr(self, name, value)

    def __eq__(self, other):
        cdef Layout layout = <Layout>type(self)._layout
        if self is other:
            return True
        if not layout.eq or type(self) is not type(other):
            return NotImplemented
        for name in layout.compared:
            if getattr(self, name) != getattr(other, name):
                return False
        return True

    def __hash__(self):
        cdef Layout layout = <Layout>type(self)._layout
        if not layout.eq:
            return <Py_hash_t>(<size_t><void*>self >> 4)
        if not layout.frozen:
            raise TypeError(f"{type(self).__name__} may change and has no hash")
        return hash(tuple([getattr(self, name) for name in layout.compared]))

    def __reduce__(self):
        return type(self), tuple([getattr(self, name) for name in (<Layout>type(self)._layout).by_name])

    def __repr__(self):
        cdef Layout layout = <Layout>type(self)._layout
        return f"{type(self).__name__}({', '.join([f'{name}={getattr(self, name)!r}' for name in layout.by_name])})"


def record(*, bint frozen=False, bint slots=True, bint eq=True):
    """Decorator: makes the annotated names of a class the values of a record; a class with `frozen` is never changed and has a hash."""
    assert slots, "records have slots"

    def make(cls):
        names = tuple(cls.__annotations__)
        body = {name: value for name, value in cls.__dict__.items() if name not in names and name not in ("__dict__", "__weakref__")}
        body.update(__slots__=names, __match_args__=names, _layout=new_layout(names, cls.__dict__, frozen, eq))
        return type(cls)(cls.__name__, (Record,), body)

    return make


cdef Layout new_layout(tuple names, object body, bint frozen, bint eq):
    cdef Layout layout = Layout()
    cdef Field each
    cdef list fields = []
    for name in names:
        default = body.get(name, MISSING)
        if isinstance(default, Field):
            each = <Field>default
        else:
            each = Field()
            each.default, each.factory, each.compare = default, None, True
        each.name = name
        fields.append(each)
    layout.fields = tuple(fields)
    layout.by_name = {(<Field>one).name: one for one in fields}
    layout.compared = tuple([(<Field>one).name for one in fields if (<Field>one).compare])
    layout.frozen, layout.eq = frozen, eq
    return layout


def replace(record, **changes):
    """A copy of the record with some values changed."""
    for name in record.__match_args__:
        if name not in changes:
            changes[name] = getattr(record, name)
    return type(record)(**changes)
