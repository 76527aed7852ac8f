"""The client as its wheel has it: with the contract put in."""

import importlib.util
from pathlib import Path

CONTRACT = Path(__file__).resolve().parents[2] / "clients" / "python" / "contract.py"


def write_contract() -> None:
    spec = importlib.util.spec_from_file_location("contract", CONTRACT)
    assert spec
    assert spec.loader
    contract = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(contract)
    contract.write_contract()


write_contract()
