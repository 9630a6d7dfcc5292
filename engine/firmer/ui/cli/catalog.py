"""The verbs. Each row names a module of this room; it is imported when its verb is called, not before."""

from firmer.record import record


@record(frozen=True, slots=True)
class Verb:
    """One verb: `module` has a `command`, a click command or a function of arguments that returns the exit status."""

    name: str
    module: str
    help: str


VERBS = (
    Verb("run", "run", "Watch this host: alerts by rules, with what happened around them."),
    Verb("replay", "replay", "Raise alerts from captures, by rules."),
    Verb("dig", "dig", "Print or filter events, with sysdig's arguments."),
    Verb("capture", "capture", "Look at captures, cut, merge, convert, anonymise them."),
    Verb("rules", "rules", "List rules and check rule files."),
    Verb("events", "events", "List the event types and their parameters."),
    Verb("fields", "fields", "List the fields that conditions and outputs may name."),
    Verb("doctor", "doctor", "Say what this host has and lacks for watching it live."),
    Verb("demo", "demo", "Replay a bundled attack with the bundled rules."),
)
