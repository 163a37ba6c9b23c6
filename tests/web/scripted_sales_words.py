"""What the invented seller says in each language."""

from typing import Any

Words = dict[str, str]
FARE_TIYN = 1_200_000
WORDS: dict[str, Words] = {
    "en": {
        "base": "Base fare", "km": "Distance, 15.3 km", "time": "Time of day",
        "pooling": "Shared flight", "tax": "of which VAT 16 %",
        "conditions": "Free for 10 minutes after paying; then 90 % comes back.",
        "seller": "Sold by the operator, Almaty.",
    },
    "ru": {
        "base": "Посадка", "km": "Расстояние, 15,3 км", "time": "Время суток",
        "pooling": "Общий рейс", "tax": "в том числе НДС 16 %",
        "conditions": "Бесплатно 10 минут после оплаты; потом вернём 90 %.",
        "seller": "Продавец – оператор, Алматы.",
    },
    "kk": {
        "base": "Отырғызу", "km": "Қашықтық, 15,3 км", "time": "Тәулік уақыты",
        "pooling": "Ортақ рейс", "tax": "оның ішінде ҚҚС 16 %",
        "conditions": "Төлегеннен кейін 10 минут тегін; содан соң 90 % қайтарылады.",
        "seller": "Сатушы – оператор, Алматы.",
    },
}  # fmt: skip


def _said(en: str, ru: str, kk: str) -> Words:
    return {"en": en, "ru": ru, "kk": kk}


PROBLEMS: dict[str, tuple[int, Words, Words]] = {
    "sold_out": (
        409,
        _said("Sold out", "Мест больше нет", "Орын қалмады"),
        _said(
            "The last seats of this flight have just gone.",
            "Последние места этого рейса только что заняли.",
            "Бұл рейстің соңғы орындары жаңа ғана алынды.",
        ),
    ),
    "price_changed": (
        409,
        _said("The fare has changed", "Цена изменилась", "Баға өзгерді"),
        _said(
            "It is 13 000 ₸ now and was 12 000 ₸.",
            "Сейчас 13 000 ₸, было 12 000 ₸.",
            "Қазір 13 000 ₸, бұрын 12 000 ₸ болған.",
        ),
    ),
    "payment_used": (
        409,
        _said("Payment used already", "Платёж уже использован", "Төлем пайдаланылған"),
        _said(
            "This payment has paid for another booking.",
            "Этим платежом оплачена другая бронь.",
            "Бұл төлеммен басқа брон төленген.",
        ),
    ),
    "invalid_value": (
        422,
        _said("Something is not accepted", "Что-то не принято", "Бірдеңе қабылданбады"),
        _said("The phone has no digits.", "В телефоне нет цифр.", "Телефонда сан жоқ."),
    ),
    "unknown_booking": (
        404,
        _said("No such booking", "Такой брони нет", "Мұндай брон жоқ"),
        _said("Nothing is known of it.", "О ней ничего не известно.", "Ол туралы мәлімет жоқ."),
    ),
    "no_ticket": (
        404,
        _said("No ticket", "Билета нет", "Билет жоқ"),
        _said("It is not paid.", "Бронь не оплачена.", "Төленбеген."),
    ),
    "hold_expired": (
        409,
        _said("The hold is over", "Срок брони истёк", "Ұстау мерзімі өтті"),
        _said("The seats were let go.", "Места освободились.", "Орындар босап кетті."),
    ),
}

FOG: Words = _said(
    "Fog at Republic Square since 10:10.",
    "Туман на площади Республики с 10:10.",
    "Республика алаңында 10:10-нан тұман.",
)
MOVED: Words = _said(
    "Because of fog you fly at 11:21 instead of 10:21, on the same ticket.",
    "Из-за тумана вы летите в 11:21 вместо 10:21 по тому же билету.",
    "Тұманға байланысты 10:21 емес, 11:21-де, сол билетпен ұшасыз.",
)
REMEDIES: dict[str, Words] = {
    "air": _said(
        "Another flight: it leaves at 11:51, at your door at about 12:10",
        "Другой рейс: вылет в 11:51, у двери примерно в 12:10",
        "Басқа рейс: ұшу 11:51, есікте шамамен 12:10",
    ),
    "ground": _said(
        "A taxi at our cost: it comes at 10:05, at your door at about 11:07",
        "Такси за наш счёт: подача в 10:05, у двери примерно в 11:07",
        "Біздің есептен такси: 10:05 алып кетеді, есікте шамамен 11:07",
    ),
    "refund": _said(
        "The whole fare back: 24 000 ₸", "Вернуть деньги полностью: 24 000 ₸",
        "Ақшаны толық қайтару: 24 000 ₸",
    ),
}


def fare_of(party: int, lang: str) -> dict[str, Any]:
    """Return a fare with its lines; tax is part of it."""
    words = WORDS[lang]
    total = FARE_TIYN * party
    lines = [("base", 500_000), ("km", 760_000), ("time", 60_000), ("pooling", -120_000)]
    return {
        "total_tiyn": total, "currency": "KZT",
        "lines": [
            {"kind": kind, "amount_tiyn": amount * party, "text": words[kind]}
            for kind, amount in lines
        ],
        "tax": {"kind": "vat", "rate": 0.16, "amount_tiyn": round(total * 16 / 116),
                "text": words["tax"]},
    }  # fmt: skip
