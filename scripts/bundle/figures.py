"""Real figures: small tidy tables for Heidekreis and the districts of Lower Saxony.

In: the statistics offices' files beside the project. Out: `data/values/*.csv`. Every table is checked
against numbers known from elsewhere; a source that says something else stops the script.
"""

from decimal import Decimal
from pathlib import Path

import sources
from areas import (
    ASSOCIATION_OF,
    ASSOCIATIONS,
    COUNTY,
    MERGED_DISTRICTS,
    MERGED_MUNICIPALITIES,
    MUNICIPALITIES,
    STATE,
    municipality_of,
    today,
)
from tidy import Figure, Table, add

WALSRODE = "03358024"
# What the server makes of the former municipalities by data/successions.csv: not written, so that it is marked there.
CONVERTED = ({WALSRODE, "033580024"}, 2020)

# Population 31.12.2015, © Statistische Ämter des Bundes und der Länder, 2017.
POPULATION_2015 = {
    "03358002": 6404, "03358004": 6951, "03358008": 11044, "03358016": 15091, "03358017": 5570, "03358019": 18729,
    "03358021": 21414, "03358022": 23219, "03358023": 4105, "033585401": 7034, "033585402": 4594, "033585403": 12545,
    "03358501": 3564, "03358001": 1518, "03358006": 781, "03358011": 646, "03358012": 834, "03358014": 3255,
    "03358003": 920, "03358009": 522, "03358013": 795, "03358018": 2357, "03358005": 2133, "03358007": 1100,
    "03358010": 1205, "03358015": 2618, "03358020": 5489, "03358": 140264,
}  # fmt: skip
POPULATION_COUNTY = {
    2010: 139630, 2011: 136072, 2012: 135772, 2013: 136251, 2014: 136200, 2015: 140264, 2021: 142912, 2022: 145394,
    2023: 143220,
}  # fmt: skip

# Years of the Gemeindeverzeichnis files. The one of 1998 has the population of 31.12.1997, and the
# fourth quarter of 2024 repeats that of 31.12.2023.
GVISYS = {
    1997: "31121998_Auszug_GV.xlsx",
    2017: "31122017_Auszug_GV.xlsx",
    2021: "31122021_Auszug_GV.xlsx",
    2023: "31122023_Auszug_GV.xlsx",
}


