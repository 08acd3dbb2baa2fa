import pytest

from catalogue.attributes import attributes, conflicts
from catalogue.text import fold, words


def contradictions(asked: str, offered: str) -> tuple[str, ...]:
    return conflicts(attributes(fold(asked), asked), attributes(fold(offered), offered), words(fold(offered)))


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("cable 3x2,5", "cable 3 x 2.5 mm²"),
        ("cable 3G1,5", "cable 3x1.5"),
        ("pipe 200 mm", "pipe 20 cm"),
        ("plate 20x40 cm", "plate 200 x 400 mm"),
        ("pump 750W", "pump 0.75 kW"),
        ('tap 1/2"', "tap 0.5 inch"),
        ("disk 1024 MB", "disk 1 GB"),
        ("helmet rood", "helmet red"),
        ("casque rouge", "Helm rot"),
        ("blaue Jacke", "jacket blue"),
        ("screws, dozen", "screws, pack of 12"),
        ("doos van 100 schroeven", "screws 100 pcs"),
        ("gloves", "gloves size 9"),
        ("bolt M10x40", "bolt M10 x 40"),
        ('tap 5/4"', "tap 1 1/4 inch"),
        ("monitor 22 inch", "monitor 22 inch (21.5 inch visible)"),
        ("bag for 15.6 inch", "bag black"),
    ],
)
def test_what_agrees_or_is_left_open_does_not_contradict(asked: str, offered: str) -> None:
    assert contradictions(asked, offered) == ()


@pytest.mark.parametrize(
    ("asked", "offered", "said"),
    [
        ("cable 3x1.5", "cable 3x2.5 mm²", "3x2.5 mm² instead of 3x1.5"),
        ("cable 3x25", "cable 3x2.5", "3x2.5 instead of 3x25"),
        ("coil 24 V", "coil 12V", "12 V instead of 24 V"),
        ("helm blau", "helmet red", "red instead of blue"),
        ("stick 4GB", "stick 8 GB", "8 GB instead of 4 GB"),
        ("lamp 15 inch", "lamp 17.3 inch", "17.3 inch instead of 15 inch"),
        ("lamp 15.4 inch", "lamp 15.6-inch", "15.6 inch instead of 15.4 inch"),
        ("bolt M8x40", "bolt M8x60", "m8x60 instead of m8x40"),
        ("bolt M8", "bolt M10", "M10 instead of M8"),
        ("labels 100-pack", "labels 50 pack", "50 pack instead of 100 pack"),
        ("glove left", "glove rechts", "right instead of left"),
        ("nut DIN 934", "nut DIN 125", "DIN 125 instead of DIN 934"),
        ("vest XL", "vest M", "size M instead of size XL"),
        ("shoe size 43", "shoe EU 44", "size 44 instead of size 43"),
        ("mask without valve", "mask with valve", "valve instead of without valve"),
        ("pipe 20 cm", "pipe 20 mm", "20 mm instead of 20 cm"),
    ],
)
def test_what_contradicts_is_said_in_words(asked: str, offered: str, said: str) -> None:
    assert contradictions(asked, offered) == (said,)


def test_a_ratio_is_no_fraction() -> None:
    assert words(fold("tubing 6/2, 12/4 and 24/8")) != words(fold("tubing 3, 3 and 3"))
    assert words(fold("tap 6/4")) == ["tap", "1.5"]


def test_a_model_number_is_not_read_as_a_measure() -> None:
    assert attributes("calculator el-334mb", "Calculator EL-334MB") == ()
