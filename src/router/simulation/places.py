"""Where the simulated customers live: metropolitan ZIP prefixes with a point and a share of the population."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.domain.place import Point

CENTER_OF_THE_UNITED_STATES = Point(39_828_300, -98_579_500)
"""Stands for every ZIP code that no prefix of the table covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metro:
    """The area of one 3-digit ZIP prefix; `population_thousands` only weighs demand."""

    postal_prefix: str
    name: str
    region: str
    point: Point
    population_thousands: int


# Prefix, city, state, latitude and longitude in degrees (two decimals), population in thousands; all approximate.
_TABLE = """
006 Ponce          PR 18.20  -66.60  500
009 San_Juan       PR 18.43  -66.07 1400
010 Springfield    MA 42.15  -72.55  460
014 Fitchburg      MA 42.57  -71.75  250
016 Worcester      MA 42.26  -71.80  560
018 Lowell         MA 42.64  -71.28  700
021 Boston         MA 42.34  -71.08 2600
028 Warwick        RI 41.68  -71.48  500
029 Providence     RI 41.82  -71.42  640
031 Manchester     NH 42.99  -71.46  420
041 Portland       ME 43.67  -70.28  550
054 Burlington     VT 44.50  -73.15  220
061 Hartford       CT 41.76  -72.68  900
065 New_Haven      CT 41.31  -72.93  560
070 Newark         NJ 40.78  -74.22 1900
076 Hackensack     NJ 40.93  -74.03  900
080 Cherry_Hill    NJ 39.87  -74.98 1100
088 New_Brunswick  NJ 40.51  -74.49  800
100 New_York       NY 40.75  -73.98 1700
104 Bronx          NY 40.85  -73.88 1450
112 Brooklyn       NY 40.65  -73.95 2650
113 Queens         NY 40.75  -73.83 1200
117 Long_Island    NY 40.82  -73.05 2000
122 Albany         NY 42.66  -73.79  880
132 Syracuse       NY 43.04  -76.15  650
142 Buffalo        NY 42.90  -78.85 1100
146 Rochester      NY 43.16  -77.61 1080
152 Pittsburgh     PA 40.44  -79.99 2350
171 Harrisburg     PA 40.28  -76.86  590
181 Allentown      PA 40.60  -75.48  860
191 Philadelphia   PA 39.98  -75.15 3900
197 Newark         DE 39.64  -75.69  560
200 Washington     DC 38.91  -77.03 1500
208 Bethesda       MD 39.05  -77.15 1700
212 Baltimore      MD 39.30  -76.61 2600
220 Fairfax        VA 38.84  -77.30 2200
232 Richmond       VA 37.54  -77.45 1300
235 Norfolk        VA 36.87  -76.25 1700
253 Charleston     WV 38.35  -81.63  250
275 Durham         NC 35.90  -78.75 1300
276 Raleigh        NC 35.79  -78.65 1000
282 Charlotte      NC 35.22  -80.84 2600
292 Columbia       SC 34.02  -81.00  830
294 Charleston     SC 32.82  -79.98  800
303 Atlanta        GA 33.77  -84.39 3600
300 Marietta       GA 33.93  -84.25 2400
314 Savannah       GA 32.05  -81.10  410
322 Jacksonville   FL 30.32  -81.65 1600
328 Orlando        FL 28.53  -81.38 2600
331 Miami          FL 25.79  -80.24 2700
333 Fort_Lauderdale   FL 26.13  -80.20 1900
336 Tampa          FL 27.96  -82.46 3100
352 Birmingham     AL 33.52  -86.80 1100
366 Mobile         AL 30.68  -88.10  430
372 Nashville      TN 36.15  -86.78 2000
379 Knoxville      TN 35.97  -83.93  880
381 Memphis        TN 35.12  -89.97 1340
392 Jackson        MS 32.30  -90.20  600
402 Louisville     KY 38.22  -85.74 1280
405 Lexington      KY 38.03  -84.50  520
432 Columbus       OH 39.98  -82.99 2100
441 Cleveland      OH 41.46  -81.66 2080
452 Cincinnati     OH 39.15  -84.50 2250
454 Dayton         OH 39.76  -84.19  810
462 Indianapolis   IN 39.79  -86.15 2100
482 Detroit        MI 42.38  -83.10 2300
480 Troy           MI 42.55  -83.05 2000
495 Grand_Rapids   MI 42.96  -85.66 1080
503 Des_Moines     IA 41.59  -93.62  700
532 Milwaukee      WI 43.04  -87.94 1570
537 Madison        WI 43.07  -89.40  680
554 Minneapolis    MN 44.96  -93.27 2300
551 Saint_Paul     MN 44.95  -93.08 1300
571 Sioux_Falls    SD 43.55  -96.72  280
581 Fargo          ND 46.87  -96.82  250
591 Billings       MT 45.78 -108.53  190
600 Evanston       IL 42.20  -88.00 2200
606 Chicago        IL 41.86  -87.67 2700
605 Aurora         IL 41.76  -88.15 2400
631 Saint_Louis    MO 38.64  -90.27 2800
641 Kansas_City    MO 39.08  -94.56 2190
672 Wichita        KS 37.69  -97.33  640
681 Omaha          NE 41.25  -96.00  970
701 New_Orleans    LA 29.96  -90.08 1250
708 Baton_Rouge    LA 30.44  -91.13  870
722 Little_Rock    AR 34.74  -92.33  750
731 Oklahoma_City  OK 35.48  -97.52 1420
741 Tulsa          OK 36.12  -95.92 1020
752 Dallas         TX 32.80  -96.79 3700
761 Fort_Worth     TX 32.76  -97.33 2400
770 Houston        TX 29.77  -95.40 4300
774 Sugar_Land     TX 29.60  -95.75 1500
782 San_Antonio    TX 29.46  -98.51 2500
787 Austin         TX 30.29  -97.74 2300
799 El_Paso        TX 31.80 -106.41  860
802 Denver         CO 39.73 -104.96 2900
809 Colorado_Springs  CO 38.86 -104.78  750
837 Boise          ID 43.61 -116.24  760
841 Salt_Lake_City UT 40.73 -111.91 1260
850 Phoenix        AZ 33.50 -112.07 3500
852 Mesa           AZ 33.40 -111.75 1500
857 Tucson         AZ 32.22 -110.93 1040
871 Albuquerque    NM 35.10 -106.62  920
891 Las_Vegas      NV 36.17 -115.17 2270
895 Reno           NV 39.52 -119.82  490
900 Los_Angeles    CA 34.04 -118.28 3900
902 Inglewood      CA 33.91 -118.35 1800
913 Van_Nuys       CA 34.22 -118.55 1900
917 Pomona         CA 34.06 -117.80 1900
921 San_Diego      CA 32.80 -117.15 3300
925 Riverside      CA 33.90 -117.35 2600
926 Santa_Ana      CA 33.66 -117.86 3200
937 Fresno         CA 36.77 -119.78 1000
941 San_Francisco  CA 37.77 -122.43 1700
945 Oakland        CA 37.80 -122.10 2800
951 San_Jose       CA 37.31 -121.88 2000
958 Sacramento     CA 38.57 -121.46 2400
968 Honolulu       HI 21.32 -157.86 1000
972 Portland       OR 45.52 -122.65 2500
981 Seattle        WA 47.61 -122.33 2300
980 Bellevue       WA 47.55 -122.10 1700
992 Spokane        WA 47.66 -117.42  590
995 Anchorage      AK 61.19 -149.87  400
"""

