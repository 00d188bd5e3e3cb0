"""Pictures, by content. Before: a thread whose pictures are addresses. After: the same thread with the digests of the
bytes that were found, and :class:`~threadbound.media.pictures.Pictures` that give those bytes.

``collect`` walks the thread and looks in the places at hand; ``addresses`` knows what the addresses of one picture have
in common. ``fetch`` asks the network for what is missing: ``places`` says where, ``policy`` what may be asked, and
``client`` asks (``lookups`` finds names, ``answers`` takes what comes), ``interruptible`` lets signals end it.
``store`` keeps what came, ``parts`` clears away what was only begun. ``probe`` proves that bytes are a picture.

``recipes`` decides what a product can show of a picture, ``derive`` makes it (with ``colours`` and ``strip``),
``shelf`` keeps what was made, ``crew`` and ``worker`` make many at once, ``slices`` finds where a tall one may be
divided, ``standstill`` tells of animations that do not move any more.
"""
