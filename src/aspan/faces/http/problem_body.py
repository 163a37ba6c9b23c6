"""What a decoder says of a body it refuses, in words for people, in three languages."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

Said = Mapping[str, str]
"""A text by language."""

_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_ABSENT = re.compile(r"Object missing required field `(.*)`")
_BOUND = re.compile(r"Expected `[\w| ]+` (>=|<=|>|<) (-?[\d.]+)")
_LENGTH = re.compile(r"Expected `(\w+)[\w| ]*` of length (>=|<=) (\d+)")
_TYPE = re.compile(r"Expected `([\w| ]+)`, got `\w+`")

_SIGNS: Final = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}

_TYPES: Final[dict[str, Said]] = {
    "int": {"kk": "бүтін сан", "ru": "целое число", "en": "a whole number"},
    "float": {"kk": "сан", "ru": "число", "en": "a number"},
    "str": {"kk": "мәтін", "ru": "текст", "en": "a text"},
    "bool": {"kk": "true немесе false", "ru": "true или false", "en": "true or false"},
    "array": {"kk": "тізім", "ru": "список", "en": "a list"},
    "object": {"kk": "нысан", "ru": "объект", "en": "an object"},
    "null": {"kk": "null", "ru": "null", "en": "null"},
}
_OR: Final = {"kk": "немесе", "ru": "или", "en": "or"}
_LENGTHS: Final[dict[str, Said]] = {
    "str": {"kk": "таңба саны", "ru": "число символов", "en": "number of characters"},
    "array": {"kk": "тізім ұзындығы", "ru": "длина списка", "en": "length of the list"},
}
_OTHER: Final[Said] = {
    "kk": "сипаттамадағы мәндердің бірі (/api/openapi)",
    "ru": "одно из значений, что в описании (/api/openapi)",
    "en": "one of the values in the description (/api/openapi)",
}


class BodyFault(msgspec.Struct, frozen=True):
    """What is wrong: `code` as in the problems, the field by its path, what was expected."""

    code: str
    field: str
    expected: Said


def read_fault(error: Exception) -> BodyFault:
    """Return what a decoder found wrong with a body."""
    if not isinstance(error, msgspec.ValidationError):
        return BodyFault("malformed_json", "body", _OTHER)
    message, _, path = str(error).partition(" - at `$")
    return find_fault(message, path.removesuffix("`").removeprefix("."))


def find_fault(message: str, field: str) -> BodyFault:
    """Return what a decoder's message says of a field by its path; empty: the whole body."""
    for code, pattern in (("unknown_field", _UNKNOWN), ("missing_field", _ABSENT)):
        found = pattern.fullmatch(message)
        if found:
            name = found[1]
            return BodyFault(code, f"{field}.{name}" if field else name, _OTHER)
    expected = find_expected(message)
    return BodyFault("invalid_value", field or "body", _OTHER if expected is None else expected)


def find_expected(message: str) -> Said | None:
    """Return what a decoder expected, by language; None if its message is none of those known."""
    if found := _BOUND.fullmatch(message):
        text = f"{_SIGNS[found[1]]} {float(found[2]):g}"
        return dict.fromkeys(_OR, text)
    if found := _LENGTH.fullmatch(message):
        what = _LENGTHS.get(found[1], _LENGTHS["array"])
        return {lang: f"{what[lang]} {_SIGNS[found[2]]} {found[3]}" for lang in _OR}
    if found := _TYPE.fullmatch(message):
        kinds = [kind.strip() for kind in found[1].split("|")]
        if all(kind in _TYPES for kind in kinds):
            return {
                lang: f" {word} ".join(_TYPES[kind][lang] for kind in kinds)
                for lang, word in _OR.items()
            }
    return None
