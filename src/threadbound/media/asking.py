"""What is known before anybody is asked: addresses that must not be, and those that are known to have nothing.

Before: a picture that no place at hand has. After: the address to ask, or a trouble that says why there is none; and in
a dry run, which asks nobody, what fetching would say of every picture as far as that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threadbound.media.answers import FetchTrouble
from threadbound.media.places import Place, places
from threadbound.media.store import BELIEVED, Entry, MediaStore, now
from threadbound.media.wanted import Trouble, Wanted
from threadbound.options import FetchOptions

#: Troubles of one address, after which the picture's next one is worth a try.
OTHER_SIZES_MAY_DO = frozenset(
    {"media.gone", "media.refused", "media.not-an-image", "media.unsupported", "media.too-large"}
)
#: What says less than any other trouble of the same picture.
WEAK = frozenset({"media.gone", "media.not-allowed"})
#: What every reason calls the place that was asked, until it is known which it was.
ITS_SERVER = "its server"
#: A picture that may be had.
NOT_ASKED = Trouble("media.not-asked", "in a dry run nothing is")


def address(url: str, place: Place, store: MediaStore, options: FetchOptions) -> str:
    """The address that a place is asked at for a picture.

    Raises:
        FetchTrouble: it must not be asked, or is known to have nothing.
    """
    asked = place.ask(url)
    known = store.gone(url, place.origin, place.name, since=now() - BELIEVED)
    if known and not options.ask_again:
        raise gone(known)
    return asked


def gone(entry: Entry) -> FetchTrouble:
    """Told alike on the day and from memory, so that a book made again is the same book."""
    return FetchTrouble("media.gone", f"its server does not have it (asked on {entry.fetched:%Y-%m-%d})")


def ends(trouble: FetchTrouble) -> bool:
    """Whether the picture's other addresses at the same place are not worth a try."""
    return trouble.passing or trouble.code not in OTHER_SIZES_MAY_DO


def of_place(told: Sequence[FetchTrouble], place: Place) -> Trouble:
    """Why a place did not give a picture: the trouble of its addresses that says most."""
    worst = next((trouble for trouble in told if trouble.code not in WEAK), told[0])
    return Trouble(worst.code, str(worst).replace(ITS_SERVER, place.called))


def of_all(troubles: Sequence[Trouble]) -> Trouble:
    """Why no place gave it: every one's trouble, under the code of the first."""
    return Trouble(troubles[0].code, "; ".join(trouble.reason for trouble in troubles))


def foreseen(wanted: Iterable[Wanted], store: MediaStore, options: FetchOptions) -> dict[str, Trouble]:
    """What fetching would say of each picture, by identity; :data:`NOT_ASKED` where only asking would tell."""
    return {each.identity: _foreseen(each, store, options) for each in wanted}


def _foreseen(wanted: Wanted, store: MediaStore, options: FetchOptions) -> Trouble:
    troubles = []
    for place in places(wanted.policy, wanted.near, options):
        told = _known(wanted, place, store, options)
        if not told:
            return NOT_ASKED
        troubles.append(of_place(told, place))
    return of_all(troubles)


def _known(wanted: Wanted, place: Place, store: MediaStore, options: FetchOptions) -> list[FetchTrouble]:
    """Why a place has no address to ask for a picture; nothing where it has one."""
    told: list[FetchTrouble] = []
    for url in wanted.candidates:
        try:
            address(url, place, store, options)
        except FetchTrouble as trouble:
            told.append(trouble)
            if ends(trouble):
                break
        else:
            return []
    return told
