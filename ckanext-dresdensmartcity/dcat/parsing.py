"""RDF documents of strangers, read with care.

Threat model
- A document may be broken, in a wrong encoding, or none at all: that is an UnreadableError with the reason, never a
  trace. What rdflib would log for each literal that is none becomes one line for the document.
- It may be a bomb: too many bytes or triples, entities that unfold, brackets without end, a number of a billion digits.
  Bytes are counted before anything is read, triples while they are read; a document type with entities is refused; what
  nests too deep is refused; literals are kept as they are written and never unfolded ("1e999999999" as a decimal).
- It may name other documents: JSON-LD contexts, external entities, XInclude. Nothing is ever fetched or opened.
- Its relative IRIs must not take the name of a file of this machine: without an address of its own a document stands
  under `NO_ADDRESS`, a name that can never be reached (RFC 2606).
"""

from __future__ import annotations

import codecs
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.sax import SAXException

import rdflib
from rdflib import Graph, URIRef
from rdflib.exceptions import Error as RDFLibError
from rdflib.parser import InputSource, PythonInputSource
from rdflib.plugins.parsers.notation3 import RDFSink, SinkParser
from rdflib.plugins.stores.memory import Memory

log = logging.getLogger(__name__)

# Ending -> name in rdflib.
SYNTAXES = {
    ".ttl": "turtle",
    ".nt": "nt",
    ".rdf": "xml",
    ".xml": "xml",
    ".owl": "xml",
    ".jsonld": "json-ld",
    ".json": "json-ld",
    ".n3": "n3",
}
# Media type -> name in rdflib. A server that says "text/plain" or "application/xml" says nothing.
MEDIA_TYPES = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "text/n3": "n3",
    "text/rdf+n3": "n3",
}
NO_ADDRESS = "http://relative.invalid/"
DEEPEST_JSON = 200  # levels; a catalogue has ten
_PROLOG_CHUNK = 64 * 1024
# Byte order marks, the longer ones first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Limits:
    """How large a document may be."""

    bytes: int = 64_000_000
    triples: int = 300_000  # about 2 kB of memory each, as rdflib 7.6 keeps them


DEFAULT_LIMITS = Limits()


class UnreadableError(Exception):
    """A document cannot be read as RDF; the message says why."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class TooLargeError(UnreadableError):
    """A document has more bytes or triples than are read; the message says how many are."""


class _TooManyError(Exception):
    """More triples than the limit."""


class _NoRDFError(Exception):
    """A construct of Notation3 that is no RDF."""


class _CountingMemory(Memory):
    """rdflib's store in memory, which stops when there are too many triples."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit: int | None = limit
        self.added = 0

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
        self.added += 1
        if self.limit is not None and self.added > self.limit:
            raise _TooManyError
        super().add(triple, context, quoted)


class _CountingParser(SinkParser):
    """rdflib's parser of Turtle, which stops at too many objects: it adds those of one statement together."""

    limit = DEFAULT_LIMITS.triples
    seen = 0  # objects, and subjects, which are read alike

    def object(self, argstr: str, i: int, res: Any) -> int:
        self.seen += 1
        if self.seen > self.limit:
            raise _TooManyError
        return super().object(argstr, i, res)


class _Sink(RDFSink):
    formulas = 0

    def newFormula(self) -> Any:  # noqa: N802 - rdflib's name
        self.formulas += 1
        if self.formulas > 1:  # the first is the document itself
            raise _NoRDFError("formulas in {…} are no RDF")
        return super().newFormula()


