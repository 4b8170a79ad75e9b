"""What people send who mean harm or err, and how to tell that it did none."""

from __future__ import annotations

import json
from typing import Any

from bs4 import BeautifulSoup

TAG, ATTRIBUTE = "hostile-tag", "data-hostile"
# Breaks out of text, attributes in either quotes, scripts, comments, JSON in a script, SVG, CDATA and templates.
MARKUP = (
    f"'\"></title></textarea></script></style>--><{TAG} {ATTRIBUTE}='1' onmouseover=hostile()>"
    f"<script {ATTRIBUTE}>hostile()</script><svg onload=hostile()>]]>{{{{7*7}}}}${{7*7}}\\u003c"
)
FORMULA = '=HYPERLINK("http://hostile.example/";"x")'
SCRIPT_ADDRESS = "javascript:hostile()//http://hostile.example/"

TEXTS = (
    MARKUP,
    "'; DROP TABLE package; --",
    "1' OR '1'='1",
    'title:* AND (state:deleted OR private:true) _query_:"{!frange l=0}1"',
    "{!xmlparser v='<!DOCTYPE a SYSTEM \"http://hostile.example/\"><a/>'}",
    "%_\\%%",
    "\0\x01\x1f\ud7ff\ufffe\U0010ffff",
    "../../../../etc/passwd",
    "-1",
    "99999999999999999999999999",
    "NaN",
    "1e400",
    "51.05,13.74",  # latitude first
    "200,100",
    "ß" * 300,
    "a" * 100_000,
)

# All that any page of the atlas reads, and words that some page may read.
PARAMETERS = tuple(
    "q kind field area topic district status phase funding near radius bbox sort stale page limit offset mode embed "  # noqa: SIM905
    "f crs bbox-crs datetime filter filter-lang properties view format on role actor project type id text name "
    "language _lang profile z x y size order direction".split()
)


def no_harm(body: str, address: str) -> BeautifulSoup:
    """A page on which nothing that was sent became an element, an attribute, a script or a link."""
    soup = BeautifulSoup(body, "html.parser")
    for tag in soup.find_all(True):
        assert tag.name != TAG, f"{address}: {str(tag)[:200]}"
        wrong = {name for name in tag.attrs if name == ATTRIBUTE or "hostile" in name}
        wrong |= {name for name, value in tag.attrs.items() if name.startswith("on") and "hostile" in str(value)}
        assert not wrong, f"{address}: {wrong} of {tag.name}"
        for name in ("href", "src", "action", "formaction", "xlink:href", "data", "poster"):
            value = str(tag.attrs.get(name, "")).strip().lower()
            assert not value.startswith(("javascript:", "data:text", "vbscript:")), f"{address}: {name}={value[:100]}"
    for script in soup.find_all("script"):
        _no_harm_in_script(script.string or "", str(script.get("type", "")), address)
    for style in soup.find_all("style"):
        assert "hostile" not in (style.string or ""), address
    return soup


def _no_harm_in_script(text: str, media_type: str, address: str) -> None:
    if not media_type.endswith("json"):
        assert "hostile" not in text, f"{address}: data in a script"
        return
    json.loads(text)
    for end in ("</", "<!--", "<script"):
        assert end not in text.lower(), f"{address}: {end} in JSON inside a page"


def sentence(body: bytes, media_type: str) -> str:
    """What a refusal says."""
    text = body.decode()
    if "json" in media_type:
        said: Any = json.loads(text)
        return json.dumps(said, ensure_ascii=False)
    if "html" in media_type:
        soup = BeautifulSoup(text, "html.parser")
        return " ".join((soup.find("main") or soup).get_text(" ").split())
    return text
