"""The words of a vape report. Pure."""

from enum import StrEnum


class Believed(StrEnum):
    """What people think is in a vape, before any laboratory has seen it."""

    NICOTINE = "nicotine"
    THC = "THC"
    SPICE = "spice"
    UNKNOWN = "not known"


class Told(StrEnum):
    """Whether somebody who should know has been told."""

    YES = "yes"
    NOT_YET = "not yet"
    NOT_APPLICABLE = "not applicable"


class Device(StrEnum):
    """Where the vape is now: a laboratory can only look at one that was kept."""

    KEPT = "kept safe"
    POLICE = "handed to the police"
    YOUNG_PERSON = "with the young person or their family"
    GONE = "thrown away or lost"
    NONE = "nobody has it"
