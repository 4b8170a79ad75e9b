"""Packaging of ckanext-dresdensmartcity.

The three top folders are named after what a reader looks for, not after Python packages; this file maps them:

    ckanext-dresdensmartcity/ -> ckanext.dresdensmartcity
    harvesters/               -> ckanext.dresdensmartcity.harvesters
    schemas/                  -> ckanext.dresdensmartcity.schemas   (data only)
"""

from pathlib import Path

from setuptools import find_packages, setup

PACKAGE = "ckanext.dresdensmartcity"
TOP_FOLDERS = {
    PACKAGE: "ckanext-dresdensmartcity",
    f"{PACKAGE}.harvesters": "harvesters",
    f"{PACKAGE}.schemas": "schemas",
}

packages = [PACKAGE, f"{PACKAGE}.harvesters", f"{PACKAGE}.schemas"]
packages += [f"{PACKAGE}.{name}" for name in find_packages("ckanext-dresdensmartcity")]
packages += [f"{PACKAGE}.harvesters.{name}" for name in find_packages("harvesters")]


def data_files(folder: str, patterns: list[str]) -> list[str]:
    """Paths below `folder` that the wheel must hold, relative to it."""
    root = Path(__file__).parent / folder
    paths = (path for pattern in patterns for path in root.glob(pattern) if path.is_file())
    return sorted({str(path.relative_to(root)) for path in paths})


setup(
    name="ckanext-dresdensmartcity",
    version="0.1.0",
    description="Smart City open data portal for CKAN: DCAT-AP.de 3.0, harvesters for sensors, budgets and indicators, "
    "and the Smart City Atlas",
    long_description=(Path(__file__).parent / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    python_requires=">=3.10",
    packages=packages,
    package_dir=TOP_FOLDERS,
    package_data={
        PACKAGE: data_files(
            "ckanext-dresdensmartcity",
            [
                "config_declaration.yaml",
                "**/templates/**/*",
                "**/public/**/*",
                "**/assets/**/*",
                "**/i18n/**/*.po",
                "**/i18n/**/*.mo",
                "**/migration/**/*",
                "**/words/*.npy",
            ],
        ),
        f"{PACKAGE}.schemas": data_files("schemas", ["**/*.yaml", "**/*.json", "**/*.ttl"]),
        f"{PACKAGE}.harvesters": data_files("harvesters", ["**/templates/**/*"]),
    },
    zip_safe=False,
    # CKAN itself is pinned in requirements.txt: an extension must not decide which CKAN a portal runs.
    install_requires=[
        "charset-normalizer>=3.4,<4",  # in which encoding an office saved a table
        "ckanext-dcat==2.4.4",
        "ckanext-harvest==1.6.3",
        "ckanext-scheming==3.1.0",
        "ckanext-spatial==2.3.2",
        "flask-compress>=1.25,<2",  # packs style sheets and scripts; no web server stands before the portal's
        "geoalchemy2>=0.20,<0.21",
        "highspy>=1.11,<2",  # linear programs asked hundreds of times: it starts from its last answer, unlike SciPy
        "ijson>=3.5,<4",  # reads the vectors of words, a file of 300 MB, piece by piece (docker/build)
        "networkx>=3.4,<4",  # bridges, clusters and layout of who works with whom
        "numpy>=2,<3",
        "openpyxl>=3.1.5,<3.2",  # workbooks (XLSX) of budgets and indicators
        "polars>=2,<3",
        "pyarrow>=20,<27",  # Parquet files with texts and units at their columns, written while rows come
        "pydantic>=2.12,<3",
        "pyproj>=3.7,<4",
        "pyshacl>=0.40,<0.41",
        "pyyaml>=6,<7",
        "rapidfuzz>=3.14,<4",  # how like two names are: possible duplicates, and the nearest id to a mistyped one
        "rdflib>=7.6,<8",
        "requests>=2.32,<3",
        "scipy>=1.15,<2",  # linear programming: which cells to hide so that small counts stay secret
        "shapely>=2.1,<3",
    ],
    entry_points={
        "ckan.plugins": [
            f"dresdensmartcity = {PACKAGE}.plugin:DresdenSmartCityPlugin",
            f"dresdensmartcity_atlas = {PACKAGE}.atlas.plugin:AtlasPlugin",
            f"dresdensmartcity_catalogue = {PACKAGE}.dcat.plugin:CataloguePlugin",
            f"dresdensmartcity_budgets = {PACKAGE}.harvesters.budgets.harvester:BudgetHarvester",
            f"dresdensmartcity_sensors = {PACKAGE}.harvesters.sensors.harvester:SensorHarvester",
            f"dresdensmartcity_indicators = {PACKAGE}.harvesters.indicators.harvester:IndicatorHarvester",
            f"dresdensmartcity_dcat = {PACKAGE}.harvesters.catalogues.harvester:DcatHarvester",
            f"dresdensmartcity_ckan = {PACKAGE}.harvesters.catalogues.harvester:CkanHarvester",
            f"dresdensmartcity_atlases = {PACKAGE}.harvesters.atlases.harvester:AtlasHarvester",
        ],
        "ckan.rdf.profiles": [f"dcat_ap_de_3 = {PACKAGE}.dcat.profile:DCATAPde3Profile"],
        # Needs no CKAN, so no configuration and no database either.
        "console_scripts": [f"smartcity-validate = {PACKAGE}.quality.commands:validate"],
        "babel.extractors": ["ckan = ckan.lib.extract:extract_ckan"],
    },
)
