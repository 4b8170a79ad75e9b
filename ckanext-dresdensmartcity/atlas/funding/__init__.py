"""Who may take part in a funding programme, and which consortia fit it: plain Python on plain records."""

from .rules import Eligibility, State, eligibility, state_of, suitability

__all__ = ["Eligibility", "State", "eligibility", "state_of", "suitability"]
