"""Places are found by what people type, errors, scripts and keyboards included."""

import pytest

from aspan.journeys.place_search import (
    LIMIT_MAX,
    NEAR_M_MAX,
    WIDE_M_MAX,
    PlaceIndex,
    is_name_of,
    name_point,
    search_places,
)
from aspan.journeys.place_words import fold_word, split_words, swap_layout
from aspan.journeys.word_errors import count_errors
from aspan.primitives.errors import InvalidInput
from aspan.world.places import Place
from aspan.world.readers import load_feeds, load_places
from aspan.world.vertiport import Names
from shipped import read_shipped

QUERIES = {
    # three languages, as they are written
    "аэропорт": "Almaty International Airport", "әуежай": "Almaty International Airport",
    "airport": "Almaty International Airport", "Алматы әуежайы": "Almaty International Airport",
    "көк базар": "Green Bazaar", "зелёный базар": "Green Bazaar", "green bazaar": "Green Bazaar",
    "Қонаев": "Konaev", "Конаев": "Konaev", "Konaev": "Konaev",
    "Шымбұлақ": "Shymbulak Ski Resort", "Республика алаңы": "Republic Square",
    "площадь Республики": "Republic Square", "Republic Square": "Republic Square",
    # Kazakh letters left out, Russian and Latin spellings of Kazakh names
    "конаев каласы": "Konaev", "Qonaev": "Konaev", "Капчагай": "Konaev", "Qapshaghay": "Konaev",
    "Kapchagay": "Konaev", "чимбулак": "Shymbulak Ski Resort", "шимбулак": "Shymbulak Ski Resort",
    "Chimbulak": "Shymbulak Ski Resort", "Жетыген": "Alatau City", "Zhetigen": "Alatau City",
    "каскелен": "Kaskelen", "Каскелең": "Kaskelen", "утеген батыр": "Otegen Batyr",
    "Бурундай": "Boralday", "Boraldai": "Boralday", "Хан Тангири": "Khan Tengri Business Centre",
    # Russian names in Latin letters and the reverse
    "Kok bazar": "Green Bazaar", "Zelenyi bazar": "Green Bazaar", "Риксос": "Rixos Almaty Hotel",
    "Холидей инн": "Holiday Inn Almaty", "Medeo": "Medeu Ice Rink", "vokzal": "Almaty-2 Railway St",
    "tsum": "TsUM Department Store", "tsirk": "Almaty Circus", "Saina": "Sain Street",
    # typing errors: left out, doubled, swapped, wrong
    "аэрпорт": "Almaty International Airport", "аеропорт": "Almaty International Airport",
    "airprot": "Almaty International Airport", "барахалка": "Barakholka Market",
    "зоопрак": "Almaty Zoo", "сейфулина": "Seifullin Avenue", "рискулова": "Ryskulov Avenue",
    "парк горкого": "Gorky Central Park", "паннфилова парк": "Panfilov Park",
    "shimbulk": "Shymbulak Ski Resort", "консерватоия": "Kurmangazy Conservatory",
    "медэо": "Medeu Ice Rink", "розыбакеева": "Rozybakiev Street", "талгр": "Talgar",
    # order of words, words begun, words that tell the kind
    "базар зеленый": "Green Bazaar", "Горького парк": "Gorky Central Park",
    "абая достык": "Abay – Dostyk", "Достык Абая": "Abay – Dostyk", "Dostyk Abay": "Abay – Dostyk",
    "толе би сейфулина": "Seifullin – Tole Bi", "угол абая и саина": "Abay – Sain",
    "аэр": "Almaty International Airport", "шым": "Shymbulak Ski Resort", "каск": "Kaskelen",
    "метро сайран": "Sayran", "станция алмалы": "Almaly", "метро Райымбек": "Raiymbek batyr",
    "ул. Абая": "Abay Avenue", "проспект Аль-Фараби": "Al-Farabi Avenue", "альфараби": "Al-Farabi",
    "гостиница казахстан": "Hotel Kazakhstan", "вокзал 1": "Almaty-1 Railway Station",
    "алматы2": "Almaty-2 Railway Station", "роддом 2": "Maternity Hospital No. 2",
    "цент стадион": "Central Stadium", "опера": "Abay Opera and Ballet Theatre",
    # older names and abbreviations
    "Фурманова": "Nazarbayev Avenue", "Ташкентская": "Raiymbek Avenue", "КазГУ": "Al-Farabi Kazakh",
    "КБТУ": "Kazakh-British Technical University", "тюз": "Young Spectators Theatre",
    "Алма-Ата": "Almaty", "цгкб": "Central City Clinical Hospital",
    # the wrong keyboard layout
    "cfqhfy": "Sayran Bus Station", "fэропорт": "Almaty International Airport",
    "vtuf": "Mega Almaty Mall", "ьупф": "Mega Almaty Mall", "fqhgjhn": "Almaty International",
    "vtltj": "Medeu Ice Rink", "rjyftd": "Konaev",
}  # fmt: skip


