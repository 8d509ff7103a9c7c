"""Saying no by name: one base class, turned into a page or a JSON answer at one place (``config/refusals.py``)."""

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An act was asked for that a rule forbids; nothing was changed.

    ``code`` names the rule for programs, ``message`` says in the reader's language what to do. Named numbers
    and names go into the message through ``details``.
    """

    code = "refused"
    status = 409
    message = ""

    def __init__(self, **details):
        super().__init__(self.code)
        self.details = details

    def __str__(self) -> str:
        return str(self.message) % self.details if self.details else str(self.message)


class InvalidInput(Refusal):
    """What was sent cannot be read as what was asked for."""

    code = "invalid_input"
    status = 400


class InvalidTransition(Refusal):
    """The record was not in the state the act starts from: somebody was faster, or the order is wrong."""

    code = "invalid_transition"
    message = _("This was already done, or its turn has not come. Reload the page to see where things stand.")
