"""Amounts are kept in fen, as whole numbers, and said in yuan."""


def yuan(fen: int) -> str:
    """An amount in yuan with two digits."""
    return f"{fen // 100}.{fen % 100:02d}"
