"""The refusals a person can meet; each text is written to be read by them.

HelpDeskError
├── NotAllowed            the actor has no right to this
├── NotFound              it does not exist, or the actor may not know that it does
├── Refused               the rules of the desk forbid it just now
│   ├── InvalidTransition     the status does not allow the action
│   ├── AlreadyDone           someone was faster; the text says who
│   └── ChangedMeanwhile      a form was open while somebody else saved
├── InvalidField          one input is wrong; `field` says which
└── Unavailable           a service of ours does not answer; trying again helps
"""

from typing import Self


class HelpDeskError(Exception):
    """An expected refusal. `str(error)` is shown to the person as it is."""

    #: The key of what the person tried to reach and may not see, for the audit trail.
    unseen: str | None = None

    def about(self, key: str) -> Self:
        self.unseen = key
        return self

    @property
    def text(self) -> str:
        return str(self)


class NotAllowed(HelpDeskError):
    pass


class NotFound(HelpDeskError):
    pass


class Refused(HelpDeskError):
    pass


class InvalidTransition(Refused):
    pass


class AlreadyDone(Refused):
    pass


class ChangedMeanwhile(Refused):
    pass


class InvalidField(HelpDeskError):
    """`field` names the input as the form does; the text is shown beside it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class Unavailable(HelpDeskError):
    def __init__(
        self,
        text: str = "The help desk cannot reach its records right now, so this was not saved. "
        "Please try again in a few minutes.",
    ) -> None:
        super().__init__(text)
