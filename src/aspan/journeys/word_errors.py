"""Typing errors between two folded words: how many, how many are allowed, and a quick look."""

from math import ceil, inf

_VOWELS = frozenset("aeiou")
_SWAPPED_VOWEL = 0.5
"""Worth of one vowel for another, which people hear alike: Medeo, Medeu. Assumed."""
_REST = 0.1
"""Worth of each letter that is not typed yet. Assumed."""


def errors_allowed(word: str) -> float:
    """Return how many errors a word of this length may have and still be meant. Assumed."""
    length = len(word)
    if length <= 2:
        return 0.0
    if length <= 3:
        return 0.5
    return 1.0 if length <= 5 else 2.0 if length <= 8 else 3.0


def list_pairs(word: str) -> list[str]:
    """Return the pairs of neighbouring letters, the beginning counting as one."""
    return [f"^{word[:1]}", *(word[i : i + 2] for i in range(len(word) - 1))]


def count_errors(word: str, known: str, *, most: float, is_begun: bool = False) -> float:
    """Return the errors that turn `word` into `known`; infinite as soon as they pass `most`.

    Left out, put in, changed (a vowel for a vowel counts half) or two neighbours swapped: optimal
    string alignment, R. Lowrance and R. A. Wagner, *An extension of the string-to-string correction
    problem*, J. ACM 22, 1975, restricted as is usual.

    Parameters
    ----------
    is_begun
        Whether `word` may be only the beginning of `known`; the rest then counts a tenth.
    """
    if len(word) - len(known) > most or (not is_begun and len(known) - len(word) > most):
        return inf
    reach = ceil(most)  # farther from the diagonal more errors than that have been made
    width = len(known)
    older: list[float] = []
    before = [float(j) for j in range(width + 1)]
    for i, letter in enumerate(word, 1):
        row = [inf] * (width + 1)
        row[0] = float(i)
        least = row[0]
        for j in range(max(1, i - reach), min(width, i + reach) + 1):
            other = known[j - 1]
            cost = before[j - 1]
            if letter != other:
                cost += _SWAPPED_VOWEL if letter in _VOWELS and other in _VOWELS else 1.0
                cost = min(cost, before[j] + 1.0, row[j - 1] + 1.0)
                if i > 1 and j > 1 and letter == known[j - 2] and word[i - 2] == other:
                    cost = min(cost, older[j - 2] + 1.0)
            row[j] = cost
            least = min(least, cost)
        if least > most:
            return inf
        older, before = before, row
    errors = before[width]
    if is_begun:
        errors = min(cost + _REST * (width - j) for j, cost in enumerate(before))
    return errors if errors <= most else inf
