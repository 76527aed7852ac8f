"""Which files the full form keeps: all that say how far their proofs go, and no others."""

import ast
from pathlib import Path

from tests import proving

TESTS = Path(__file__).resolve().parents[1]
HOW_FAR = {"seeds", "rounds", "FULL"}


def test_the_full_form_keeps_a_file_that_says_how_far_it_goes_and_leaves_another() -> None:
    assert all(proving.goes_further({name: getattr(proving, name)}) for name in HOW_FAR)
    assert not proving.goes_further({"seeds": range(5), "rounds": 3})
    assert not proving.goes_further({})


def test_no_file_that_knows_the_tier_is_left_out_of_the_full_form() -> None:
    names = {path: names_of_proving(path) for path in TESTS.rglob("test_*.py") if path != Path(__file__)}

    knowing = {path: found for path, found in names.items() if found}
    assert len(knowing) > 50
    assert [path.name for path, found in knowing.items() if not found & HOW_FAR] == []


def names_of_proving(path: Path) -> set[str]:
    """What a file takes from `tests.proving`, by the names that it has there."""
    imports = [one for one in ast.walk(ast.parse(path.read_bytes())) if isinstance(one, ast.ImportFrom)]
    return {
        name.name for one in imports if one.module == "tests.proving" for name in one.names if not name.asname
    }
