"""A process that saves drafts, to be killed: `python -m tests.mailbox.saving MAILBOX USER MESSAGE-ID...`."""

import sys
from pathlib import Path

from pydantic import SecretStr

from connectors.imap import ImapMailbox
from connectors.maildir import Maildir
from tests.mailbox.drafts import PASSWORD, SENDER, draft

if __name__ == "__main__":
    place, user, *message_ids = sys.argv[1:]
    box = ImapMailbox(place, user, SecretStr(PASSWORD), SENDER) if user else Maildir(Path(place), SENDER)
    for message_id in message_ids:
        box.save_draft(draft(message_id=message_id, text="line\n" * 20_000))
        print(message_id, flush=True)
