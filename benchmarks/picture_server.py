"""A picture server on loopback for the benchmark: one JPEG, made another one each time by a comment in it.

    python benchmarks/picture_server.py SECONDS KILOBYTES

prints its port, and answers each request after SECONDS, until it is killed.
"""

from __future__ import annotations

import asyncio
import io
import sys

from PIL import Image

COMMENT = b"\xff\xfe\x00\x22"  # a JPEG comment of 32 bytes


def picture(size: int) -> bytes:
    """A JPEG of about ``size`` bytes, 1200 pixels wide."""
    best = b""
    for quality in range(5, 96, 2):
        out = io.BytesIO()
        Image.effect_noise((1200, 800), 40).convert("RGB").save(out, "JPEG", quality=quality)
        best = out.getvalue()
        if len(best) >= size:
            break
    return best


async def serve(latency: float, body: bytes) -> None:
    """Answer for ever."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            path = line.split()[1]
            while (await reader.readline()).strip():
                pass
            await asyncio.sleep(latency)
            comment = COMMENT + path[-32:].ljust(32)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body) + len(comment)}\r\n\r\n"
            writer.writelines((head.encode(), body[:2], comment, body[2:]))
            await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), picture(int(sys.argv[2]) * 1000)))