FAR_PREFIXES = ("006", "007", "008", "009", "967", "968", "969", "995", "996", "997", "998", "999")
"""Beyond the contiguous states: carriers put these into a zone of their own, whatever the distance."""


def microdegrees(degrees: str) -> int:
    """Decimal degrees as text, such as `-73.98`, in whole microdegrees."""
    whole, _, fraction = degrees.lstrip("-").partition(".")
    size = int(whole) * 1_000_000 + int(fraction.ljust(6, "0"))
    return -size if degrees.startswith("-") else size


def _parse(row: str) -> Metro:
    prefix, name, region, latitude, longitude, population = row.split()
    return Metro(
        postal_prefix=prefix,
        name=name.replace("_", " "),
        region=region,
        point=Point(microdegrees(latitude), microdegrees(longitude)),
        population_thousands=int(population),
    )


METROS: tuple[Metro, ...] = tuple(
    sorted(map(_parse, _TABLE.split("\n")[1:-1]), key=lambda m: m.postal_prefix)
)


def place_table() -> Mapping[str, Mapping[str, Point]]:
    """Every prefix of the table and, under the empty prefix, the point for all other ZIP codes of the country."""
    return {"US": {"": CENTER_OF_THE_UNITED_STATES} | {metro.postal_prefix: metro.point for metro in METROS}}
