"""The formats that are read, each with its function."""

from collections.abc import Callable, Mapping

from router.connectors.intake.captured import Intake, Terms
from router.connectors.intake.magento import read_magento
from router.connectors.intake.rows import read_csv, read_parquet
from router.connectors.intake.shopify import read_shopify
from router.connectors.intake.woocommerce import read_woocommerce
from router.connectors.intake.x12_850 import read_x12_850

FORMATS: Mapping[str, Callable[[bytes, Terms], Intake]] = {
    "shopify": read_shopify,
    "woocommerce": read_woocommerce,
    "magento": read_magento,
    "csv": read_csv,
    "parquet": read_parquet,
    "x12-850": read_x12_850,
}
