"""What strangers write, as plain text without ways to reach a person."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]{2,8}|#x?[0-9a-fA-F]{1,6});")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SKIPPED = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg"})
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "tr", "table", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6"}
)

_LABEL = r"(?:(?:e-?mail|mail|telefon|tel|phone|fon|fax|mobil|mobile)\b\.?\s*:?\s*)?"
_AT = r"(?:@|\s?[\[(]\s?(?:at|ät)\s?[\])]\s?)"
_DOT = r"(?:\.|\s?[\[(]\s?(?:dot|punkt)\s?[\])]\s?)"
MAIL = rf"(?:mailto:)?[\w.+%-]{{1,64}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,5}}"
# With its country, or with the area code of at least three digits; or whatever stands behind a label.
ABROAD = r"(?:\+|\b00)[1-9]\d{0,2}[\s()/.-]{0,3}\d[\d\s()/.-]{4,20}\d"
NATIONAL = r"(?<![\w.,-])\(?0\d{2,4}\)?[\s/-]{1,3}\d[\d\s/-]{2,16}\d(?![\w])"
LABELLED = r"(?:tel:|\b(?:telefon|tel|phone|fon|fax|mobil|mobile)\b\.?\s*:?\s*)[\d+(][\d\s()/.-]{3,20}\d"
_PERSONAL = re.compile(rf"{LABELLED}|{_LABEL}(?:{MAIL}|{ABROAD}|{NATIONAL})", re.IGNORECASE)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.skipped += tag in _SKIPPED
        if tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self.skipped = max(0, self.skipped - (tag in _SKIPPED))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.parts.append(data)


def plain(text: str) -> str:
    """The text of HTML, block by block; other text as it is. Without control characters, ends and doubled blanks.

    >>> plain("<p>Lärm &amp; Luft</p><script>alert(1)</script> a < b")
    'Lärm & Luft\\na < b'
    """
    if _HTML.search(text):
        parser = _Text()
        parser.feed(text)
        parser.close()
        text = "".join(parser.parts)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in _CONTROL.sub("", text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ").replace("\n-\n", "\n")


def personal(text: str) -> int:
    """How many mail addresses and telephone numbers stand in the text.

    >>> personal("Fragen an info@amt.example oder 0351 488 1234, seit 01.02.2026"), personal("1.2.5 von 2024-2026")
    (2, 0)
    """
    return sum(1 for _ in _PERSONAL.finditer(text))


def without_personal(text: str) -> str:
    """The text without them.

    >>> without_personal("Messnetz der Stadt. Tel.: +49 351 488 1234")
    'Messnetz der Stadt.'
    """
    return re.sub(r"[^\S\n]{2,}", " ", _PERSONAL.sub("", text)).strip()
