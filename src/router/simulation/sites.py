"""Where the simulated nodes stand: true places in the United States, with what differs between nodes of a kind."""

from dataclasses import dataclass

from router.domain.place import Point
from router.simulation.places import microdegrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where a node stands. `further_services` pick up here besides those that serve every node of its kind."""

    id: str
    name: str
    kind: str
    region: str
    postal_code: str
    point: Point
    time_zone: str
    shipments_per_day: int
    further_services: tuple[str, ...]


# Id, name, state, ZIP, latitude, longitude, time zone, shipments a day, further service levels.
_TABLE = """
WH-ATLANTA       Union_City             GA 30291 33.582  -84.541 America/New_York    420 COLDX/CHILLED ESTES/LTL
WH-CHICAGO       Joliet                 IL 60433 41.512  -88.057 America/Chicago     480 COLDX/CHILLED ESTES/LTL
WH-COLUMBUS      Groveport              OH 43125 39.850  -82.890 America/New_York    420 ESTES/LTL
WH-DALLAS        Lancaster              TX 75134 32.619  -96.783 America/Chicago     420 COLDX/CHILLED ESTES/LTL
WH-EDISON        Edison                 NJ 08817 40.517  -74.396 America/New_York    600 COLDX/CHILLED ESTES/LTL
WH-ONTARIO       Ontario                CA 91761 34.034 -117.592 America/Los_Angeles 600 COLDX/CHILLED ESTES/LTL ONTRAC/GROUND
WH-RENO          Sparks                 NV 89434 39.550 -119.680 America/Los_Angeles 360 ESTES/LTL ONTRAC/GROUND
WH-SEATTLE       Kent                   WA 98032 47.387 -122.258 America/Los_Angeles 300 COLDX/CHILLED ONTRAC/GROUND
ST-BOSTON        Boston_Back_Bay        MA 02116 42.350  -71.077 America/New_York     14
ST-CHICAGO       Chicago_Loop           IL 60602 41.883  -87.629 America/Chicago      14
ST-DENVER        Denver_Union_Station   CO 80202 39.752 -104.999 America/Denver       16
ST-DETROIT       Troy                   MI 48084 42.560  -83.180 America/Detroit      12
ST-LOSANGELES    Los_Angeles_Downtown   CA 90017 34.053 -118.264 America/Los_Angeles  18 ONTRAC/GROUND
ST-MIAMI         Miami_Wynwood          FL 33127 25.813  -80.205 America/New_York     14
ST-NEWYORK       New_York_Chelsea       NY 10001 40.750  -73.997 America/New_York     20
ST-PHOENIX       Phoenix_Central        AZ 85012 33.508 -112.068 America/Phoenix      12 ONTRAC/GROUND
ST-PORTLAND      Portland_Pearl         OR 97209 45.531 -122.684 America/Los_Angeles  12 ONTRAC/GROUND
ST-SANFRANCISCO  San_Francisco_SoMa     CA 94103 37.773 -122.411 America/Los_Angeles  16 ONTRAC/GROUND
SU-CHARLOTTE     Carolina_Garden_Supply NC 28208 35.232  -80.900 America/New_York     40 ESTES/LTL
SU-MINNEAPOLIS   Northern_Home_Goods    MN 55413 44.998  -93.250 America/Chicago      40 ESTES/LTL
"""  # noqa: E501  (a table reads best in straight columns)

_KINDS = {"WH": "WAREHOUSE", "ST": "STORE", "SU": "SUPPLIER"}


def _parse(row: str) -> Site:
    site_id, name, region, postal_code, latitude, longitude, zone, shipments, *services = row.split()
    return Site(
        id=site_id,
        name=name.replace("_", " "),
        kind=_KINDS[site_id[:2]],
        region=region,
        postal_code=postal_code,
        point=Point(microdegrees(latitude), microdegrees(longitude)),
        time_zone=zone,
        shipments_per_day=int(shipments),
        further_services=tuple(services),
    )


SITES: tuple[Site, ...] = tuple(sorted(map(_parse, _TABLE.split("\n")[1:-1]), key=lambda site: site.id))
