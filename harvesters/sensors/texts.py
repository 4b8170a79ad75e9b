"""What people read about published means, in German and English: titles, notes, method, origin.

Limit values hold for reference stations (RULES §1): nothing here, and no text of a table or page, calls a limit value
exceeded; the values are indications. A test holds that.
"""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import Label

from .phenomena import PHENOMENA, Phenomenon
from .settings import SensorSettings

# Part of the names of datasets, which are German as all names of a German portal; by id of the quantity.
SLUGS = {
    "pm10": "feinstaub-pm10", "pm25": "feinstaub-pm2-5", "temperature": "lufttemperatur", "humidity": "luftfeuchte",
    "pressure": "luftdruck", "noise_laeq": "schallpegel-laeq", "noise_level": "schallpegel-momentan", "o3": "ozon",
    "no2": "stickstoffdioxid", "no": "stickstoffmonoxid", "co": "kohlenmonoxid", "co2": "kohlendioxid",
    "wind_speed": "windgeschwindigkeit", "illuminance": "beleuchtungsstaerke", "uv": "uv-strahlung",
}  # fmt: skip

_KEYWORDS = {
    "pm10": (("Luftqualität", "Feinstaub"), ("air quality", "particulate matter")),
    "pm25": (("Luftqualität", "Feinstaub"), ("air quality", "particulate matter")),
    "noise_laeq": (("Lärm", "Schallpegel"), ("noise", "sound level")),
    "noise_level": (("Lärm", "Schallpegel"), ("noise", "sound level")),
    "o3": (("Luftqualität",), ("air quality",)),
    "no2": (("Luftqualität",), ("air quality",)),
    "no": (("Luftqualität",), ("air quality",)),
    "co": (("Luftqualität",), ("air quality",)),
    "uv": (("Strahlung",), ("radiation",)),
    "illuminance": (("Licht",), ("light",)),
}
_CLIMATE = (("Stadtklima",), ("urban climate",))

# Kinds of sources whose stations are private people's, with sensors of a few euros.
CITIZENS = ("opensensemap", "sensor_community")
_SERVICES = {
    "opensensemap": ("openSenseMap", "https://opensensemap.org"),
    "sensor_community": ("Sensor.Community", "https://sensor.community"),
    "sensorthings": ("OGC SensorThings API", ""),
    "ogc_features": ("OGC API Features", ""),
}
_SAMPLE = Label("**Beispieldaten: Die Messwerte sind erfunden.** ", "**Sample data: the measurements are made up.** ")


@dataclass(frozen=True)
class TableText:
    """A table of a dataset as people are told of it."""

    name: str
    title: Label
    about: Label
    resolution: str  # xsd:duration


TABLES = (
    TableText(
        "hourly",
        Label("Stundenmittel", "Hourly means"),
        Label(
            "Eine Zeile je Messstation, Sensor und Stunde; Beginn und Ende stehen in UTC. Ungültige Stunden sind leer "
            "und nennen den Grund.",
            "One row for each station, sensor and hour; start and end are in UTC. Invalid hours are empty and say why.",
        ),
        "PT1H",
    ),
    TableText(
        "daily",
        Label("Tagesmittel", "Daily means"),
        Label(
            "Eine Zeile je Messstation, Sensor und Tag der Ortszeit (23, 24 oder 25 Stunden); ein Tag gilt ab 75 % "
            "seiner Stunden.",
            "One row for each station, sensor and day of local time (23, 24 or 25 hours); a day needs 75 % of its "
            "hours.",
        ),
        "P1D",
    ),
    TableText(
        "yearly",
        Label("Jahresmittel", "Yearly means"),
        Label(
            "Eine Zeile je Messstation und Sensor; das Jahr gilt ab 90 % seiner Stunden (Lärm: 75 %). Vorher nennt die "
            "Zeile nur die Vollständigkeit.",
            "One row for each station and sensor; a year needs 90 % of its hours (noise: 75 %). Until then the row "
            "only tells how complete it is.",
        ),
        "P1Y",
    ),
    TableText(
        "grid",
        Label("Gitter 100 m", "Grid of 100 m"),
        Label(
            "Eine Zeile je Zelle von 100 m mit Sensoren und Stunde: das Mittel der Stundenmittel der Sensoren, jeder "
            "mit einer Stimme. Zellen ohne Sensor fehlen; nichts ist interpoliert.",
            "One row for each cell of 100 m with sensors and hour: the mean of the sensors' hourly means, each with "
            "one vote. Cells without a sensor are missing; nothing is interpolated.",
        ),
        "PT1H",
    ),
)  # fmt: skip

