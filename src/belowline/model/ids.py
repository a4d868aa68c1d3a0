"""Numbers of rows, and places in lists of them."""

from typing import Annotated

import msgspec

MAX_ID = 2**53  # ids and places beyond it are nobody's; JavaScript cannot even say them

RowId = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
"""As somebody sends it: what no database can hold is refused before it is asked for."""