@pytest.fixture(scope="module")
def index() -> PlaceIndex:
    """Return the places of Alatau."""
    city = read_shipped("alatau")
    return PlaceIndex(load_places(city, load_feeds(city)))


def spot(place_id: str, name: str, lon: float = 77.0, **more: object) -> Place:
    """Return a place named the same in all languages."""
    fields = {"kind": "street", "weight": 0.5, "source": "a test", **more}
    names = Names(kk=name, ru=name, en=name)
    return Place(place_id=place_id, names=names, lon_deg=lon, lat_deg=43.0, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("typed", "meant"), QUERIES.items())
def test_what_is_meant_is_among_the_first_three(index: PlaceIndex, typed: str, meant: str) -> None:
    """People find what they mean among three suggestions, however they type it."""
    found = [match.place.names.en for match in search_places(index, typed, limit=3)]
    assert any(name.startswith(meant) for name in found), found


def test_at_least_sixty_queries_are_tried() -> None:
    """The list above is long enough to mean something, and most of it is not spelt as stored."""
    assert len(QUERIES) >= 60


@pytest.mark.parametrize("typed", ["zzzzqqq", "!!!", "жщфцжщ", "12345678", "—", "ъъъ"])
def test_nonsense_finds_nothing(index: PlaceIndex, typed: str) -> None:
    """What is no name gives no suggestion, not a wild guess."""
    assert search_places(index, typed) == ()


def test_nothing_typed_gives_the_weightiest(index: PlaceIndex) -> None:
    """Before a letter is typed the places most often meant are offered."""
    weights = [match.place.weight for match in search_places(index, "  ", limit=5)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == max(place.weight for place in index.places)


def test_every_name_finds_its_own_place(index: PlaceIndex) -> None:
    """Typed in full, in any language, a name leads to a place called so."""
    for place in index.places:
        for language in ("kk", "ru", "en"):
            name = getattr(place.names, language)
            found = [getattr(m.place.names, language) for m in search_places(index, name, limit=3)]
            assert name in found, (name, found)


def test_equal_names_are_told_apart_by_weight_then_id() -> None:
    """Of two places of one name the weightier comes first, then the smaller id."""
    places = (spot("b", "Сад"), spot("a", "Сад"), spot("c", "Сад", weight=0.9))
    found = search_places(PlaceIndex(places), "сад")
    assert [match.place.place_id for match in found] == ["c", "a", "b"]


def test_a_long_query_is_cut(index: PlaceIndex) -> None:
    """A page of text is looked at only so far, and the limit is held."""
    assert len(search_places(index, "абая " * 10_000, limit=2)) == 2
    for limit in (0, LIMIT_MAX + 1):
        with pytest.raises(InvalidInput, match="limit"):
            search_places(index, "абая", limit=limit)


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        (("Қапшағай", "Капчагай", "Kapchagay", "Qapshaghay", "Kapshagay"), "kapxagai"),
        (("Жетісу", "Жетысу", "Zhetysu", "Jetisu"), "jetisu"),
        (("Сейфуллин", "Seifullin", "Seyfulin"), "seifulin"),
        (("Назарбаев", "Nazarbayev", "Nazarbaev"), "nazarbaev"),
        (("Өтеген", "Отеген", "Otegen"), "otegen"),
        (("Хан", "Khan", "Han"), "han"),
        (("цирк", "tsirk"), "cirk"),
    ],
)
def test_spellings_of_one_name_fold_to_one(words: tuple[str, ...], folded: str) -> None:
    """Languages and scripts meet in one spelling."""
    assert {fold_word(word) for word in words} == {folded}


