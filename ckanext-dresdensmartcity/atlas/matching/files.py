"""Tables in one file that all processes of a machine map into memory, so that none has a copy of its own.

A file is written beside the old one and then takes its name: readers see the old or the new one, whole, and the old one
goes from the disk when nobody maps it any more.

Form: MAGIC, length and CRC-32 of a header, the header (JSON: what it is of, and type, shape and place of each array),
then the arrays, each at a multiple of ALIGNED bytes. All numbers are in the machine's own order: the file stays on it.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .arrays import Array
from .tables import Tables

MAGIC = b"DSCMATCH"
FORMAT = 4  # raise it when arrays get another meaning
ALIGNED = 64
START = struct.Struct("=8sII")
KINDS = "biuf"


class TablesFileError(RuntimeError):
    """Raised when a file cannot be used; the message says why. Making it anew is the remedy."""


def write(path: Path, tables: Tables, about: Mapping[str, str]) -> None:
    """Write the tables, readable for this account only; `about` is what `read` gives back. Raises OSError."""
    places, offset = {}, 0
    for name, array in tables.arrays.items():
        offset += -offset % ALIGNED
        places[name] = {"type": array.dtype.str, "shape": array.shape, "at": offset}
        offset += array.nbytes
    check, done = 0, 0
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
        try:
            for name, array in tables.arrays.items():
                padding = bytes(places[name]["at"] - done)  # type: ignore[operator]
                content = np.ascontiguousarray(array)
                check = zlib.crc32(content.tobytes(), zlib.crc32(padding, check))
                done += len(padding) + content.nbytes
            header = json.dumps(
                {
                    "format": FORMAT,
                    "order": sys.byteorder,
                    "about": dict(about),
                    "arrays": places,
                    "check": check,
                    "size": done,
                }
            ).encode()
            stream.write(START.pack(MAGIC, len(header), zlib.crc32(header)) + header)
            stream.write(bytes(-stream.tell() % ALIGNED))
            base = stream.tell()
            for name, array in tables.arrays.items():
                stream.write(bytes(base + places[name]["at"] - stream.tell()))  # type: ignore[operator]
                stream.write(np.ascontiguousarray(array).tobytes())
            stream.flush()
            os.fsync(stream.fileno())
            Path(stream.name).replace(path)
        except BaseException:
            Path(stream.name).unlink(missing_ok=True)
            raise


def read(path: Path) -> tuple[Tables, dict[str, str]]:
    """The tables of a file, mapped, and what they are of. Raises TablesFileError, FileNotFoundError."""
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_uid != os.getuid():
            raise TablesFileError(f"{path} belongs to another account")
        try:
            content = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        except (ValueError, OSError) as error:  # an empty file
            raise TablesFileError(f"{path}: {error}") from error
    header, base = _header(path, content)
    if len(content) != base + header["size"]:
        raise TablesFileError(f"{path} is not whole")
    if zlib.crc32(content[base:]) != header["check"]:
        raise TablesFileError(f"{path} has changed since it was written")
    try:
        arrays = {name: _array(content[base:], place) for name, place in header["arrays"].items()}
        return Tables(arrays), dict(header["about"])
    except (KeyError, TypeError, ValueError) as error:
        raise TablesFileError(f"{path} does not hold the arrays of this version: {error}") from error


def _header(path: Path, content: memoryview) -> tuple[dict[str, Any], int]:
    if len(content) < START.size:
        raise TablesFileError(f"{path} is too short")
    magic, length, check = START.unpack(content[: START.size])
    header = bytes(content[START.size : START.size + length])
    if magic != MAGIC or zlib.crc32(header) != check:
        raise TablesFileError(f"{path} is no file of this kind")
    found: dict[str, Any] = json.loads(header)
    if (found["format"], found["order"]) != (FORMAT, sys.byteorder):
        raise TablesFileError(f"{path} was written by another version or machine")
    end = START.size + length
    return found, end + -end % ALIGNED


def _array(content: memoryview, place: Mapping[str, Any]) -> Array:
    kind = np.dtype(place["type"])
    if kind.kind not in KINDS:
        raise ValueError(f"{kind} is not read")
    count = int(np.prod(place["shape"], dtype=np.int64))
    array: Array = np.frombuffer(content, dtype=kind, count=count, offset=place["at"]).reshape(place["shape"])
    return array
