"""The gate's errors."""

from __future__ import annotations

from ckanext.dresdensmartcity.quality.findings import Finding, Severity
from ckanext.dresdensmartcity.quality.gate import ELSEWHERE, OTHER_FILES, errors

DATASET = "https://portal.example.org/dataset/trees"
FILES = [(f"{DATASET}/resource/a", "Bäume"), (f"{DATASET}/resource/ab", "Karte")]


def finding(focus: str, field: str, message: str, severity: Severity = "violation") -> Finding:
    return Finding(severity, focus, field, "", "", message, "urn:shape")


def test_a_violation_stands_at_its_field() -> None:
    """Also one of a node that hangs on the dataset; the same sentence stands once."""
    found = [
        finding(DATASET, "title", "Titel fehlt."),
        finding(f"{DATASET}#contact-1", "contact", "Adresse fehlt."),
        finding(f"{DATASET}#contact-2", "contact", "Adresse fehlt."),
    ]
    assert errors(found, FILES) == {"title": ["Titel fehlt."], "contact": ["Adresse fehlt."]}


def test_warnings_and_hints_do_not_stop_a_save() -> None:
    """Only violations do."""
    assert errors([finding(DATASET, "theme", "x", "warning"), finding(DATASET, "theme", "x", "info")], FILES) == {}


def test_a_violation_of_a_file_stands_at_this_file() -> None:
    """In the order of the files; an IRI that only begins like another's is not mistaken for it."""
    found = errors([finding(f"{FILES[1][0]}#checksum", "hash", "Keine Prüfsumme.")], FILES)
    assert found["resources"] == [{OTHER_FILES: ["Karte: Keine Prüfsumme."]}, {"hash": ["Keine Prüfsumme."]}]


def test_the_form_of_the_dataset_names_the_file_too() -> None:
    """CKAN's own form would only say that a file is wrong."""
    found = errors([finding(FILES[0][0], "license", "Lizenz fehlt.")], FILES)
    assert found[ELSEWHERE] == ["Bäume: Lizenz fehlt."]


def test_a_field_that_the_form_has_not_is_told_elsewhere() -> None:
    """Nothing that stops a save is left unsaid."""
    found = [
        finding(DATASET, "nowhere", "Etwas."),
        finding(DATASET, "", "Anderes."),
        finding(DATASET, "title", "Titel."),
    ]
    assert errors(found, FILES, {"title"}.__contains__) == {ELSEWHERE: ["Etwas.", "Anderes."], "title": ["Titel."]}


def test_a_part_of_a_record_is_told_at_its_record() -> None:
    """As CKAN's forms want it: a list with a mapping for each record."""
    found = [finding(f"{DATASET}#contact-2", "contact.email", "Keine Adresse.")]
    assert errors(found, FILES) == {"contact": [{}, {"email": ["Keine Adresse."]}]}
    assert errors([finding(DATASET, "contact.email", "Keine.")], FILES) == {"contact": [{"email": ["Keine."]}]}
