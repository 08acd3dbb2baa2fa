"""A small shelf of goods."""

from itertools import count

from jobs.erp import Product

LISTED = """
KB-YM-315|Tarvo installation cable 3x1.5 mm² grey
KB-YM-325|Tarvo installation cable 3x2.5 mm² grey
KB-YM-525|Tarvo installation cable 5x2.5 mm² grey
KB-FX-25-BU|Flexo wire 2.5 mm² blue
KB-FX-25-RD|Flexo wire 2.5 mm² red
KB-FX-4-RD|Flexo wire 4 mm² red
RL-12-24DC|Relay 12 A, coil 24V DC
RL-12-230|Relay 12 A, coil 230V AC
RL-25-230|Relay 25 A, coil 230V AC
BT-M840-A2|Hex bolt DIN 933 M8 x 40 stainless A2
BT-M860-A2|Hex bolt DIN 933 M8 x 60 stainless A2
BT-M840-ZN|Hex bolt DIN 933 M8 x 40 zinc plated
HM-YE|Safety helmet yellow with ratchet
HM-WH|Safety helmet white with ratchet
HM-RD|Safety helmet red with ratchet
GL-L-9|Nitrile glove left size 9
GL-R-9|Nitrile glove right size 9
MK-2|Dust mask FFP2
MK-2V|Dust mask FFP2 valve
PN-100|Chipboard screw 4x50 pack of 100
PN-200|Chipboard screw 4x50 pack of 200
CR-4|Norvex card reader stick 4 GB
CR-8|Norvex card reader stick 8 GB
KX506|Norvex toner cyan KXF506
KX507|Norvex toner magenta KXF507
MN-22|Norvex monitor 22 inch black
MN-24|Norvex monitor 24 inch black
PI-20|Steel pipe 20 cm
PI-30|Steel pipe 30 cm
24|Ladder aluminium 8 rungs
90817|Folding trestle beech
LD-60|LED panel 60x60 36W 4000K
LD-61|LED panel 60x60 36W 3000K
"""


def shelf() -> list[Product]:
    numbers = count(1)
    rows = (line.split("|") for line in LISTED.strip().splitlines())
    return [
        Product(id=n, sku=sku, name=name, barcode=f"0400638{n:05}7")
        for n, (sku, name) in zip(numbers, rows, strict=False)
    ]
