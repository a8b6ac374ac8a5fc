"""What is known of the areas: keys, mergers, and how keys of different files map to them.

Keys are text with their zeros. AGS: 8 digits. Association: the first 9 digits of the ARS.
"""

COUNTY = "03358"  # Heidekreis; until 31.07.2011 "Soltau-Fallingbostel", same key
STATE = "03"  # Niedersachsen

# Members of the three Samtgemeinden: association key -> AGS. Everyone else is an association of one.
SAMTGEMEINDEN = {
    "033585401": ["03358001", "03358006", "03358011", "03358012", "03358014"],  # Ahlden
    "033585402": ["03358003", "03358009", "03358013", "03358018"],  # Rethem (Aller)
    "033585403": ["03358005", "03358007", "03358010", "03358015", "03358020"],  # Schwarmstedt
}

# Single municipalities as of 2020: AGS -> association key.
SINGLE = {
    "03358002": "033580002",  # Bispingen
    "03358008": "033580008",  # Bad Fallingbostel
    "03358016": "033580016",  # Munster
    "03358017": "033580017",  # Neuenkirchen
    "03358019": "033580019",  # Schneverdingen
    "03358021": "033580021",  # Soltau
    "03358023": "033580023",  # Wietzendorf
    "03358024": "033580024",  # Walsrode, since 2020
    "03358501": "033589501",  # Osterheide, gemeindefreier Bezirk
}

# Merged into one on 1 January 2020.
MERGED_MUNICIPALITIES = {"03358004": "03358024", "03358022": "03358024"}  # Bomlitz, Walsrode

# Districts that are one today: former key -> key.
MERGED_DISTRICTS = {
    "03152": "03159",  # Göttingen (former)
    "03156": "03159",  # Osterode am Harz
    "03201": "03241",  # Hannover, Landeshauptstadt (in the files of 1997)
    "03253": "03241",  # Hannover, Landkreis (in the files of 1997)
}

ASSOCIATION_OF = {ags: key for key, members in SAMTGEMEINDEN.items() for ags in members} | SINGLE

MUNICIPALITIES = sorted(ASSOCIATION_OF)  # 23, since 2020
ASSOCIATIONS = sorted(set(ASSOCIATION_OF.values()))  # 12, since 2020

assert len(MUNICIPALITIES) == 23 and len(ASSOCIATIONS) == 12


def today(district: str) -> str:
    """The district that this one is part of today."""
    return MERGED_DISTRICTS.get(district, district)


def municipality_of(key: str) -> str | None:
    """AGS behind a key of the statistics offices' municipal tables; None for totals of Samtgemeinden.

    They write 8 digits for single municipalities, 8 digits with a 4 in sixth place for the total of a
    Samtgemeinde, and 11 digits for its members: district 5, Samtgemeinde 3, municipality 3.
    """
    if len(key) == 11:
        return key[:5] + key[8:]
    if len(key) == 8 and key[5] != "4":
        return key
    return None
