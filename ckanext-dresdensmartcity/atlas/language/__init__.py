"""What words mean, in German and English: vectors that lie near each other for words that are used alike.

`build` makes them from two published sources when the portal is installed; nothing of them is in the repository.
Without them everything works, by spelling alone.
"""

from .lexicon import Lexicon, LexiconError, installed
from .phrases import Sense, senses

__all__ = ["Lexicon", "LexiconError", "Sense", "installed", "senses"]