STATIONS = TableText(
    "stations",
    Label("Messstationen", "Stations"),
    Label(
        "Eine Zeile je Messstation: Stadtteil, Zelle von 100 m, gemessene Größen, und ob sie noch misst.",
        "One row for each station: district, cell of 100 m, quantities measured, and whether it still measures.",
    ),
    "",
)

_MEANS = Label(
    "**Stunden** [h, h+1) in UTC sind Mittel der gültigen Rohwerte. Nicht verwendet werden unlesbare und "
    "widersprüchliche Werte, Werte außerhalb des möglichen Bereichs oder in Sättigung, Werte, die sechs Stunden und "
    "länger gleich bleiben, und Werte von einem anderen Ort. Ausreißer (Hampel) sind nur gekennzeichnet. Eine Stunde "
    "gilt, wenn mindestens 75 % der erwarteten Werte da sind (39. BImSchV, Anlage 11 A) und keine Lücke länger als 30 "
    "Minuten ist; sonst bleibt sie leer, mit dem Grund.\n\n"
    "**Tage** sind Tage der Ortszeit (23, 24 oder 25 Stunden), gemittelt aus den gültigen Stunden; sie gelten ab 75 % "
    "der Stunden. **Jahre** sind ebenso aus Stunden gemittelt und gelten ab {share} %. Im **Gitter** (INSPIRE, 100 m, "
    "EPSG:3035) hat jeder Sensor einer Zelle eine Stimme.",
    "**Hours** [h, h+1) in UTC are means of the valid raw values. Not used are values that are unreadable, "
    "contradictory, outside of what is possible, in saturation, equal for six hours and longer, or of another place. "
    "Outliers (Hampel) are only marked. An hour is valid with at least 75 % of the values that are expected (39. "
    "BImSchV, annex 11 A) and no gap longer than 30 minutes; otherwise it is empty, with the reason.\n\n"
    "**Days** are days of local time (23, 24 or 25 hours), averaged from valid hours; they need 75 % of the hours. "
    "**Years** are averaged from hours as well and need {share} %. In the **grid** (INSPIRE, 100 m, EPSG:3035) each "
    "sensor of a cell has one vote.",
)
_MINIMUM = Label(
    " Zellen mit weniger als {minimum} Sensoren bleiben leer.", " Cells with fewer than {minimum} sensors are empty."
)
_DUST = Label(
    "**Feuchte Luft**: Optische Sensoren zählen Tropfen als Staub. Neben dem Rohwert (`value`) steht der auf trockene "
    "Luft umgerechnete (`value_corrected`): PM / (1 + (0,4 / 1,65) / (100 / rF - 1)), bis 95 % Luftfeuchte rF; beide "
    "bleiben getrennt. PM2,5 über PM10 wird nicht verwendet; Stunden über 70 % Luftfeuchte sind gekennzeichnet.",
    "**Humid air**: optical sensors count drops as dust. Beside the raw value (`value`) stands the one in dry air "
    "(`value_corrected`): PM / (1 + (0.4 / 1.65) / (100 / RH - 1)), up to 95 % relative humidity RH; the two stay "
    "apart. PM2.5 above PM10 is not used; hours above 70 % humidity are marked.",
)
_NOISE = Label(
    "**Schall** ist energetisch gemittelt, 10 lg(Mittel von 10^(L/10)). Lden ist aus Tag (6 bis 18 Uhr), Abend (18 bis "
    "22 Uhr) und Nacht (22 bis 6 Uhr) der 24 Stunden ab 6 Uhr gebildet (34. BImSchV § 2): Die Nacht gehört zu dem Tag, "
    "an dem sie beginnt. Jeder Zeitraum muss zu 75 % belegt sein. Der Lden eines Tages und eines einzelnen Sensors ist "
    "nicht der Lärmindex des Gesetzes.",
    "**Sound** is averaged by its energy, 10 lg(mean of 10^(L/10)). Lden is made of the day (6 to 18 h), the evening "
    "(18 to 22 h) and the night (22 to 6 h) of the 24 hours from 6 o'clock on (34. BImSchV § 2): the night belongs to "
    "the day on which it begins. Each period must be complete to 75 %. The Lden of one day and one sensor is not the "
    "index of the law.",
)
_ESTIMATE = Label(
    "Die Rohwerte sind Momentanwerte: Ihr Mittel ist nur eine Schätzung des Dauerschallpegels.",
    "The raw values are momentary levels: their mean is only an estimate of the equivalent continuous level.",
)
_INDICATIVE = Label(
    "Die Werte sind Anhaltspunkte. Grenzwerte gelten für amtliche Messstationen; ob sie eingehalten sind, lässt sich "
    "mit diesen Werten nicht feststellen.",
    "The values are indicative. Limit values hold for official stations; whether they are kept cannot be told from "
    "these values.",
)


