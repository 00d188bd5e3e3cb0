"""Pictures, by content. Before: a thread whose pictures are addresses. After: the same thread with the digests of the
bytes that were found, and a :class:`~threadbound.media.pictures.Pictures` that holds them.

``probe`` proves that bytes are a picture, ``store`` keeps them, ``derive`` makes what a product can show, ``collect``
walks the thread. In this version pictures come from the capture only.
"""
