"""The lower bound of the Wilson score interval for the share of readers who respect a comment.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
American Statistical Association 22 (1927), 209-212. A share of few votes is worth less than the same
share of many: one vote of one gives 0.21, ninety of a hundred 0.83.
"""

from math import sqrt

NAME = "wilson-1"
Z = 1.959963984540054
"""97.5 % quantile of the normal distribution: the bound holds with 97.5 % confidence."""
SCALE = 10**9
"""Places are the bound in billionths."""


def lower_bound(positive: int, negative: int) -> float:
    """From 0 to 1; 0 without votes. Raises ValueError for negative numbers."""
    if positive < 0 or negative < 0:
        raise ValueError("votes are counted from 0")
    n = positive + negative
    if n == 0:
        return 0.0
    share, zz = positive / n, Z * Z
    margin = Z * sqrt((share * (1 - share) + zz / (4 * n)) / n)
    return max(0.0, (share + zz / (2 * n) - margin) / (1 + zz / n))


def place(respect: int, down: int) -> int:
    """The bound in billionths, rounded: the same on every machine."""
    return round(lower_bound(respect, down) * SCALE)
