"""The outputs that there are: a new one is a file and a name here."""

from firmer.outputs.apprise import AppriseSettings
from firmer.outputs.file import FileSettings
from firmer.outputs.stdout import StdoutSettings

AnyOutput = StdoutSettings | FileSettings | AppriseSettings
OUTPUTS: tuple[type[AnyOutput], ...] = (StdoutSettings, FileSettings, AppriseSettings)
