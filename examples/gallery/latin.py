"""The gallery's threads in English: long text, pictures, quotes, tall screenshots, losses, one post alone.

Before: nothing. After: a :class:`Sample` of each. Persons, places, addresses and readings are invented.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace

from gallery import drawings
from gallery.page import Picture, Said, Sample, card, link, post_id, quote, video
from threadbound.model.thread import Choice, Poll, Thread

MARA: dict[str, Any] = {
    "author": "Mara Lindqvist",
    "handle": "maralindqvist",
    "avatar": partial(drawings.sign, "ML", (48, 84, 98)),
}
PERPETUA: dict[str, Any] = {"author": "Perpetua Quill", "handle": "perpetuabinds"}
TOMAS: dict[str, Any] = {
    "author": "Tomás Riel",
    "handle": "riel_maps",
    "avatar": partial(drawings.sign, "TR", (122, 58, 40)),
}
DAY = timedelta(days=1)

_GAUGE = (
    (
        "For eleven years I wound the clock of a tide gauge. Here is what it taught me about water, paper and the people"
        " who keep both.\n\nA thread, in the order in which things went wrong."
    ),
    (
        "The gauge stands in a hut the size of a wardrobe at the end of the north mole in Sandvær. Under the floor is a"
        " well; in the well floats a copper drum; from the drum a wire goes over a wheel to a pen."
    ),
    (
        "That is all. The sea pushes the drum, the drum pulls the wire, the wire moves the pen, and the pen writes on a"
        " roll of paper which a clock drags past it at the rate of two centimetres an hour.\n\nEvery Monday at eight"
        " somebody changes the roll. From 2003 to 2014 that was me."
    ),
    (
        "The rules hung beside the door, typed in 1931 and never changed:\n\n1. Wind the clock first. Whatever you forget"
        " afterwards, the clock goes.\n2. Write the date on the roll before you take it off, not after.\n3. Do not correct"
        " the pen. If it is wrong, write down how wrong.\n4. Nobody eats in the hut."
    ),
    (
        "Rule three is the one I think about. The first thing everybody wants to do with a wrong line is to set it right,"
        " and the moment you do, you have two errors: the sea’s and your own, and no way to tell them apart."
    ),
    (
        "I once asked old Halvorsen, who had kept the gauge before me, why the rules said nothing about storms. He said:"
        " “The storm knows what to do.”"
    ),
    (
        "So what does a tide look like, if you see it once a week and all at once? Like handwriting. Two long waves a day,"
        " never quite the same height, leaning on each other; and over them a scribble, which is the harbour itself,"
        " breathing every nineteen minutes.\n\nYou learn to read it as you learn to read an aunt."
    ),
    (
        "You see the ferry. You see the spring melt as a faint lift in May. You see, on 22 May 1960 and the two days after"
        " it, a row of small teeth: the earthquake in Chile, which had crossed 13,000 km of water and came in at about the"
        " height of a hand."
    ),
    (
        "Nobody in Sandvær noticed it. The pen did. The keeper of that week wrote beside the teeth, in pencil, with a"
        " question mark: “ice?”\n\nHe did not correct them."
    ),
    "I promised to say what went wrong. Back tomorrow, the ferry is in.",
    (
        "Good morning. What went wrong, in order of cost:\n- The paper. From 1974 it came from another mill, and it shrinks"
        " across the roll by 0.8 % in a dry winter.\n- The ink. Violet ink is beautiful and cannot bear daylight.\n- The"
        " people, but less than you would think."
    ),
    (
        "Paper that shrinks is a scale that lies. For two years every high tide of winter was a centimetre too low, and the"
        " low ones too high, and it looked as if the sea had grown calm.\n\nIt was found out by a schoolteacher,"
        " @ingridsolli, who laid two rolls on each other on her kitchen table in order to compare the ferries."
    ),
    (
        "She wrote to the institute. The institute wrote back that rolls should be stored flat. She answered with a ruler"
        " photographed beside the printed grid, and that letter is now the first sheet in the file called “Corrections”."
    ),
    "The whole file can be read here, and it’s better than most novels: "
    + link(
        "https://archive.sandvaer-harbour.example/collections/tide-gauge/corrections/1974-1981"
        "?view=facsimile&sheet=1&utm_source=catalogue#letter-of-ms-solli",
        "archive.sandvaer-harbour.example/collections/ti…",
    )
    + " #tidegauge #archives",
    (
        "The violet ink is a sadder story. The rolls of 1938 to 1944 hung for one summer in the town hall, as an exhibition"
        " about diligence. They are now long strips of very clean paper with small pin holes at the top."
    ),
    (
        "Can they be read? Yes, by the groove. A steel pen cuts the surface even when its colour has gone, and if you lay a"
        " lamp flat on the table the line stands up as a shadow. We did it over six Sundays, "
        "Halvorsen with the lamp, me with the pencil, in 1 cm steps: 52,416 readings."
    ),
    (
        "Three days later, because people asked what it was all for.\n\nA single reading of the sea is worth nothing. It is"
        " a wet stone with a number on it. A year of them tells you when to sail. A hundred years, unbroken, in one place,"
        " against one mark in one rock, tells you whether the town can stay."
    ),
    (
        "That is why nobody may correct the pen. The one who reads the line is not born yet, she’ll have questions that we"
        " don’t know of, and the only courtesy that we can show her is to leave our errors where they happened and to sign"
        " them."
    ),
    (
        "The gauge is now a radar on a bracket, the size of a loaf. It reads every second and tells a computer, and it has"
        " never been wrong for longer than a day. I’m not sad about that.\n\nBut I went to look at its data last spring,"
        " and there was a gap of four hours in March, perfectly clean, without a word beside it."
    ),
    "So I have asked whether I may write something into that gap. With a pencil, and with a question mark.",
)
_PAUSES = {10: timedelta(hours=14), 16: 3 * DAY}


def long_text() -> Sample:
    """Twenty posts numbered by hand, over five days: lists, paragraphs, a long link."""
    count = len(_GAUGE)
    posts = tuple(
        Said(f"{n}/{count} {words}", later=_PAUSES.get(n - 1, timedelta(minutes=3)))
        for n, words in enumerate(_GAUGE, 1)
    )
    return Sample("long-text", **MARA, started=datetime(2023, 2, 17, 19, 4, tzinfo=UTC), posts=posts)


def pictures() -> Sample:
    """One, two, three and four in a post; portrait, panorama, few pixels, shapes that differ."""
    view = drawings.landscape

    def photo(seed: int, width: int = 1200, height: int = 800, alt: str = "") -> Picture:
        return Picture(partial(view, seed, width, height), alt)

    page = Picture(drawings.page_of_type, "A page of a log-book in brown ink, ruled, with a red line at the left.")
    posts = (
        Said(
            "I walked the coast from Sandvær to Holm with one lens and no plan. Ten days, ten posts.",
            (photo(0, alt="Morning: ranges of hills in blue and green, the sun over a gap at the right."),),
        ),
        Said(
            "Two from the first evening. The second is eleven minutes after the first.",
            (
                photo(1, alt="Dusk over dark hills, the moon on the left."),
                photo(6, alt="The same, the moon on the right."),
            ),
        ),
        Said("Then three days of this.", (photo(2), photo(7), photo(12))),
        Said(
            "On the fifth it cleared, and I could not stop.",
            (photo(5), photo(10, 1000, 1000), photo(15), photo(20, 1200, 900)),
        ),
        Said("The keeper at Holm let me photograph his log. He asked me not to straighten it.", (page,)),
        Said(
            "The whole bay, stitched from nine. It does not fit anywhere, which is the point of it.",
            (photo(4, 3000, 700, alt="A panorama of a bay in yellow light, hills from edge to edge."),),
        ),
        Said(
            "A portrait and a landscape of the same hour; then what my old telephone made of it.",
            (photo(9, 800, 1200), photo(14)),
        ),
        Said("This is the telephone. 240 × 180, and I still like it best.", (Picture(partial(drawings.small, 11)),)),
        Said(
            "For the sceptics, the wind. Days above force seven, counted by the harbour office.",
            (
                Picture(
                    partial(drawings.chart, 3),
                    "A bar chart: days over the quay, by year, 2008 to 2023, rising from about 4 to 20.",
                    "png",
                ),
            ),
        ),
        Said("Night, and the boat home.", (photo(3, 900, 1350),)),
    )
    return Sample("many-pictures", **TOMAS, started=datetime(2024, 9, 3, 6, 20, tzinfo=UTC), posts=posts)


def quotes() -> Sample:
    """Quoted posts, link cards and clips: with words, with a picture, with nothing but an address."""
    ingrid = post_id(datetime(2022, 5, 1, 9, 30, tzinfo=UTC))
    halv = post_id(datetime(2021, 11, 20, 21, 5, tzinfo=UTC))
    files = "./quotes-and-cards_files"
    posts = (
        Said(
            "Everything good that I know about maps was said by somebody else. Let me show you where I have it from.",
        ),
        Said(
            "First the teacher who found the shrinking paper:",
            after=quote(
                "ingridsolli",
                ingrid,
                "A map is a promise that somebody else has been cold and wet on your behalf.<br><br>The least that"
                " you can do is fold it along its own folds.",
                "— Ingrid Solli (@ingridsolli)",
            ),
        ),
        Said("Then one of which the page kept the address only.", after=quote("halvorsen_pilot", halv)),
        Said(
            "A quote with a picture, because the picture is the argument:",
            after=quote(
                "smallpressroom",
                ingrid + (86_400_000 << 22),
                "The depths as printed. Guess which ones the captain believed.",
                "— The Small Press Room (@smallpressroom)",
                f'<img src="{files}/quoted.jpg" alt="A sheet of a survey: a bay, lines of height on the land and of depth in the sea.">',
            ),
        ),
        Said(
            "The catalogue is open: "
            + link("https://maps.sandvaer.example/catalogue/1953?sheet=12", "maps.sandvaer.example/catalogue/…"),
            after=card(
                "https://maps.sandvaer.example/catalogue/1953?sheet=12",
                "The survey of 1953, sheet by sheet",
                "Two hundred sheets at 1 : 5,000, with the surveyors’ own corrections in the margin.",
                f"{files}/card.jpg",
            ),
        ),
        Said(
            "And a lecture that I go back to every winter; this card came without a picture and with far too long a"
            " title.",
            after=card(
                "https://lectures.example.org/2019/what-a-legend-leaves-out-and-other-questions-for-cartographers",
                "What a legend leaves out, and eleven other questions that cartographers would rather not be asked in"
                " public",
                "Recorded at the winter school. 64 minutes, with slides.",
            ),
        ),
        Said(
            "Here is how a plate is inked, from the only person who still does it daily.",
            after=video(
                "1650000000000000001",
                "1:42",
                f"{files}/poster.jpg",
                "A copper plate, engraved with a bay and its depths.",
            ),
        ),
        Said("The second half, of which there is no still.", after=video("1650000000000000002", "0:37")),
        Said(
            "Thanks to @ingridsolli, @smallpressroom and everybody who answered. The sources are in the next thread:"
            " " + link("https://example.org/threads/sources", "example.org/threads/sources"),
        ),
    )
    extra = {
        "quoted.jpg": partial(drawings.survey, 8, 1000, 620),
        "card.jpg": partial(drawings.survey, 9, 600, 314),
        "poster.jpg": partial(drawings.survey, 13, 1280, 720, drawings.ENGRAVED),
    }
    started = datetime(2023, 11, 12, 16, 45, tzinfo=UTC)
    return Sample("quotes-and-cards", **TOMAS, started=started, posts=posts, extra=extra)


def polls() -> Sample:
    """Polls, which no saved page holds: two choices and four, one without counts."""
    posts = (
        Said("I asked you four things about maps last winter, and here is what you said."),
        Said("First: which part of a map do you read first? 1,204 of you answered, and I did not expect this."),
        Said("Then I asked what you would keep if the sheet were on fire.\n\nTwo choices, because there is no time."),
        Said("The last one was closed before anybody had counted it. I print it all the same."),
        Said("The fourth I have forgotten, which is an answer too."),
    )
    started = datetime(2022, 2, 17, 18, 0, tzinfo=UTC)
    return Sample("polls", **TOMAS, started=started, posts=posts, amend=_with_polls)


_POLLS = {
    2: Poll(
        (
            Choice("The legend", 149, 12.4),
            Choice("The title and its ornament", 218, 18.1),
            Choice("Wherever I live", 737, 61.2),
            Choice("The blank parts", 100, 8.3),
        ),
        1204,
    ),
    3: Poll((Choice("The coast", share=50.5), Choice("The names of those who drew it", share=49.5)), 97),
    4: Poll((Choice("North is up"), Choice("North is where the paper ends"), Choice("It depends who is asking"))),
}


def _with_polls(thread: Thread) -> Thread:
    """The thread with a poll in each of the posts that speak of one."""
    polled = (replace(post, polls=(_POLLS[post.n],)) if post.n in _POLLS else post for post in thread.posts)
    return replace(thread, posts=tuple(polled))


def tall() -> Sample:
    """Screenshots: one many pages tall, two side by side, a window of a program."""
    posts = (
        Said("The committee decided it by telephone. All of it, in one evening, and I have the whole talk. Read it."),
        Said("From the top:", (Picture(drawings.talk, "A talk on a telephone, very long."),)),
        Said(
            "And this is what they were looking at while they wrote.",
            (Picture(partial(drawings.window, 4), "", "png"),),
        ),
        Said(
            "Two more, shorter. The left one is before lunch.",
            (
                Picture(partial(drawings.talk, 1080, 2300, (216, 226, 236))),
                Picture(partial(drawings.talk, 1080, 2300)),
            ),
        ),
        Said("The minutes of the meeting say: “discussed”. That is the whole of the minutes."),
    )
    return Sample("tall-screenshots", **PERPETUA, started=datetime(2024, 3, 8, 20, 11, tzinfo=UTC), posts=posts)


def losses() -> Sample:
    """Pictures that were not saved, posts that the page numbers but does not hold, a cut post."""
    posts = (
        Said("What we lost when the site moved, as far as I could piece it together from my own saved copy."),
        Said(
            "The frontispiece. I described it at the time, and that’s all there is now.",
            (
                Picture(
                    None,
                    "An engraving of a harbour: three ships under sail, a mole with a hut at its end, and in the sky a"
                    " hand that holds a pair of compasses.",
                ),
            ),
        ),
        Said("Of these two one came back.", (Picture(partial(drawings.landscape, 16)), Picture(None))),
        Said("All four of the survey are gone.", tuple(Picture(None) for _ in range(4))),
        Said("The posts between are missing too: I had blocked somebody who was quoted there.", number=7),
        Said(
            "This clip was on a server that has no name any more.",
            after=video("1650000000000000003", "12:05", "https://pbs.twimg.com/ext_tw_video_thumb/165/pu/img/a.jpg"),
        ),
        Said("Save your pages with their pictures. It takes one click more, and then it is done."),
    )
    return Sample("losses", **PERPETUA, started=datetime(2022, 12, 1, 8, 2, tzinfo=UTC), posts=posts, declared=11)


def alone() -> Sample:
    """One post."""
    words = "Stitch once, and you have a pamphlet. Stitch twice, and you have an argument about the first stitch."
    return Sample("one-post", **PERPETUA, started=datetime(2024, 1, 6, 12, 0, tzinfo=UTC), posts=(Said(words),))
