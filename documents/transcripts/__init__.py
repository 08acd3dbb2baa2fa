"""Transcripts and notes of calls, in whatever form a recorder, a dialler or a colleague leaves them."""

from documents.transcripts.reading import Call, read_call, read_transcript
from documents.transcripts.turns import Turn

__all__ = ["Call", "Turn", "read_call", "read_transcript"]
