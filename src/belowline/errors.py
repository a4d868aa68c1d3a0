"""What can go wrong by somebody's doing, with status, code and a plain sentence.

    Problem
    ├── Invalid        422  a field is wrong; `fields` says which and why
    │   ├── BadRequest 400  the request itself is
    │   ├── Nudge      422  the writer is asked first; `nudged` sends it anyway
    │   └── Refused    422  the steps take no such comment; `steps` asked for it
    ├── Unauthorized   401  signing in, again or at all, would help
    ├── NotFound       404
    ├── Forbidden      403
    ├── Conflict       409
    ├── Closed         409  the discussion takes no more comments
    ├── TooLarge       413
    ├── NotJson        415  the API's bodies are, and say so
    ├── TooMany        429  `retry_after` seconds
    ├── Unavailable    503  something that we depend on does not answer
    └── Unusable       500  settings, folder or database that we cannot work with (the CLI's)

The web turns them into RFC 9457 problem documents or pages, the CLI into one line and exit 1.
"""

from belowline.words import N_

NOT_SAVED = N_("Something went wrong on our side. What you wrote was not saved; please try again in a moment.")


class Problem(Exception):
    status = 500
    code = "internal"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: dict[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = fields or {}
        self.retry_after = retry_after


class Invalid(Problem):
    status, code = 422, "invalid"


class BadRequest(Invalid):
    status, code = 400, "bad-request"


class Nudge(Invalid):
    code = "nudge"


class Refused(Invalid):
    code = "refused"

    def __init__(self, message: str, *, fields: dict[str, str], site: int, steps: tuple[str, ...]) -> None:
        super().__init__(message, fields=fields)
        self.site = site
        self.steps = steps


class Unauthorized(Problem):
    status, code = 401, "sign-in-needed"


class NotFound(Problem):
    status, code = 404, "not-found"


class Forbidden(Problem):
    status, code = 403, "forbidden"


class Conflict(Problem):
    status, code = 409, "conflict"


class Closed(Problem):
    status, code = 409, "discussion-closed"


class TooLarge(Problem):
    status, code = 413, "too-large"


class NotJson(Problem):
    status, code = 415, "not-json"


class TooMany(Problem):
    status, code = 429, "too-many"


class Unavailable(Problem):
    status, code = 503, "unavailable"


class Unusable(Problem):
    status, code = 500, "unusable"
