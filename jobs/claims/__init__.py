"""Is a claim borne out by what it rests on? Rules alone: the quoted words, numbers, dates, names, denials, duties,
limits and conditions of the claim are held against the source's. No model; a second opinion is another matter."""

from jobs.claims.facts import Verdict, borne_out, verdict

__all__ = ["Verdict", "borne_out", "verdict"]
