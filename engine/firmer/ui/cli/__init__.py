"""The command line: one file a verb. A verb parses, calls one function of a lower room, and prints."""

from firmer.bundle import use

use()  # before the first compiled module is imported
