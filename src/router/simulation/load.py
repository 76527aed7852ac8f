"""Fills a running server with the simulated company: `python -m router.simulation.load [--address HOST:PORT]`."""

import argparse
import sys
from collections.abc import Sequence

import grpc

from router.simulation.client import RouterClient
from router.simulation.company import load_company, simulated_company


def main(arguments: Sequence[str]) -> int:
    """Network, products and stock, no orders; 4 when the server cannot be reached, 1 when it refuses."""
    parser = argparse.ArgumentParser(prog="python -m router.simulation.load", description=__doc__)
    parser.add_argument("--address", default="127.0.0.1:50051", help="the server (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=7, help="another seed is another company (default: %(default)s)"
    )
    parser.add_argument(
        "--orders", type=int, default=1_000, help="stock for so many orders (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    company = simulated_company(options.seed, options.orders)
    try:
        with RouterClient(options.address) as client:
            load_company(client, company)
    except grpc.RpcError as error:
        print(f"error: {options.address}: {error.code().name}: {error.details()}", file=sys.stderr)
        return 4 if error.code() == grpc.StatusCode.UNAVAILABLE else 1
    print(f"loaded {len(company.network.nodes)} nodes and {len(company.articles)} products with their stock")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
