"""Deadlines and priorities: every mail here is of Monday 2026-05-11."""

import pytest

from tests.rehearsal.reading import read

CASES = [
    ("2026-05-12", "high", "Please deliver 5 boxes by tomorrow noon."),
    ("2026-05-14", "normal", "I need 5 boxes by Thursday."),
    ("2026-05-13", "high", "We need an answer by Wednesday, please quote 5 pumps."),
    ("2026-06-01", "normal", "Please quote 5 pumps, required on site by 1 June."),
    ("2026-06-15", "normal", "Please deliver 20 chairs mid June."),
    ("2026-05-31", "normal", "Please send 20 chairs before the end of the month."),
    ("2026-05-15", "normal", "Please send 20 chairs by the end of the week."),
    ("2026-05-22", "normal", "Please send 20 chairs by Friday next week."),
    ("2026-05-25", "normal", "We need 20 chairs within two weeks."),
    ("2026-05-11", "high", "Need 5 sockets today please."),
    (None, "normal", "Our order of 4 May for 20 chairs has not arrived."),
    (None, "normal", "Please quote 20 chairs. We are closed on 25 May."),
    ("2026-07-03", "normal", "Please quote 20 chairs for delivery on July 3rd."),
    ("2026-05-12", "high", "Can you confirm within 24 hours whether the 20 chairs are in stock?"),
    (None, "normal", "URGENT! Please quote 20 chairs asap."),
    (None, "low", "Please quote 20 chairs, no hurry at all."),
    (None, "high", "Our packaging line is down, please send a technician."),
    (None, "high", "There is a strong smell of gas in the boiler room, please send someone."),
    ("2026-12-24", "normal", "Please deliver 20 hampers before Christmas."),
    ("2026-05-21", "normal", "We will need 20 chairs on 21/05/2026."),
    (None, "high", "We have a 4 hour response SLA with you: server 3 is not responding, please send an engineer."),
    ("2026-06-12", "normal", "Please supply 20 chairs in week 24."),
    ("2026-05-18", "normal", "Please deliver the 20 chairs next Monday."),
    ("2026-05-12", "high", "Graag morgen voor 12 uur 5 dozen leveren."),
    ("2026-05-14", "normal", "Ik heb donderdag 5 dozen nodig."),
    ("2026-05-13", "high", "Graag uiterlijk woensdag een offerte voor 5 pompen."),
    ("2026-06-01", "normal", "Graag offerte voor 5 pompen, nodig per 1 juni."),
    ("2026-06-15", "normal", "Graag half juni 20 stoelen leveren."),
    ("2026-05-31", "normal", "Graag 20 stoelen voor het eind van de maand."),
    ("2026-05-15", "normal", "Graag 20 stoelen voor het einde van de week leveren."),
    ("2026-05-22", "normal", "Graag 20 stoelen leveren, vrijdag volgende week is prima."),
    ("2026-05-25", "normal", "We hebben binnen twee weken 20 stoelen nodig."),
    (None, "normal", "Onze bestelling van 4 mei (20 stoelen) is nog niet binnen."),
    (None, "normal", "Graag offerte voor 20 stoelen. Wij zijn 25 mei gesloten."),
    ("2026-06-12", "normal", "Levering van de 20 stoelen graag in week 24."),
    (None, "normal", "SPOED! graag zsm offerte voor 20 stoelen."),
    (None, "low", "Graag offerte voor 20 stoelen, er is totaal geen haast bij."),
    (None, "high", "Onze verpakkingslijn ligt stil, stuur aub een monteur."),
    (None, "high", "Het ruikt sterk naar gas in het ketelhuis, kan er iemand komen?"),
    ("2026-05-15", "normal", "Graag 20 stoelen a.s. vrijdag leveren."),
    (None, "high", "De koelcel is uitgevallen, het vlees gaat bederven. Stuur iemand."),
    ("2026-05-12", "high", "Bitte morgen bis 12 Uhr 5 Kartons liefern."),
    ("2026-05-14", "normal", "Wir brauchen 5 Kartons bis Donnerstag."),
    ("2026-05-13", "high", "Bitte bis spätestens Mittwoch ein Angebot über 5 Pumpen."),
    ("2026-06-01", "normal", "Bitte Angebot über 5 Pumpen, benötigt zum 1.6."),
    ("2026-06-15", "normal", "Bitte Mitte Juni 20 Stühle liefern."),
    ("2026-05-31", "normal", "Bitte 20 Stühle bis Ende des Monats liefern."),
    ("2026-05-22", "normal", "Bitte 20 Stühle bis Freitag nächster Woche liefern."),
    ("2026-05-25", "normal", "Wir benötigen innerhalb von zwei Wochen 20 Stühle."),
    (None, "normal", "Unsere Bestellung vom 4. Mai über 20 Stühle ist noch nicht da."),
    (None, "normal", "Bitte Angebot über 20 Stühle. Wir haben am 25. Mai geschlossen."),
    ("2026-06-12", "normal", "Lieferung der 20 Stühle bitte in KW 24."),
    (None, "normal", "DRINGEND! Bitte schnellstmöglich Angebot über 20 Stühle."),
    (None, "low", "Bitte Angebot über 20 Stühle, es eilt überhaupt nicht."),
    (None, "high", "Unsere Verpackungslinie steht, bitte schicken Sie einen Techniker."),
    (None, "high", "Im Heizungskeller riecht es stark nach Gas, bitte schicken Sie jemanden."),
    ("2026-05-15", "normal", "Bitte die 20 Stühle diesen Freitag liefern."),
    ("2026-05-12", "high", "Merci de livrer 5 cartons demain avant midi."),
    ("2026-05-14", "normal", "Il nous faut 5 cartons pour jeudi."),
    ("2026-05-13", "high", "Merci de nous faire un devis pour 5 pompes d'ici mercredi."),
    ("2026-06-01", "normal", "Merci de chiffrer 5 pompes, besoin pour le 1er juin."),
    ("2026-06-15", "normal", "Merci de livrer 20 chaises mi-juin."),
    ("2026-05-31", "normal", "Merci de livrer 20 chaises avant la fin du mois."),
    ("2026-05-15", "normal", "Merci de livrer 20 chaises avant la fin de la semaine."),
    ("2026-05-25", "normal", "Nous avons besoin de 20 chaises sous deux semaines."),
    (None, "normal", "Notre commande du 4 mai de 20 chaises n'est pas arrivée."),
    (None, "normal", "Merci de chiffrer 20 chaises. Nous sommes fermés le 25 mai."),
    ("2026-06-12", "normal", "Livraison des 20 chaises semaine 24 svp."),
    (None, "normal", "URGENT ! Merci de chiffrer 20 chaises au plus vite."),
    (None, "low", "Merci de chiffrer 20 chaises, rien ne presse."),
    (None, "high", "Notre ligne de conditionnement est à l'arrêt, envoyez un technicien."),
    (None, "high", "Il y a une forte odeur de gaz dans la chaufferie, envoyez quelqu'un."),
    ("2026-05-22", "normal", "Merci de livrer 20 chaises vendredi de la semaine prochaine."),
    ("2026-05-21", "normal", "Livraison souhaitée des 20 chaises : 21/05/2026."),
]


@pytest.mark.parametrize(("wanted", "priority", "text"), CASES)
def test_wanted_date_and_priority(wanted: str | None, priority: str, text: str) -> None:
    requests = read(f"Hello,\n\n{text}\n\nJan")["requests"]
    assert next((request["wanted_date"] for request in requests if request["wanted_date"]), None) == wanted
    assert {request["priority"] for request in requests} == {priority}
    assert all((request["priority_reason"] is None) == (priority == "normal") for request in requests)


def test_each_request_has_its_own_priority() -> None:
    text = "The boiler leaks and there is a smell of gas, send someone. Also quote 4 radiators, no rush for those."
    by_kind = {request["kind"]: request["priority"] for request in read(text)["requests"]}
    assert by_kind == {"service_request": "high", "quote_request": "low"}
