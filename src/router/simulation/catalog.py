"""The simulated catalog: 450 products of eight categories with what matters for shipping them."""

from dataclasses import dataclass
from random import Random

from router.domain.identifiers import Sku
from router.domain.product import Product
from router.simulation.chance import between, happens, skewed, stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A product with its price in minor units and a weight of how often it is asked for."""

    product: Product
    price_minor: int
    popularity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """Ranges that the products of a category are drawn from. Density is packed, in mm3 per gram."""

    name: str
    code: str
    count: int
    price_minor: tuple[int, int]
    weight_grams: tuple[int, int]
    mm3_per_gram: tuple[int, int]
    hazmat: str = ""
    hazmat_percent: int = 0
    chilled_percent: int = 0
    frozen_percent: int = 0
    nouns: tuple[str, ...]


CATEGORIES: tuple[Category, ...] = (
    Category(
        name="accessories", code="ACC", count=80, price_minor=(590, 6_900), weight_grams=(35, 900),
        mm3_per_gram=(2_500, 9_000), hazmat="LITHIUM", hazmat_percent=12,
        nouns=("Case", "Charger", "Cable", "Stand", "Screen Guard", "Power Bank", "Strap", "Adapter"),
    ),
    Category(
        name="audio", code="AUD", count=60, price_minor=(1_990, 49_900), weight_grams=(120, 6_500),
        mm3_per_gram=(3_500, 9_000), hazmat="LITHIUM", hazmat_percent=45,
        nouns=("Headphones", "Earbuds", "Speaker", "Soundbar", "Turntable", "Microphone"),
    ),
    Category(
        name="beauty", code="BEA", count=70, price_minor=(450, 8_900), weight_grams=(40, 1_200),
        mm3_per_gram=(1_500, 4_000), hazmat="AEROSOL", hazmat_percent=18,
        nouns=("Serum", "Shampoo", "Hair Spray", "Cream", "Perfume", "Lipstick", "Soap"),
    ),
    Category(
        name="garden", code="GAR", count=30, price_minor=(1_990, 64_900), weight_grams=(600, 44_000),
        mm3_per_gram=(1_800, 5_500), hazmat="AEROSOL", hazmat_percent=8,
        nouns=("Planter", "Hose", "Grill", "Bench", "Rake", "Compost Bin", "Insect Spray"),
    ),
    Category(
        name="grocery", code="GRO", count=70, price_minor=(590, 3_900), weight_grams=(150, 2_400),
        mm3_per_gram=(1_200, 3_000), chilled_percent=22, frozen_percent=7,
        nouns=("Coffee", "Olive Oil", "Cheese", "Granola", "Chocolate", "Pasta", "Dumplings"),
    ),
    Category(
        name="home", code="HOM", count=60, price_minor=(1_490, 39_900), weight_grams=(300, 11_000),
        mm3_per_gram=(2_500, 9_500),
        nouns=("Lamp", "Kettle", "Blanket", "Shelf", "Clock", "Mirror", "Rug", "Pan"),
    ),
    Category(
        name="phones", code="PHO", count=40, price_minor=(14_900, 129_900), weight_grams=(260, 720),
        mm3_per_gram=(2_500, 4_500), hazmat="LITHIUM", hazmat_percent=100,
        nouns=("Phone", "Phone Mini", "Phone Pro", "Phone Max"),
    ),
    Category(
        name="toys", code="TOY", count=40, price_minor=(790, 14_900), weight_grams=(120, 5_200),
        mm3_per_gram=(3_500, 12_000), hazmat="LITHIUM", hazmat_percent=10,
        nouns=("Puzzle", "Robot", "Train", "Blocks", "Kite", "Board Game"),
    ),
)  # fmt: skip
_STYLES = (
    "Amber",
    "Birch",
    "Cedar",
    "Coral",
    "Dune",
    "Ember",
    "Fjord",
    "Iris",
    "Lunar",
    "Maple",
    "Onyx",
    "Tidal",
)


def simulated_catalog(seed: int) -> tuple[Article, ...]:
    """450 articles, by SKU."""
    random = stream(seed, "catalog")
    articles = [
        _article(random, category, number) for category in CATEGORIES for number in range(category.count)
    ]
    return tuple(sorted(articles, key=lambda article: article.product.sku))


def _article(random: Random, category: Category, number: int) -> Article:
    weight_grams = skewed(random, *category.weight_grams)
    length, width, height = _box(random, weight_grams * between(random, *category.mm3_per_gram))
    noun = category.nouns[number % len(category.nouns)]
    style = _STYLES[number // len(category.nouns) % len(_STYLES)]
    temperature = _temperature(random, category)
    product = Product(
        sku=Sku(f"{category.code}-{number + 1:04}"),
        name=f"{style} {noun} {number + 1}",
        category=category.name,
        weight_grams=weight_grams,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        hazmat=category.hazmat if happens(random, category.hazmat_percent) else "",
        temperature=temperature,
    )
    return Article(
        product=product,
        price_minor=_price(random, category),
        popularity=4_000 // (3 + between(random, 0, 220)),
    )


def _box(random: Random, volume_mm3: int) -> tuple[int, int, int]:
    """Sides whose product is near the volume: a cube stretched by up to one half in length."""
    side = max(20, round(volume_mm3 ** (1 / 3)))
    length = side * between(random, 100, 150) // 100
    height = max(8, side * between(random, 55, 100) // 100)
    return length, max(15, volume_mm3 // (length * height)), height


def _temperature(random: Random, category: Category) -> str:
    draw = random.random() * 100
    if draw < category.chilled_percent:
        return "CHILLED"
    return "FROZEN" if draw < category.chilled_percent + category.frozen_percent else "AMBIENT"


def _price(random: Random, category: Category) -> int:
    """A price that ends in 9, as shops like it."""
    return skewed(random, *category.price_minor) // 10 * 10 + 9