class Figures:
    def __init__(self, shared: Path, data: Path):
        self.shared = shared
        self.indicators = shared / "indicators"
        self.values = data / "values"
        self.districts: list[str] = []

    def genesis(self, table: str) -> Path:
        return self.indicators / "genesis" / f"{table}.csv.gz"

    def build(self):
        population = self.population()
        self.age_groups()
        self.unemployment()
        self.youth_unemployment()
        self.deprivation()
        self.income_tax()
        self.inkar_district("E_Haushaltseinkommen.xls", "household_income", "household_income.csv", 2021, "1846.25")
        self.inkar_district("E_Schuldnerquote.xls", "debtor_rate", "debtor_rate.csv", 2021, "10.13")
        leavers = "leavers_no_certificate"
        self.inkar_district("B_SchulabgaengerohneAbschluss.xls", leavers, f"{leavers}.csv", 2021, "6.94")
        self.childcare()
        self.hospital_beds(population)
        self.care_places(population)
        self.minimum_income()
        self.population_change()

    # --- population ---------------------------------------------------------------------------------

    def population(self) -> Table:
        """Counts by municipality of every year there is, then the sums of the larger areas."""
        table = Table()
        places: dict[int, dict[str, tuple[Decimal | None, Figure]]] = {}
        for year, name in GVISYS.items():
            rows = sources.gvisys(self.indicators / "gvisys" / name)
            places[year] = {ags: (area, Figure.exact(count)) for ags, (area, count) in rows.items()}
        rows = sources.vg250_ew(self.shared / "boundaries" / "vg250-ew_2022-12-31_gk3_teilmenge.zip")
        places[2022] = {ags: (area, Figure.exact(count)) for ags, (area, count) in rows.items()}
        regional = sources.population_2008_2015(self.genesis("12411-01-01-5_00"))
        for year in range(2008, 2016):
            of_year = {key: figure for (key, period), figure in regional.items() if period == year}
            rows = {municipality_of(key): (None, figure) for key, figure in of_year.items() if municipality_of(key)}
            places[year] = {key: (area, figure) for key, (area, figure) in rows.items() if figure.state == "exact"}
        self.districts = sorted({today(ags[:5]) for ags in places[2022] if ags.startswith(STATE)})
        assert len(self.districts) == 45, self.districts

        for year, rows in sorted(places.items()):
            rows = {ags: row for ags, row in rows.items() if ags.startswith(STATE)}
            counts = {ags: figure for ags, (_, figure) in rows.items()}
            if year in range(2008, 2016):
                # kreisfreie Städte have no municipal row in these tables
                by_district = {key: figure for (key, period), figure in regional.items() if period == year}
                self.put_levels(table, year, "pop_total", counts, by_district)
            else:
                self.put_levels(table, year, "pop_total", counts)
                self.put_levels(table, year, "area_km2", {ags: Figure.exact(area) for ags, (area, _) in rows.items()})
        for (key, year), figure in regional.items():
            if key == STATE:
                assert table.number(key, year, "pop_total") == figure.number, (key, year)
            if len(key) == 8 and key[5] == "4" and key.startswith(COUNTY):
                association = f"{key[:5]}5{key[5:]}"
                assert table.number(association, year, "pop_total") == figure.number, (key, year)
        for key, count in POPULATION_2015.items():
            assert table.number(key, 2015, "pop_total") == count, (key, count)
        for year, count in POPULATION_COUNTY.items():
            assert table.number(COUNTY, year, "pop_total") == count, (year, table.number(COUNTY, year, "pop_total"))
        assert table.number("03358501", 2014, "pop_total") == 617
        assert table.number(WALSRODE, 2015, "pop_total") == 6951 + 23219
        table.part(["pop_total"]).without(*CONVERTED).write(self.values / "population.csv")
        # for the density only the years in which the source has the area beside the population
        years = table.periods("area_km2")
        parts = table.part(["pop_total", "area_km2"], years).without(*CONVERTED)
        parts.write(self.values / "population_and_area.csv")
        return table

    def put_levels(self, table: Table, year: int, measure: str, counts: dict, by_district: dict | None = None):
        """Counts of municipalities (any year's keys), and their sums for every layer of the atlas.

        `by_district`: the districts' own counts, where the municipalities are not all there.
        """
        mine = {ags: figure for ags, figure in counts.items() if ags.startswith(COUNTY)}
        for ags, figure in mine.items():
            table.put(ags, year, measure, figure)
        if WALSRODE not in mine:
            table.put_sum(WALSRODE, year, measure, sorted(MERGED_MUNICIPALITIES))
        for association in ASSOCIATIONS:
            members = [ags for ags in MUNICIPALITIES if ASSOCIATION_OF[ags] == association]
            table.put_sum(association, year, measure, members)
        by_district = counts if by_district is None else {key: row for key, row in by_district.items() if len(key) == 5}
        for district in self.districts:
            # a district that is no longer, or not yet, stands there with "-"
            parts = [row for key, row in by_district.items() if today(key[:5]) == district and row.state == "exact"]
            table.put(district, year, measure, add(parts))
        table.put_sum(STATE, year, measure, self.districts)
        assert table.number(COUNTY, year, measure) == add(list(mine.values())).number, (year, measure)

    # --- age ----------------------------------------------------------------------------------------

    def age_groups(self):
        """Three broad age groups of 31.12.2015, from the 17 of the table."""
        table = Table()
        rows = sources.age_groups_2015(self.genesis("12411-02-03-5_00"))
        groups = {"age_0_19": slice(0, 6), "age_20_64": slice(6, 15), "age_65_plus": slice(15, 17)}
        assert rows[COUNTY][17].number == 140264
        regional = {municipality_of(key): figures for key, figures in rows.items() if municipality_of(key)}
        self.check_age_total(regional)
        for measure, part in groups.items():
            counts = {ags: add(figures[part]) for ags, figures in regional.items() if ags.startswith(STATE)}
            counts = {ags: figure for ags, figure in counts.items() if figure.number is not None}
            by_district = {key: add(figures[part]) for key, figures in rows.items() if key.startswith(STATE)}
            self.put_levels(table, 2015, measure, counts, by_district)
            assert table.number(COUNTY, 2015, measure) == add(rows[COUNTY][part]).number, measure
            assert table.number(STATE, 2015, measure) == add(rows[STATE][part]).number, measure
        # 3,575 + 3,581 + 5,080 + 6,984 + 4,840 + 3,473 persons below 20
        assert table.number(COUNTY, 2015, "age_0_19") == 27533
        table.without(*CONVERTED).write(self.values / "age_groups.csv")

    @staticmethod
    def check_age_total(regional: dict[str, list[Figure]]):
        for ags, figures in regional.items():
            if ags.startswith(COUNTY):
                assert add(figures[:17]).number == figures[17].number, ags

    # --- social situation ---------------------------------------------------------------------------

    def unemployment(self):
        """Unemployed (annual mean) and persons aged 15 to 64, by municipality as of today (INKAR)."""
        table = Table()
        for name, measure in (("A_Arbeitslosigkeit.xls", "unemployed"), ("A_ErwerbsfaehigeBevoelkerung.xls", "age_15_64")):
            figures = sources.inkar(self.indicators / "inkar" / name)
            for year in range(2001, 2022):
                counts = {ags: figure for (ags, period), figure in figures.items() if period == year}
                counts = {ags: figure for ags, figure in counts.items() if ags.startswith(STATE)}
                self.put_levels(table, year, measure, counts)
        # annual means of the Federal Employment Agency (13211-02-05-4); INKAR has later revisions
        official = sources.genesis(self.genesis("13211-02-05-4_00"), {"unemployed": 3})
        for year in range(2008, 2017):
            difference = table.number(COUNTY, year, "unemployed") - official[COUNTY, year, "unemployed"].number
            assert abs(difference) < official[COUNTY, year, "unemployed"].number / 50, (year, difference)
        assert table.number("03358002", 2021, "unemployed") == 135
        assert table.number("03358501", 2015, "age_15_64") == 2657
        table.write(self.values / "unemployment.csv")

    def youth_unemployment(self):
        measures = {"unemployment_youth": 15, "unemployment_rate": 11}
        figures = sources.genesis(self.genesis("13211-02-05-4_00"), measures)
        table = self.districts_of(figures)
        assert table.number(COUNTY, 2016, "unemployment_rate") == Decimal("6.1")
        assert table.number(COUNTY, 2016, "unemployment_youth") == Decimal("5.8")
        table.write(self.values / "unemployment_rate.csv")

    def deprivation(self):
        table = Table()
        gisd = self.indicators / "gisd"
        for (key, year), figure in sources.gisd(gisd / "GISD_Niedersachsen_Gemeindeverband.csv").items():
            if key in ASSOCIATIONS:
                table.put(key, year, "gisd", figure)
        for (key, year), figure in sources.gisd(gisd / "GISD_Niedersachsen_Kreis.csv").items():
            table.put(key, year, "gisd", figure)
        assert table.number(COUNTY, 2021, "gisd") == Decimal("0.72108")
        table.write(self.values / "gisd.csv")

    def income_tax(self):
        table = Table()
        path = self.indicators / "inkar" / "IRIS_Einkommenssteuer_Gemeindeverbaende_2022.csv"
        for (key, year), figure in sources.iris(path).items():
            if key in ASSOCIATIONS:
                table.put(key, year, "income_tax", figure)
        assert table.number("033580024", 2022, "income_tax") == Decimal("453.39")
        table.write(self.values / "income_tax.csv")

    def inkar_district(self, name: str, measure: str, out: str, year: int, expected: str):
        """A ratio by district as INKAR gives it, in today's districts throughout."""
        table = Table()
        for (key, period), figure in sources.inkar(self.indicators / "inkar" / name).items():
            if key in self.districts:
                table.put(key, period, measure, figure)
        assert table.number(COUNTY, year, measure) == Decimal(expected), measure
        table.write(self.values / out)

    def minimum_income(self):
        table = self.districts_of(sources.genesis(self.genesis("AI-S-03_00"), {"min_income_rate": 3}))
        assert table.number(COUNTY, 2015, "min_income_rate") == Decimal("9.0")
        table.write(self.values / "min_income_rate.csv")

    def population_change(self):
        columns = {"non_german_population_share": 5, "net_migration_rate": 9}
        table = self.districts_of(sources.genesis(self.genesis("AI002-1_00"), columns))
        assert table.number(COUNTY, 2015, "non_german_population_share") == Decimal("7.9")
        assert table.number(COUNTY, 2010, "net_migration_rate") == Decimal("-1.6")
        table.write(self.values / "population_change.csv")

    # --- education and health -----------------------------------------------------------------------

    def childcare(self):
        columns = {"childcare_rate_u3": 3, "childcare_rate_3_5": 5}
        table = self.districts_of(sources.genesis(self.genesis("AI003-1_00"), columns))
        assert table.number(COUNTY, 2016, "childcare_rate_u3") == Decimal("20.3")
        assert table.number(COUNTY, 2007, "childcare_rate_3_5") == Decimal("83.8")
        table.write(self.values / "childcare.csv")

    def hospital_beds(self, population: Table):
        figures = sources.genesis(self.genesis("23111-01-04-4_00"), {"hospital_beds": 4})
        table = self.counts_of(figures, range(2008, 2016), population)
        assert table.number(COUNTY, 2015, "hospital_beds") == 468
        table.write(self.values / "hospital_beds.csv")

    def care_places(self, population: Table):
        figures = sources.genesis(self.genesis("22411-01-01-4_00"), {"care_places": 6})
        table = self.counts_of(figures, range(2009, 2016, 2), population)
        assert table.number(COUNTY, 2015, "care_places") == 1955
        table.write(self.values / "care_places.csv")

    # --- districts ----------------------------------------------------------------------------------

    def districts_of(self, figures: dict[tuple[str, int, str], Figure]) -> Table:
        """Ratios by district and for the Land.

        Where a district did not exist yet, that is said: its ratio cannot be had from those of its parts.
        A measure that not even the Land has for a year was not collected; its dashes are no zeros.
        """
        table = Table()
        for (key, year, measure), figure in sorted(figures.items()):
            if key not in self.districts and key != STATE:
                continue
            if figures[STATE, year, measure].state in ("zero", "missing", "suppressed"):
                continue
            former = [figures.get((old, year, measure)) for old, now in MERGED_DISTRICTS.items() if now == key]
            former = [old for old in former if old is not None and old.state == "exact"]
            if len(former) == 1:
                figure = former[0]  # already the whole district, under the key of one of its parts
            elif former:
                figure = Figure.absent("not_applicable")
            table.put(key, year, measure, figure)
        return table

    def counts_of(self, figures, years, population: Table) -> Table:
        """Counts by district and for the Land, with the population of the same day beside them."""
        table = Table()
        for year in years:
            of_year = {(key, name): figure for (key, period, name), figure in figures.items() if period == year}
            for measure in sorted({name for _, name in of_year}):
                for key in [*self.districts, STATE]:
                    parts = [old for old, now in MERGED_DISTRICTS.items() if now == key]
                    parts = [part for part in parts if (part, measure) in of_year] or [key]
                    table.put(key, year, measure, add([of_year[part, measure] for part in parts]))
                total = sum(table.number(key, year, measure) or 0 for key in self.districts)
                assert total == table.number(STATE, year, measure), (measure, year, total)
            for key in [*self.districts, STATE]:
                table.put(key, year, "pop_total", population.get(key, year, "pop_total"))
        return table
