"""Pictures, by content. Before: a thread whose pictures are addresses. After: the same thread with the digests of the
bytes that were found, and a :class:`~threadbound.media.pictures.Pictures` that holds them.

``probe`` proves that bytes are a picture, ``pictures`` holds them, ``collect`` walks the thread. ``recipes`` decides
what a product can show of a picture, ``derive`` makes it (with ``colours`` and ``strip``), ``shelf`` keeps what was
made, ``crew`` and ``worker`` make many at once, ``slices`` finds where a tall one may be divided. In this version
pictures come from the capture only.
"""
