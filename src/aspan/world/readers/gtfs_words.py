"""Names of a feed in the city's three languages, from `translations.txt`."""

from aspan.world.readers.gtfs_rows import Sheet, clean
from aspan.world.vertiport import Names

_LANGUAGES = ("kk", "ru", "en")


class Words:
    """The translations of a feed, by table, field and record.

    Both ways of naming a record are understood: its id, or the text to be translated. Of the
    languages only those the pages speak are kept.
    """

    def __init__(self, sheet: Sheet | None) -> None:
        self._of_record: dict[tuple[str, str, str, str], str] = {}
        self._of_text: dict[tuple[str, str, str, str], str] = {}
        for row in sheet or ():
            table, field = row.needed("table_name"), row.needed("field_name")
            language = row.needed("language").lower().split("-")[0]
            record, text = row.text("record_id"), row.text("field_value")
            if table != "feed_info" and not record and not text:
                row.fatal("record_id", "", "a record_id, or the text as field_value")
            if language not in _LANGUAGES or row.text("record_sub_id"):
                continue
            if record:
                self._of_record[table, field, record, language] = row.text("translation")
            elif text:
                self._of_text[table, field, text, language] = row.text("translation")

    def names(self, table: str, field: str, record: str, text: str) -> Names:
        """Return a text in each language; as the feed has it where it is not translated.

        What has nothing to be seen is called by its id.
        """
        kk, ru, en = (
            clean(
                self._of_record.get((table, field, record, language))
                or self._of_text.get((table, field, text, language))
                or text
            )
            or record
            for language in _LANGUAGES
        )
        return Names(kk=kk, ru=ru, en=en)
