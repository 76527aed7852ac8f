"""Good bytes made bad."""

from random import Random


def mutated(random: Random, seed: bytes) -> bytes:
    """Bits turned, pieces left out, doubled, put elsewhere, or noise."""
    data = bytearray(seed)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(data) + 1)
        to = min(len(data), at + random.randint(1, 16))
        kind = random.randrange(5)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            del data[at:to]
        elif kind == 2:
            data[at:at] = data[at:to]
        elif kind == 3:
            data[at:at] = random.randbytes(random.randint(1, 8))
        else:
            data[at:to] = random.choice(
                (b"\xff" * 9 + b"\x01", b"\x00" * 8, b"\x7f\xc0\x00\x00", b"\x0a" * 9)
            )
    return bytes(data)
