"""Is a claim borne out by what it rests on? Rules alone: the quoted words, numbers, dates, names, denials, duties,
limits and conditions of the claim are held against the source's. No model; a second opinion is another matter."""

from jobs.claims.quoted import borne_out
from jobs.claims.whole import Verdict, verdict

__all__ = ["Verdict", "borne_out", "verdict"]
