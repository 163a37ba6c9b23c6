"""Find places by what people type: prefixes, other scripts, errors, words in any order.

Each word of a query is compared with the folded words of all names (`place_words.py`): equal, the
beginning of one, or within a few errors. A place's score is the mean quality over the query's words
(long words count more), and how much of a name was said and the place's own weight break what is
near. Words that only tell the kind ("metro", "park") count less than names. If the query makes
little sense, it is tried again as if typed on the wrong keyboard layout.

Pure: the index is made once from places and only read. Not understood: house numbers, and addresses
beyond a street or a crossing of two.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from math import ceil, cos, inf, radians
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from aspan.journeys.place_words import (
    TEXT_CHARACTERS_MAX,
    WEAK_WORDS,
    WORDS_MAX,
    split_words,
    swap_layout,
)
from aspan.journeys.word_errors import count_errors, errors_allowed, list_pairs
from aspan.primitives.errors import InvalidInput
from aspan.world.geodesy import EARTH_RADIUS_M
from aspan.world.places import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT_MAX = 50
NEAR_M_MAX = 1_500.0
"""Assumed: a spot farther off does not name a point; then the nearest town or district does."""
WIDE_M_MAX: Final = 8_000.0
"""From the middle of a district, town or village its name means a point [m]; Assumed: Almaty's
districts reach so far."""

WIDE_KINDS: Final = frozenset(("district", "town", "village"))

_KIND_TEXTS: Final = {
    "airport": "аэропорт әуежай airport терминал terminal",
    "bus_station": "автовокзал автостанция автобекет bus station",
    "district": "район аудан district",
    "hospital": "больница клиника поликлиника аурухана hospital clinic",
    "hotel": "гостиница отель қонақүй hotel",
    "junction": "угол перекрёсток қиылыс corner crossing",
    "mall": "торговый центр тц трц сауда орталығы молл mall",
    "market": "рынок базар нарық market bazaar",
    "museum": "музей мұражай museum",
    "park": "парк саябақ park",
    "railway": "вокзал железнодорожный теміржол railway station train",
    "resort": "курорт горнолыжный тау шаңғы ski resort",
    "sport": "стадион спорт stadium sport",
    "station": "метро станция станса бекет metro station subway",
    "street": "улица проспект көше даңғыл street avenue",
    "theatre": "театр кинотеатр кино theatre theater cinema",
    "town": "город қала town city",
    "university": "университет институт university",
    "vertiport": "вертипорт аэротакси әуе такси vertiport",
    "village": "село посёлок ауыл кент village",
    "worship": "храм собор мечеть мешіт church mosque",
}
"""What people say before or after a name, in three languages."""
_NAMED_BY_KIND: Final = frozenset(("airport", "railway"))
"""Kinds of which a city has so few that the kind alone is a name."""
_KIND_WORDS: Final = {kind: tuple(split_words(text)) for kind, text in _KIND_TEXTS.items()}
_KINDS: Final = frozenset(chain.from_iterable(_KIND_WORDS.values()))

_PREFIX_SHARE, _ERROR_SHARE, _KIND_SHARE, _NAMING_SHARE = 0.75, 0.9, 0.55, 0.95
"""Worth of a word begun, of one with errors, of one that tells only the kind, and of that where it
is as good as a name. Assumed, tried on the queries of the tests."""
_PASSED_LOSS, _LETTERS_SHARE, _DIGITS_SHARE, _ERROR_LOSS = 0.15, 0.8, 0.3, 0.8
"""What a word begun loses if others follow it, how much of what it lacks all its letters would give
back, the worth of a number begun, and the loss of a word all wrong. Assumed and tried likewise."""
_SAID_SHARE, _WHOLE_SHARE, _WEIGHT_SHARE, _ABSENT_SHARE = 0.15, 0.15, 0.12, 0.5
"""Worth of all words of a name, of nothing but the name, of the weight; least of the best."""
_LEAST = 0.4
"""Least mean quality that is shown."""
_LETTERS_MAX, _WEAK_SHARE = 8, 0.2
"""Letters of a word that count towards its importance, and what of it a weak word has."""
_CANDIDATES_MAX = 32
"""Words compared letter by letter for one word of a query."""
_SENSIBLE = 0.6
"""A best score below it makes other readings of the query worth trying."""
_OTHER_LAYOUT_SHARE = 0.95


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A place and how well it fits, more being better; about 1 is all one could say."""

    place: Place
    score: float


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """The place that names a point, and how far it is from it [m]."""

    place: Place
    distance_m: float


