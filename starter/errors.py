"""What can go wrong for the person at the command line; each message is a sentence for them."""


class CaseError(Exception):
    """There is no such case, or it is not in a state for this."""


class StackError(Exception):
    """The stack cannot start or stay up."""


class UsageError(Exception):
    """The command's words do not fit."""