def method(phenomenon: Phenomenon, settings: SensorSettings) -> Label:
    """How the means of a quantity are made."""
    energetic = phenomenon.mean == "energetic"
    rules = settings.rules
    share = round(100 * (rules.noise_coverage if energetic else rules.year_coverage))
    means = _fill(_MEANS, share=share)
    if rules.minimum_sensors > 1:
        means = _join("", means, _fill(_MINIMUM, minimum=rules.minimum_sensors))
    parts = [means]
    parts += [_DUST] if phenomenon.humid else []
    parts += [_NOISE] if energetic else []
    parts += [_ESTIMATE] if phenomenon.estimate else []
    return _join("\n\n", *parts, _INDICATIVE)


def series_title(phenomenon: Phenomenon, settings: SensorSettings) -> Label:
    """Title of the series of a quantity."""
    return _titled(phenomenon.label, settings)


def dataset_title(phenomenon: Phenomenon, year: int, settings: SensorSettings) -> Label:
    """Title of a quantity's dataset of a year."""
    return _titled(_join(" ", phenomenon.label, Label(str(year), str(year))), settings)


def table_title(table: TableText, phenomenon: Phenomenon, year: int) -> Label:
    """Title of a table of a dataset."""
    return Label(f"{table.title.de} {phenomenon.label.de} {year}", f"{table.title.en}, {phenomenon.label.en} {year}")


def stations_title(settings: SensorSettings) -> Label:
    """Title of the list of stations."""
    return _titled(STATIONS.title, settings)


def series_notes(phenomenon: Phenomenon, settings: SensorSettings) -> Label:
    """What the series is."""
    return _notes(
        settings,
        Label(
            f"{phenomenon.label.de} in {phenomenon.unit} {_whose(settings).de}: Stunden-, Tages- und Jahresmittel und "
            "ein Gitter von 100 m, ein Datensatz je Jahr.",
            f"{phenomenon.label.en} in {phenomenon.unit} {_whose(settings).en}: hourly, daily and yearly means and a "
            "grid of 100 m, one dataset a year.",
        ),
    )


def dataset_notes(phenomenon: Phenomenon, year: int, settings: SensorSettings) -> Label:
    """What a dataset of a quantity and year is."""
    return _notes(
        settings,
        Label(
            f"{phenomenon.label.de} {year} in {phenomenon.unit} {_whose(settings).de}, als Stunden-, Tages- und "
            "Jahresmittel je Messstation und als Gitter von 100 m, jeweils als CSV und Parquet. Jede Zeile nennt, aus "
            "wie vielen Werten sie gebildet ist und wie viele zu erwarten waren; ein leerer Wert ist nie null. "
            f"{_INDICATIVE.de}",
            f"{phenomenon.label.en} {year} in {phenomenon.unit} {_whose(settings).en}, as hourly, daily and yearly "
            "means by station and as a grid of 100 m, each as CSV and Parquet. Each row tells from how many values it "
            f"is made and how many were to be expected; an empty value is never zero. {_INDICATIVE.en}",
        ),
    )


