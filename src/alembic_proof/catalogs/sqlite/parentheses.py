"""Which parentheses of an expression could be left out, by the precedence of SQL's operators."""

from __future__ import annotations

_BOUNDARY = 0
_PRECEDENCE = {
    "or": 1,
    "and": 2,
    "not": 3,
    **dict.fromkeys(
        ("=", "!=", "is", "in", "like", "glob", "match", "regexp", "isnull", "notnull", "between"), 4
    ),
    **dict.fromkeys(("<", "<=", ">", ">="), 5),
    "escape": 6,
    **dict.fromkeys(("&", "|", "<<", ">>"), 7),
    **dict.fromkeys(("+", "-"), 8),
    **dict.fromkeys(("*", "/", "%"), 9),
    **dict.fromkeys(("||", "->", "->>"), 10),
    "collate": 11,
    "~": 12,
}
_UNARY, _OPERAND = 12, 13
_CHAINED = (1, 2)  # a AND (b AND c) is (a AND b) AND c
_BOUNDARIES = (
    "check",
    "where",
    "when",
    "then",
    "else",
    "case",
    "end",
    ",",
    "(",
    ")",
    "stored",
    "virtual",
    "",
)
_NO_CALL = (*_PRECEDENCE, *_BOUNDARIES)
# Words that are names only where they are quoted.
OPERATORS = frozenset(word for word in _NO_CALL if word.isalpha())


def without_idle(tokens: list[str]) -> list[str]:
    """The tokens, in lower case and names without quotes, less the parentheses that change nothing."""
    while pair := _idle_pair(tokens):
        start, end = pair
        tokens = [*tokens[:start], *tokens[start + 1 : end], *tokens[end + 1 :]]
    return tokens


def _idle_pair(tokens: list[str]) -> tuple[int, int] | None:
    levels = _levels(tokens)
    return next((pair for pair in _pairs(tokens) if _is_idle(tokens, levels, *pair)), None)


def _is_idle(tokens: list[str], levels: list[int], start: int, end: int) -> bool:
    before = tokens[start - 1] if start else ""
    after = tokens[end + 1] if end + 1 < len(tokens) else ""
    if before == "in" or before not in _NO_CALL:
        return False  # a list, or what a function takes
    inside = _loosest(tokens[start + 1 : end], levels[start + 1 : end])
    if inside is None:
        return False
    left = _BOUNDARY if before in _BOUNDARIES else levels[start - 1]
    right = _BOUNDARY if after in _BOUNDARIES else levels[end + 1]
    binds = inside > left or (inside == left and inside in _CHAINED)
    return binds and inside >= right


def _loosest(tokens: list[str], levels: list[int]) -> int | None:
    """The precedence of what is done last; None for a list, a query and nothing at all."""
    if not tokens or tokens[0] in ("select", "with", "values"):
        return None
    depth, found = 0, _OPERAND
    for sign, level in zip(tokens, levels, strict=True):
        depth -= sign in (")", "end")
        if depth == 0 and sign == ",":
            return None
        if depth == 0 and level != _BOUNDARY:
            found = min(found, level)
        depth += sign in ("(", "case")
    return found


def _levels(tokens: list[str]) -> list[int]:
    """Each sign's precedence as an operator, that of an operand for all else."""
    levels: list[int] = []
    waiting: dict[int, int] = {}  # at each depth, how many BETWEENs lack their AND
    depth = 0
    for before, sign in zip(["", *tokens], tokens, strict=False):
        depth -= sign in (")", "end")
        level = _PRECEDENCE.get(sign, _BOUNDARY if sign in _BOUNDARIES else _OPERAND)
        if sign == "between":
            waiting[depth] = waiting.get(depth, 0) + 1
        elif sign == "and" and waiting.get(depth):
            waiting[depth] -= 1
            level = _PRECEDENCE["between"]
        elif sign in ("+", "-") and _is_before_operand(before):
            level = _UNARY
        elif sign == "not" and not _is_before_operand(before):
            level = _PRECEDENCE["is"]  # NOT IN, NOT LIKE, NOT NULL
        levels.append(level)
        depth += sign in ("(", "case")
    return levels


def _is_before_operand(sign: str) -> bool:
    return sign not in (")", "end") and (sign in _PRECEDENCE or sign in _BOUNDARIES)


def _pairs(tokens: list[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    open_ones: list[int] = []
    for place, sign in enumerate(tokens):
        if sign == "(":
            open_ones.append(place)
        elif sign == ")" and open_ones:
            found.append((open_ones.pop(), place))
    return found