def test_letters_and_digits_are_words_of_their_own() -> None:
    """A number beside a name is found with and without what parts them."""
    assert split_words("Алматы-2") == split_words("almaty2") == ["almati", "2"]
    assert split_words("№ 7, «Б»") == ["7", "b"]


def test_the_layouts_are_each_others_reverse() -> None:
    """What was typed on the wrong layout comes back, in both directions."""
    assert swap_layout("fэ") == swap_layout(swap_layout(swap_layout("fэ")))
    assert swap_layout("cfqhfy") == "сайран"
    assert swap_layout("сайран") == "cfqhfy"


@pytest.mark.parametrize(
    ("word", "known", "errors"),
    [
        ("sairan", "sairan", 0.0),
        ("sairn", "sairan", 1.0),
        ("saairan", "sairan", 1.0),
        ("sarian", "sairan", 1.0),
        ("medeo", "medeu", 0.5),
        ("medek", "medeu", 1.0),
    ],
)
def test_errors_are_counted(word: str, known: str, errors: float) -> None:
    """Left out, put in, swapped and wrong letters count one, a vowel for a vowel a half."""
    assert count_errors(word, known, most=2.0) == errors
    assert count_errors(known, word, most=2.0) == errors


def test_too_many_errors_are_not_counted() -> None:
    """Beyond what is allowed the answer is infinite, whichever word is longer."""
    assert count_errors("abcdef", "uvwxyz", most=2.0) > 2.0
    assert count_errors("abc", "abcdefgh", most=2.0) > 2.0
    assert count_errors("abc", "abcdefgh", most=2.0, is_begun=True) == pytest.approx(0.5)


def test_a_point_is_named_by_the_nearest_spot() -> None:
    """A spot within reach names a point; beyond it the nearest town does, and says how far."""
    places = (
        spot("spot", "Сад"),
        spot("town", "Город", 77.05, kind="town"),
        spot("far", "Село", 78.0, kind="village"),
    )
    index = PlaceIndex(places)
    near = name_point(index, 77.001, 43.0)
    assert near is not None
    assert near.place.place_id == "spot"
    assert near.distance_m == pytest.approx(81.3, abs=0.5)  # 0.001 deg at 43 N
    wide = name_point(index, 77.03, 43.0)
    assert wide is not None
    assert wide.place.place_id == "town"
    assert wide.distance_m > NEAR_M_MAX
    assert name_point(PlaceIndex(()), 77.0, 43.0) is None


def test_a_point_far_from_everything_still_has_a_name() -> None:
    """Without towns the nearest spot names a point, however far."""
    near = name_point(PlaceIndex((spot("a", "Сад"),)), 80.0, 43.0)
    assert near is not None
    assert near.distance_m > 100_000
    assert not is_name_of(near.place.kind, near.distance_m)


def test_a_name_is_of_points_near_it() -> None:
    """A kiosk names no door two kilometres away, its town does, and neither one in the steppe."""
    assert is_name_of("shop", NEAR_M_MAX)
    assert not is_name_of("shop", NEAR_M_MAX + 1.0)
    assert is_name_of("town", NEAR_M_MAX + 1.0)
    assert is_name_of("district", WIDE_M_MAX)
    assert not is_name_of("town", WIDE_M_MAX + 1.0)


def test_republic_square_and_the_terminal_are_named(index: PlaceIndex) -> None:
    """The operator's point in the centre and the terminal get the names people use."""
    for lon, lat, name in (
        (76.9453, 43.2389, "Republic Square"),
        (77.0121, 43.3466, "Almaty International Airport"),
    ):
        near = name_point(index, lon, lat)
        assert near is not None
        assert near.place.names.en == name
        assert near.distance_m < 60.0