def stations_notes(settings: SensorSettings) -> Label:
    """What the list of stations is."""
    lonely = Label("", "")
    if settings.minimum_sensors > 1:
        n = settings.minimum_sensors
        lonely = Label(
            f" Von Messstationen in einer Zelle mit weniger als {n} Stationen ist nur der Stadtteil genannt.",
            f" Of stations in a cell with fewer than {n} stations only the district is told.",
        )
    return _notes(
        settings,
        Label(
            "Die Messstationen, aus deren Werten die Mittel berechnet sind: Stadtteil, gemessene Größen, und die Mitte "
            "der Zelle von 100 m, in der sie stehen. Namen und genaue Lage bleiben ungenannt, weil viele an "
            f"Wohnhäusern hängen.{lonely.de} Was nicht mehr misst, bleibt mit seinem Stand in der Liste.",
            "The stations whose values the means are computed from: district, quantities measured, and the middle of "
            "the cell of 100 m that they stand in. Names and exact positions are left out, as many hang at homes."
            f"{lonely.en} What measures no more stays in the list with its state.",
        ),
    )


def provenance(settings: SensorSettings) -> Label:
    """Where the raw values come from."""
    if settings.sample:
        return Label("Erfunden für die Vorführung dieses Portals.", "Made up to show what this portal does.")
    service = _SERVICES[settings.service.kind][0]
    named = settings.licence.attribution if settings.licence else ""
    source = Label(f"Rohwerte: {service}", f"Raw values: {service}")
    if named and named != service:
        source = Label(f"{source.de} ({named})", f"{source.en} ({named})")
    if settings.service.kind in CITIZENS:
        return _join(
            "",
            source,
            Label(
                ", von Messstationen privater Haushalte mit einfachen Sensoren.",
                ", of stations of private homes with low-cost sensors.",
            ),
        )
    return _join("", source, Label(".", "."))


def homepage(settings: SensorSettings) -> str:
    """Web page of the service that the values come from."""
    return "" if settings.sample else _SERVICES[settings.service.kind][1]


def keywords(phenomena: list[str]) -> tuple[list[str], list[str]]:
    """German and English keywords of some quantities."""
    german, english = ["Umwelt", "Sensoren"], ["environment", "sensors"]
    for one in phenomena:
        more = _KEYWORDS.get(one, _CLIMATE)
        german += more[0]
        english += more[1]
    return list(dict.fromkeys(german)), list(dict.fromkeys(english))


def quantity_of(guid: str) -> tuple[str, int] | None:
    """Quantity and year of the guid of a dataset; None for any other guid."""
    parts = guid.split(":")
    return (parts[1], int(parts[2])) if len(parts) == 3 and parts[1] in PHENOMENA and parts[2].isdigit() else None


def _whose(settings: SensorSettings) -> Label:
    if settings.service.kind in CITIZENS:
        return Label("aus einfachen Sensoren von Bürgern im Freien", "from citizens' low-cost outdoor sensors")
    return Label("aus Sensoren im Freien", "from outdoor sensors")


def _titled(text: Label, settings: SensorSettings) -> Label:
    sample = Label(" (Beispieldaten)", " (sample data)") if settings.sample else Label("", "")
    collection = f" {settings.collection}" if settings.collection else ""
    return Label(
        f"Umweltsensoren{collection}: {text.de}{sample.de}", f"Environmental sensors{collection}: {text.en}{sample.en}"
    )


def _notes(settings: SensorSettings, text: Label) -> Label:
    return _join("", _SAMPLE, text) if settings.sample else text


def _join(between: str, *parts: Label) -> Label:
    return Label(between.join(one.de for one in parts), between.join(one.en for one in parts))


def _fill(text: Label, **values: object) -> Label:
    return Label(text.de.format(**values), text.en.format(**values))
