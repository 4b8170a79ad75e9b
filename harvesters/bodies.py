"""What comes over the wire, turned into bytes and text: unpacked under a limit, complete, in a charset that is known.

Only gzip is asked for. Deflate is understood all the same, as servers send it unasked; br and zstd are refused, as
nobody asked for them and what cannot be unpacked piece by piece under a limit is not unpacked at all.
"""

from __future__ import annotations

import codecs
import time
import zlib
from collections.abc import Callable

from .records import HarvesterError

GZIP, ZLIB, RAW = 31, 15, -15  # zlib's names for the three forms
GZIP_MAGIC = b"\x1f\x8b"
PIECE = 64 * 1024  # unpacked at once

# Charsets by the names that Python gives them. Others that Python knows are no charsets of texts (punycode, idna,
# unicode_escape, zlib …), and some of these take quadratic time.
CHARSETS = frozenset(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be", "utf-32-le", "ascii"]
    + [f"iso8859-{part}" for part in range(1, 17)]
    + [f"cp{page}" for page in (437, 850, 852, 858, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)]
    + ["mac-roman", "koi8-r", "koi8-u"]
)


class SourceFormatError(HarvesterError):
    """The answer is complete, but not in the form it should have."""


class TooLargeError(HarvesterError):
    """The answer exceeds the limit of size."""


class CutShortError(Exception):
    """The packed body ends before its end: the connection broke; asking again may help."""


class TooSlowError(Exception):
    """The body comes in so slowly that waiting for its end makes no sense."""


def decode(content: bytes, charset: str, place: str) -> str:
    """The text of a body, without a byte order mark; SourceFormatError at the first byte that is not of the charset."""
    try:
        known = codecs.lookup(charset).name in CHARSETS
    except LookupError:
        known = False
    if not known:
        raise SourceFormatError(f"{place} declares the unknown charset {charset!r}")
    try:
        return content.decode(charset).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceFormatError(f"{place} is not {charset}, as it declares", f"line {line}") from error


class Unpacker:
    """Takes a body piece by piece and keeps what it holds, up to `limit` bytes."""

    def __init__(self, coding: str, limit: int, place: str) -> None:
        self.place, self.limit, self.body = place, limit, bytearray()
        self.coding = coding.strip().lower() or "identity"
        if self.coding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise SourceFormatError(f"{place} is encoded as {coding!r}, which nobody asked for")
        self._inflate = zlib.decompressobj(wbits=GZIP) if "gzip" in self.coding else None

    def feed(self, piece: bytes) -> None:
        """Raises TooLargeError, and zlib.error for what is not packed as it says."""
        if self.coding == "identity":
            self._keep(piece)
            return
        while piece:
            inflate = self._unpacking(piece)
            if inflate is None:
                return
            self._keep(inflate.decompress(piece, PIECE))
            piece = inflate.unused_data if inflate.eof else inflate.unconsumed_tail

    def end(self) -> bytes:
        """All of it. Raises CutShortError."""
        if self._inflate is not None and not self._inflate.eof:
            self._keep(self._inflate.decompress(b"", PIECE))  # what stayed inside when its output was full
        if self.coding != "identity" and not (self._inflate and self._inflate.eof):
            raise CutShortError(f"{self.coding} ends before its end")
        return bytes(self.body)

    def _unpacking(self, piece: bytes) -> zlib._Decompress | None:
        """What unpacks the next piece; None for zeros after the end, with which some fill up."""
        if self.coding == "deflate" and self._inflate is None:
            # Deflate means zlib (RFC 9110, 8.4.1.2), but some send it without zlib's frame.
            framed = piece[0] & 0x0F == 8 and (len(piece) < 2 or int.from_bytes(piece[:2], "big") % 31 == 0)
            self._inflate = zlib.decompressobj(wbits=ZLIB if framed else RAW)
        elif self._inflate is not None and self._inflate.eof:
            if not piece.strip(b"\0"):
                return None
            # Several gzip files one after the other are one (RFC 1952, 2.2); the rest must not be lost silently.
            if "gzip" not in self.coding or not (piece.startswith(GZIP_MAGIC) or piece == GZIP_MAGIC[:1]):
                raise SourceFormatError(f"{self.place}: something follows the end of the {self.coding} body")
            self._inflate = zlib.decompressobj(wbits=GZIP)
        return self._inflate

    def _keep(self, more: bytes) -> None:
        self.body += more
        if len(self.body) > self.limit:
            raise TooLargeError(f"{self.place} is larger than {self.limit / 1048576:g} MB")


class SpeedWatch:
    """Ends a body that comes in more slowly than `speed` bytes a second, averaged over `window` seconds."""

    def __init__(self, speed: float, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.speed, self.window, self.clock = speed, window, clock
        self._began, self._bytes = clock(), 0

    def count(self, size: int) -> None:
        """Raises TooSlowError at the end of a window in which less came."""
        self._bytes += size
        passed = self.clock() - self._began
        if passed < self.window:
            return
        if self._bytes < self.speed * passed:
            raise TooSlowError(f"{self._bytes / passed:.0f} bytes a second, less than {self.speed:g}")
        self._began, self._bytes = self.clock(), 0
