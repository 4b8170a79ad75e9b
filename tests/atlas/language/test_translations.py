"""The dictionary of the search box."""

from __future__ import annotations

from pathlib import Path

from ckanext.dresdensmartcity.atlas.language import translations
from ckanext.dresdensmartcity.atlas.language.translations import Translations

LINES = """# a remark
Baum {m} | Bäume {pl} :: tree | trees
Rathaus {n} [arch.] | Rathäuser {pl} :: town hall; city hall | town halls; city halls
Lärm {m}; Krach {m} :: noise; row
Lärm {m} :: noise
Luft {f} :: air
Lied {n}; Weise {f}; Melodie {f} :: tune; air; melody; song
Straße {f} :: street (in towns)
ohne Sinn
der große Baum :: the big tree
""".splitlines()


def test_words_are_found_in_both_directions(tmp_path: Path):
    """With their forms; two English words are one key; what is seldom meant is left out."""
    assert translations.write(tmp_path, LINES) > 10
    known = Translations(tmp_path)
    assert known.of("baum") == ("tree",)
    assert known.of("baeume") == ("trees",)
    assert known.of("street") == ("strasse",)
    assert known.of("city_hall") == ("rathaus",)
    assert known.of("noise")[0] == "laerm"
    assert known.of("air")[0] == "luft"
    for unknown in ("", "zzz", "aaa", "big", "ohne", "baum\t", "ümlaut"):
        assert known.of(unknown) == ()


def test_every_word_that_is_written_is_found(tmp_path: Path):
    """Also the first and the last of the file."""
    translations.write(tmp_path, LINES)
    known = Translations(tmp_path)
    for line in (tmp_path / translations.NAME).read_text(encoding="ascii").splitlines():
        word, others = line.split("\t")
        assert known.of(word) == tuple(others.split(" "))
