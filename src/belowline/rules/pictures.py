"""A reader's picture: whatever was sent becomes a small square WebP of our own making, or is refused.

Nothing of the file survives but its pixels: no place where it was taken, no hidden data.
"""

import io
import warnings

from belowline.errors import Invalid, TooLarge

MAX_BYTES = 5 * 2**20
MAX_PIXELS = 40_000_000  # a good camera's; a bomb of a few KB can claim billions
SIDE = 256
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def small_picture(data: bytes) -> bytes:
    """WebP bytes, SIDE pixels square at most, the middle of the picture. Raises TooLarge and Invalid."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    if len(data) > MAX_BYTES:
        raise TooLarge(f"The picture is larger than {MAX_BYTES // 2**20} MB.", fields={"picture": "too large"})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encoded(data)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused("It is no picture that we can read: JPEG, PNG, WebP or GIF.") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:  # as Pillow's decoders fail
        raise _refused("The picture is damaged.") from error


def _encoded(data: bytes) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:  # known from the header, before anything is unpacked
            raise _refused(f"The picture has more than {MAX_PIXELS // 10**6} million pixels.")
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # JPEG: unpacked at a fraction of its size
        upright = ImageOps.exif_transpose(opened).convert("RGBA" if "A" in opened.getbands() else "RGB")
    fitted = ImageOps.fit(upright, (SIDE, SIDE))
    bare = Image.new(fitted.mode, fitted.size)
    bare.paste(fitted)
    kept = io.BytesIO()
    bare.save(kept, "WEBP", quality=80, method=4)
    return kept.getvalue()


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"picture": sentence})
