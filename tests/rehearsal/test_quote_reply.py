"""The reply's frame: in the mail's language, with placeholders and no figure of its own."""

import pytest

from sandbox.rehearsal import answer
from tests.rehearsal.reading import mail

REPLIES = [
    ("Please quote 5 x hand dryer white.", "Thank you for your request."),
    ("Please quote 5 x hand dryer white asap!", "urgent"),
    ("This is the third time I ask and nobody answers. Please quote 5 x hand dryer white.", "apologies"),
    ("Graag een offerte voor 5 stuks handdroger wit.", "Hartelijk dank voor uw aanvraag."),
    ("Graag met spoed een offerte voor 5 stuks handdroger wit.", "haast"),
    ("Ik heb nog steeds geen antwoord, belachelijk! Graag een offerte voor 5 handdrogers.", "excuses"),
    ("Bitte bieten Sie uns 5 Stück Händetrockner weiß an.", "vielen Dank für Ihre Anfrage."),
    ("Bitte bieten Sie uns dringend 5 Stück Händetrockner weiß an.", "eilt"),
    ("Immer noch keine Antwort, das ist ärgerlich. Bitte Angebot über 5 Händetrockner.", "Entschuldigung"),
    ("Merci de nous faire un devis pour 5 sèche-mains blancs.", "remercions de votre demande."),
    ("Merci de nous faire au plus vite un devis pour 5 sèche-mains blancs.", "urgence"),
    ("Toujours aucune réponse, c'est inadmissible ! Merci de chiffrer 5 sèche-mains.", "excuses"),
]


@pytest.mark.parametrize(("text", "words"), REPLIES)
def test_reply(text: str, words: str) -> None:
    reply = answer("quote", mail(text))["proposal"]["reply"]
    assert words in reply
    assert all(reply.count(name) == 1 for name in ("{{lines}}", "{{total}}", "{{valid_until}}"))
    assert not any(char.isdigit() or char in "€$£%" for char in reply)
