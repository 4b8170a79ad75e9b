"""The encoding of a file is told from its bytes."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.tabular import ReadOptions, TabularError, read_workbook_or_text

GERMAN = [
    "Straße;Betrag\nLuftqualität;1,5\n",
    "line,title\n1.1,Personalkosten\n1.2,Maßnahmen\n",
    "Öffentlichkeitsarbeit;Förderung\nGebäude;12\n",
    "größe;Übersicht;äöüß\n1;2;3\n",
    "Jahr;Stadtteil\n2025;Äußere Neustadt\n2025;Löbtau-Süd\n",
    "a;b\nGebühren und Entgelte für Museen;1\nZuschüsse;2\n",
    "Titel;x\nCafé in der Südvorstadt;3\n",
    "Titel;x\nPflege§ 16, m²;3\nTür;4\n",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850"])
@pytest.mark.parametrize("text", GERMAN)
def test_german_tables_are_read_in_every_encoding(text: str, encoding: str):
    """A few umlauts are enough; the name of the encoding is told, and that it was guessed where it was."""
    table = read_workbook_or_text(text.encode(encoding))
    assert [*table.names, *(cell for row in table.rows for cell in row.cells)] == text.replace("\n", ";").replace(
        ",", ";" if ";" not in text else ","
    ).split(";")[:-1]
    assert table.encoding == (encoding if encoding[:5] != "utf-1" else "utf-16")
    assert bool(table.remarks) == (encoding in {"cp1252", "cp850", "utf-16-le", "utf-16-be"})


def test_only_windows_has_the_euro_sign():
    """€, dashes and quotes of Windows-1252 are told from the letters that code page 850 has at their places."""
    assert read_workbook_or_text("Betrag in €;x\n„1“;2\n".encode("cp1252")).names[0] == "Betrag in €"


def test_a_declared_encoding_is_taken_at_its_word():
    """Where it does not fit, the place is named."""
    content = "Straße;b\n1;2\n".encode("cp1252")
    assert read_workbook_or_text(content, options=ReadOptions(encoding="cp850")).names[0] != "Straße"
    with pytest.raises(TabularError, match="line 1: byte 4 is no utf-8"):
        read_workbook_or_text(content, options=ReadOptions(encoding="utf-8"))


def test_a_lost_letter_is_told():
    """� in the file means that it was damaged before it came here."""
    assert read_workbook_or_text("a;b\nStra\ufffde;1\n".encode()).remarks[0].place == "line 2"