def syntax_of(name: str, media_type: str = "") -> str:
    """The name in rdflib of a document's syntax, by its media type or the ending of its address; empty if unknown."""
    plain = media_type.split(";")[0].strip().lower()
    path = name.split("?")[0].split("#")[0].lower()
    return MEDIA_TYPES.get(plain, "") or SYNTAXES.get(Path(path).suffix, "")


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> Graph:
    """The graph of an RDF file, its syntax told from the ending.

    Raises UnreadableError when there is no such file, no such syntax, or it is not what its ending says.
    """
    syntax = SYNTAXES.get(path.suffix.lower())
    if syntax is None:
        raise UnreadableError(str(path), f"the ending is none of {', '.join(SYNTAXES)}")
    try:
        with path.open("rb") as file:
            data = file.read(limits.bytes + 1)
    except OSError as error:
        raise UnreadableError(str(path), error.strerror or "it cannot be opened") from error
    return read_bytes(data, syntax, str(path), limits=limits)


def read_bytes(data: bytes, syntax: str, source: str, *, limits: Limits = DEFAULT_LIMITS, address: str = "") -> Graph:
    """The graph of a document in a syntax of rdflib.

    `source` names it in errors; `address` is what its relative IRIs start from. Raises UnreadableError, TooLargeError.
    """
    if len(data) > limits.bytes:
        raise TooLargeError(source, f"it has more than {limits.bytes:,} bytes")
    if syntax == "xml":
        return _xml(data, None, source, limits, address)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(source, f"it is not {encoding.upper()}: byte {error.start} is wrong") from error
    return read_text(text, syntax, source, limits=limits, address=address)


def read_text(text: str, syntax: str, source: str, *, limits: Limits = DEFAULT_LIMITS, address: str = "") -> Graph:
    """The graph of a text in a syntax of rdflib; raises UnreadableError, TooLargeError."""
    if len(text) > limits.bytes:
        raise TooLargeError(source, f"it has more than {limits.bytes:,} bytes")
    if syntax == "json-ld":
        return _parsed(_json(text, source, limits), syntax, source, limits, address)
    if syntax == "xml":
        data = text.lstrip("\ufeff").encode("utf-8", "surrogatepass")
        return _xml(data, "utf-8", source, limits, address)
    return _parsed(text, syntax, source, limits, address)


def _parsed(document: Any, syntax: str, source: str, limits: Limits, address: str) -> Graph:
    store = _CountingMemory(limits.triples)
    graph = Graph(store=store)
    try:
        with _as_written(source):
            _parse(graph, document, syntax, address or NO_ADDRESS, limits)
    except _TooManyError as error:
        raise TooLargeError(source, f"it has more than {limits.triples:,} triples; read it in smaller parts") from error
    except RecursionError as error:
        raise UnreadableError(source, "it is nested too deep") from error
    # rdflib has no exception of its own for all its parsers: these are what they raise on broken input.
    except (
        RDFLibError,
        SyntaxError,
        SAXException,
        _NoRDFError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        AssertionError,
        ArithmeticError,
    ) as error:
        reason = " ".join(str(error)[:2000].split()[:40]) or type(error).__name__
        raise UnreadableError(source, f"it is no {syntax}: {reason}") from error
    store.limit = None  # what the portal adds to its own graph is not counted
    return graph


def _parse(graph: Graph, document: Any, syntax: str, address: str, limits: Limits) -> None:
    if syntax in ("turtle", "n3"):
        parser = _CountingParser(_Sink(graph), baseURI=address, turtle=syntax == "turtle")
        parser.limit = 2 * limits.triples
        parser.loadBuf(document)
    elif syntax == "json-ld":
        graph.parse(PythonInputSource(document, address), format=syntax, publicID=address)
    elif syntax == "xml":
        graph.parse(document, format=syntax, publicID=address)
    else:
        graph.parse(data=document, format=syntax, publicID=address)


# --- JSON-LD


