"""Make the Solr core of the portal: CKAN's own schema plus spatial and German fields.

Both stacks call this file, the one in `docker/` while its image is built and the one in `docker/local/`
at each start, so that a search behaves alike in both.

    python build_core.py CORE_DIR [--schema CKAN_SCHEMA_XML]
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

HERE = Path(__file__).parent

SPATIAL_TYPES = """<types>
  <fieldType name="location_rpt" class="solr.SpatialRecursivePrefixTreeFieldType" spatialContextFactory="JTS"
             autoIndex="true" validationRule="repairBuffer0" distErrPct="0.025" maxDistErr="0.001"
             distanceUnits="kilometers"/>
  <fieldType name="bbox" class="solr.BBoxField" geo="true" distanceUnits="kilometers" numberType="pdouble"/>
</types>"""

# ckanext-spatial's backend "solr-spatial-field" looks for these two names.
SPATIAL_FIELDS = """<fields>
  <field name="spatial_bbox" type="bbox" stored="false" indexed="true"/>
  <field name="spatial_geom" type="location_rpt" stored="false" indexed="true"/>
</fields>"""

# CKAN stems English. The same type name with German analysis lets every field that CKAN declares as `text`
# find "Straße" for "Strasse" and "Sensoren" for "Sensor".
GERMAN_TEXT = """<fieldType name="text" class="solr.TextField" positionIncrementGap="100">
  <analyzer type="index">
    <tokenizer class="solr.WhitespaceTokenizerFactory"/>
    <filter class="solr.WordDelimiterGraphFilterFactory" generateWordParts="1" generateNumberParts="1"
            catenateWords="1" catenateNumbers="1" catenateAll="0" splitOnCaseChange="0"/>
    <filter class="solr.FlattenGraphFilterFactory"/>
    <filter class="solr.LowerCaseFilterFactory"/>
    <filter class="solr.GermanNormalizationFilterFactory"/>
    <filter class="solr.GermanLightStemFilterFactory"/>
    <filter class="solr.ASCIIFoldingFilterFactory"/>
  </analyzer>
  <analyzer type="query">
    <tokenizer class="solr.WhitespaceTokenizerFactory"/>
    <filter class="solr.WordDelimiterGraphFilterFactory" generateWordParts="1" generateNumberParts="1"
            catenateWords="0" catenateNumbers="0" catenateAll="0" splitOnCaseChange="0"/>
    <filter class="solr.LowerCaseFilterFactory"/>
    <filter class="solr.GermanNormalizationFilterFactory"/>
    <filter class="solr.GermanLightStemFilterFactory"/>
    <filter class="solr.ASCIIFoldingFilterFactory"/>
  </analyzer>
</fieldType>"""

# Word parts of four letters and more find "Luftqualitätssensoren" for "Sensor": German writes compounds as one
# word, and no stemmer takes them apart.
GERMAN_PARTS_TYPE = """<fieldType name="text_parts" class="solr.TextField" positionIncrementGap="100">
  <analyzer type="index">
    <tokenizer class="solr.StandardTokenizerFactory"/>
    <filter class="solr.LowerCaseFilterFactory"/>
    <filter class="solr.GermanNormalizationFilterFactory"/>
    <filter class="solr.ASCIIFoldingFilterFactory"/>
    <filter class="solr.NGramFilterFactory" minGramSize="4" maxGramSize="12" preserveOriginal="true"/>
  </analyzer>
  <analyzer type="query">
    <tokenizer class="solr.StandardTokenizerFactory"/>
    <filter class="solr.LowerCaseFilterFactory"/>
    <filter class="solr.GermanNormalizationFilterFactory"/>
    <filter class="solr.ASCIIFoldingFilterFactory"/>
    <filter class="solr.TruncateTokenFilterFactory" prefixLength="12"/>
  </analyzer>
</fieldType>"""
GERMAN_PARTS_FIELD = '<field name="text_parts" type="text_parts" indexed="true" stored="false" multiValued="true"/>'
GERMAN_PARTS_SOURCES = ("title", "notes", "tags", "res_name", "res_description")


def portal_schema(ckan_schema: Path) -> ET.ElementTree:
    """CKAN's schema with the project's types and fields put in."""
    tree = ET.parse(ckan_schema)
    schema = tree.getroot()
    types, fields = schema.find("types"), schema.find("fields")
    if types is None or fields is None:
        raise ValueError(f"{ckan_schema}: no <types> or <fields>; is this CKAN's Solr schema?")
    for old in types.findall("fieldType[@name='text']"):
        types.remove(old)
    types.extend([ET.fromstring(GERMAN_TEXT), ET.fromstring(GERMAN_PARTS_TYPE), *ET.fromstring(SPATIAL_TYPES)])
    fields.extend([*ET.fromstring(SPATIAL_FIELDS), ET.fromstring(GERMAN_PARTS_FIELD)])
    for source in GERMAN_PARTS_SOURCES:
        ET.SubElement(schema, "copyField", source=source, dest="text_parts")
    return tree


def installed_ckan_schema() -> Path:
    spec = importlib.util.find_spec("ckan")
    if spec is None or spec.origin is None:
        raise SystemExit("CKAN is not installed here: name its schema.xml with --schema")
    return Path(spec.origin).parent / "config" / "solr" / "schema.xml"


def build_core(core_dir: Path, ckan_schema: Path) -> None:
    """Write core.properties and conf/ into `core_dir`; an index that is already there stays."""
    conf = core_dir / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "conf" / "solrconfig.xml", conf / "solrconfig.xml")
    # CKAN's schema names these two files in the types that we leave as they are.
    for name in ("synonyms.txt", "protwords.txt"):
        (conf / name).touch()
    portal_schema(ckan_schema).write(conf / "schema.xml", encoding="utf-8", xml_declaration=True)
    (core_dir / "core.properties").write_text(f"name={core_dir.name}\n", encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("core_dir", type=Path)
    arguments.add_argument("--schema", type=Path, default=None)
    options = arguments.parse_args()
    build_core(options.core_dir, options.schema or installed_ckan_schema())


if __name__ == "__main__":
    main()