class PlaceIndex:
    """The words of all names, sorted and by pairs of letters; read-only once made."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        holders: dict[str, dict[int, float]] = defaultdict(dict)
        self.name_words: list[int] = []
        self.by_name: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for number, place in enumerate(self.places):
            names = [split_words(name) for name in _list_names(place)]
            proper = [_proper_words(words) for words in names]
            self.name_words.append(min((len(words) for words in proper if words), default=1))
            for words in names:
                self.by_name[tuple(sorted(words))].add(number)
            for words in proper:
                for word in (*words, *_joined(words)):
                    holders[word][number] = 1.0
            if place.kind in _NAMED_BY_KIND:
                for word in _KIND_WORDS[place.kind]:
                    holders[word][number] = _NAMING_SHARE
            for word in (*_KIND_WORDS.get(place.kind, ()), *chain.from_iterable(names)):
                holders[word].setdefault(number, _KIND_SHARE)
        self.words = sorted(holders)
        self.holders = [tuple(sorted(holders[word].items())) for word in self.words]
        self.lengths = np.array([len(word) for word in self.words], dtype=np.int64)
        by_pair: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self.words):
            for pair in list_pairs(word):
                by_pair[pair].append(number)
        self.by_pair = {pair: np.array(found, dtype=np.int64) for pair, found in by_pair.items()}
        self.lon_deg, self.lat_deg = (
            np.array([getattr(p, axis) for p in self.places], dtype=np.float64)
            for axis in ("lon_deg", "lat_deg")
        )
        self.is_wide: NDArray[np.bool_] = np.array(
            [p.kind in WIDE_KINDS for p in self.places], dtype=np.bool_
        )


def search_places(index: PlaceIndex, text: str, *, limit: int = 8) -> tuple[Match, ...]:
    """Return at most `limit` places that fit what was typed, the best first.

    Equal scores are sorted by weight, then by id. An empty text gives the weightiest places.
    """
    if not 1 <= limit <= LIMIT_MAX:
        raise InvalidInput("limit", limit, f"1 to {LIMIT_MAX}")
    text = text[:TEXT_CHARACTERS_MAX]
    words = split_words(text, words_max=WORDS_MAX)
    if not words:
        scores = {} if text.strip() else dict.fromkeys(range(len(index.places)), 0.0)
    else:
        scores = _read(index, words)
        if max(scores.values(), default=0.0) < _SENSIBLE:
            other = _read(index, split_words(swap_layout(text), words_max=WORDS_MAX))
            for number, score in other.items():
                scores[number] = max(scores.get(number, 0.0), _OTHER_LAYOUT_SHARE * score)
    best = sorted(
        scores.items(),
        key=lambda pair: (-pair[1], -index.places[pair[0]].weight, index.places[pair[0]].place_id),
    )
    return tuple(Match(place=index.places[n], score=score) for n, score in best[:limit])


def is_name_of(kind: str, distance_m: float) -> bool:
    """Say whether a place so far away is near enough to call a point by its name alone."""
    return distance_m <= (WIDE_M_MAX if kind in WIDE_KINDS else NEAR_M_MAX)


def name_point(index: PlaceIndex, lon_deg: float, lat_deg: float) -> Near | None:
    """Return what names a point: the nearest spot, or far from all the nearest town or district.

    None only if there are no places. Distances on the plane that touches the globe at the point.
    """
    if not index.places:
        return None
    east = np.radians(index.lon_deg - lon_deg) * cos(radians(lat_deg))
    away_m = EARTH_RADIUS_M * np.hypot(east, np.radians(index.lat_deg - lat_deg))
    spots_m = np.where(index.is_wide, np.inf, away_m)
    nearest = int(np.argmin(spots_m))
    if not spots_m[nearest] <= NEAR_M_MAX:
        nearest = int(np.argmin(np.where(index.is_wide, away_m, np.inf)))
        nearest = nearest if index.is_wide[nearest] else int(np.argmin(away_m))
    return Near(place=index.places[nearest], distance_m=float(away_m[nearest]))


def _read(index: PlaceIndex, words: Sequence[str]) -> dict[int, float]:
    """Return the scores of one reading of a query; carefully if it makes no sense at first."""
    scores, is_careful = _score(index, words, is_careful=False)
    if max(scores.values(), default=0.0) < _SENSIBLE and not is_careful:
        scores, _ = _score(index, words, is_careful=True)
    return scores


def _score(
    index: PlaceIndex, words: Sequence[str], *, is_careful: bool
) -> tuple[dict[int, float], bool]:
    """Return the score of each place that some word fits, and whether no more care is possible.

    Careful is to look for errors even in words that fit as they are.
    """
    sums: dict[int, float] = defaultdict(float)
    said: dict[int, int] = defaultdict(int)
    whole, is_all = 0.0, True
    for place, word in enumerate(words):
        is_last = place == len(words) - 1
        importance = min(len(word), _LETTERS_MAX) * (_WEAK_SHARE if word in WEAK_WORDS else 1.0)
        found, was_careful = _fit(index, word, is_last=is_last, is_careful=is_careful)
        is_all &= was_careful
        if found or word not in WEAK_WORDS:
            whole += importance
        for number, quality in found.items():
            sums[number] += importance * quality
            if quality > _KIND_SHARE:
                said[number] += 1
    if whole == 0.0:
        return {}, is_all
    named = index.by_name.get(tuple(sorted(words)), ())
    floor = _ABSENT_SHARE * max(sums.values(), default=0.0)
    scores = {
        number: total / whole
        + _SAID_SHARE * min(1.0, said.get(number, 0) / index.name_words[number])
        + _WEIGHT_SHARE * index.places[number].weight
        + _WHOLE_SHARE * (number in named)
        for number, total in sums.items()
        if total >= floor and total / whole >= _LEAST
    }
    return scores, is_all


def _fit(
    index: PlaceIndex, word: str, *, is_last: bool, is_careful: bool
) -> tuple[dict[int, float], bool]:
    """Return the places that have a word like `word`, how like it is, and if errors were tried."""
    found: dict[int, float] = {}
    is_exact = False
    first = bisect_left(index.words, word)
    for number in range(first, len(index.words)):
        known = index.words[number]
        if not known.startswith(word):
            break
        is_exact |= known == word
        share = 1.0 if known == word else _begun(word, known, is_last=is_last)
        _note(found, index.holders[number], share)
    is_met = is_exact or (bool(found) and is_last)
    if word.isdigit():
        return found, True
    if is_met and not is_careful:
        return found, False
    for number, share in _list_alike(index, word, is_last=is_last):
        _note(found, index.holders[number], share)
    return found, True


def _begun(word: str, known: str, *, is_last: bool) -> float:
    """Return the worth of the beginning of a word; one that is still typed may be short."""
    if word.isdigit():
        return _DIGITS_SHARE  # 2 is not the beginning of 28
    share = _PREFIX_SHARE if is_last else _PREFIX_SHARE - _PASSED_LOSS
    return share + (1.0 - share) * _LETTERS_SHARE * len(word) / len(known)


def _note(found: dict[int, float], holders: Iterable[tuple[int, float]], share: float) -> None:
    for place, worth in holders:
        quality = share * worth
        if quality > found.get(place, 0.0):
            found[place] = quality


def _list_alike(index: PlaceIndex, word: str, *, is_last: bool) -> Iterator[tuple[int, float]]:
    """Yield words within the errors allowed, with their worth."""
    allowed = errors_allowed(word)
    if allowed == 0:
        return
    pairs = list_pairs(word)
    met = [index.by_pair[pair] for pair in pairs if pair in index.by_pair]
    if not met:
        return
    counts = np.bincount(np.concatenate(met), minlength=len(index.words))
    longest = inf if is_last else len(word) + allowed
    # an error spoils two pairs, a swap three
    is_near = counts >= max(2, len(pairs) - 3 * ceil(allowed))
    is_near &= (index.lengths >= len(word) - allowed) & (index.lengths <= longest)
    near = np.flatnonzero(is_near)
    for number in near[np.argsort(-counts[near], kind="stable")][:_CANDIDATES_MAX].tolist():
        errors = count_errors(word, index.words[number], most=allowed, is_begun=is_last)
        if errors <= allowed:
            yield number, _ERROR_SHARE * (1.0 - _ERROR_LOSS * errors / len(word))


def _list_names(place: Place) -> tuple[str, ...]:
    return (place.names.kk, place.names.ru, place.names.en, *place.also)


def _proper_words(words: list[str]) -> list[str]:
    """Return the words of a name that are more than its kind; all if there are no others."""
    return [word for word in words if word not in WEAK_WORDS and word not in _KINDS] or words


def _joined(words: Sequence[str]) -> list[str]:
    """Return neighbours written as one, as people do: alfarabi, almaata, silkway."""
    return [one + other for one, other in pairwise(words) if not (one.isdigit() or other.isdigit())]