def _json(text: str, source: str, limits: Limits) -> Any:
    """The document as Python's lists and dictionaries; refused where it is too large or names a context elsewhere."""
    if sum(text.count(sign) for sign in ",{[") > 5 * limits.triples:  # before they become objects
        raise TooLargeError(source, f"it has more than {limits.triples:,} triples; read it in smaller parts")
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise UnreadableError(source, "it is nested too deep") from error
    except ValueError as error:
        raise UnreadableError(source, f"it is no JSON: {' '.join(str(error)[:200].split())}") from error
    waiting = [(document, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST_JSON:
            raise UnreadableError(source, "it is nested too deep")
        if isinstance(node, dict):
            if remote := _remote_context(node.get("@context")):
                reason = f"its context {remote[:200]} would have to be fetched; write it into the document"
                raise UnreadableError(source, reason)
            waiting += [(one, depth + 1) for one in node.values()]
        elif isinstance(node, list):
            waiting += [(one, depth + 1) for one in node]
    return document


def _remote_context(given: Any) -> str:
    """The address of a context that stands elsewhere: a document could have this machine ask any."""
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, str):
            return one
        if isinstance(one, dict) and "@import" in one:
            return str(one["@import"])
    return ""


# --- RDF/XML


class _PrologReadError(Exception):
    """The first element was reached."""


def _xml(data: bytes, encoding: str | None, source: str, limits: Limits, address: str) -> Graph:
    """`encoding` is that of a text, which holds whatever the document says; else it says its own."""
    _refuse_document_type(data, encoding, source)
    given = InputSource(address or NO_ADDRESS)
    given.setByteStream(BytesIO(data))
    if encoding:
        given.setEncoding(encoding)
    return _parsed(given, "xml", source, limits, address)


def _refuse_document_type(data: bytes, encoding: str | None, source: str) -> None:
    """A document type may declare entities, which unfold to any size or name files: none is taken.

    Only what stands before the first element is read: later there can be none (XML 1.0, 2.8).
    """
    parser = expat.ParserCreate(encoding)

    def doctype(name: str, system: str | None, public: str | None, internal: int) -> None:
        if system or public:
            raise UnreadableError(source, "its document type stands elsewhere, which is not fetched; leave it out")

    def entity(name: str, *_: Any) -> None:
        raise UnreadableError(source, f"it declares the entity {name[:50]!r}; write its text in place of it")

    def start(*_: Any) -> None:
        raise _PrologReadError

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start
    try:
        for begin in range(0, len(data), _PROLOG_CHUNK):
            parser.Parse(data[begin : begin + _PROLOG_CHUNK], False)
        parser.Parse(b"", True)
    except _PrologReadError:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableError(source, f"it is no xml: {' '.join(str(error).split())}") from error


# --- rdflib's habits

_counting: ContextVar[list[int] | None] = ContextVar("counting", default=None)
_switch = threading.RLock()
_readers = 0


class _Counted(logging.Filter):
    """Counts rdflib's complaints of a document that is being read, in place of a line with a trace for each."""

    def filter(self, record: logging.LogRecord) -> bool:
        counter = _counting.get()
        if counter is None:
            return True
        counter[0] += 1
        return False


logging.getLogger("rdflib.term").addFilter(_Counted())
logging.getLogger("rdflib.graph").addFilter(_Counted())
warnings.filterwarnings("ignore", message="Parsing weird boolean", module="rdflib")


@contextmanager
def _as_written(source: str) -> Iterator[None]:
    """Literals are kept as they are written while documents are read, and complaints are counted.

    rdflib puts literals into another form ("PT60M" becomes "PT1H"), which changes what was given and lets a decimal of
    twelve characters unfold to a gigabyte. Its switch is one for the whole process, so it is turned back when the last
    reader is done.
    """
    global _readers
    counter = [0]
    token = _counting.set(counter)
    with _switch:
        _readers += 1
        rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        with _switch:
            _readers -= 1
            if not _readers:
                rdflib.NORMALIZE_LITERALS = True
        _counting.reset(token)
        if counter[0]:
            log.info("%s: rdflib complains of %d literals and IRIs", source, counter[0])


def is_relative(iri: URIRef | str) -> bool:
    """Whether an IRI was relative in a document without an address of its own, so that it names nothing."""
    return str(iri).startswith(NO_ADDRESS)
