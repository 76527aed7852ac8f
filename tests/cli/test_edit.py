"""`router order edit`: what it refuses before it asks anybody."""

import pytest

from router.cli.main import run


@pytest.mark.parametrize("option", [["--region", "TX"], ["--postal-code", "94103"]])
def test_a_part_of_a_destination_is_refused_with_the_rest_that_it_needs(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["order", "edit", "A-1", "--author", "ada", *option]) == 2
    assert "give --country too" in capsys.readouterr().err
