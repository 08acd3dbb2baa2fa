"""New text, thread and signature: what real mailers leave around the words of a customer."""

import pytest

from documents.split import split_text

NEW = "Good morning,\n\nWe need 40 more of the same valves."
OLDER = "Our offer of last week stands."

ATTRIBUTIONS = [
    "On Mon, Feb 1, 2027 at 6:32 PM, Eva Smit <eva@firm.example> wrote:",
    "On 1 Feb 2027, at 18:32, Eva Smit <eva@firm.example> wrote:",
    "On 01/02/27 18:32, Eva Smit wrote:",
    "On Monday, February 1st, 2027 at 6:32 PM, Eva Smit <eva@firm.example> wrote:",
    "Op ma 1 feb. 2027 om 18:32 schreef Eva Smit <eva@firm.example>:",
    "Op 1 feb. 2027, om 18:32 heeft Eva Smit <eva@firm.example> het volgende geschreven:",
    "Op 01-02-27 om 18:32 schreef Eva Smit:",
    "Am Mo., 1. Feb. 2027 um 18:32 Uhr schrieb Eva Smit <eva@firm.example>:",
    "Am 01.02.2027 um 18:32 schrieb Eva Smit:",
    "Le lun. 1 févr. 2027 à 18:32, Eva Smit <eva@firm.example> a écrit :",
    "El lun., 1 feb. 2027 a las 18:32, Eva Smit (<eva@firm.example>) escribió:",
    "Em seg., 1 de fev. de 2027 às 18:32, Eva Smit <eva@firm.example> escreveu:",
    "Il giorno lun 1 feb 2027 alle ore 18:32 Eva Smit <eva@firm.example> ha scritto:",
    "Den man. 1. feb. 2027 kl. 18.32 skrev Eva Smit <eva@firm.example>:",
    "ma 1. helmik. 2027 klo 18.32 Eva Smit (eva@firm.example) kirjoitti:",
    "pon., 1 lut 2027 o 18:32 Eva Smit <eva@firm.example> napisał(a):",
    "po 1. 2. 2027 v 18:32 odesílatel Eva Smit <eva@firm.example> napsal:",
    "пн, 1 февр. 2027 г. в 18:32, Eva Smit <eva@firm.example>:",
    "пн, 1 лют. 2027 р. о 18:32 Eva Smit <eva@firm.example> пише:",
    "Eva Smit <eva@firm.example>, 1 Şub 2027 Pzt, 18:32 tarihinde şunu yazdı:",
    "Eva Smit <eva@firm.example> 于2027年2月1日周一 下午6:32写道：",
    "2027年2月1日(月) 18:32 Eva Smit <eva@firm.example>:",
    "2027년 2월 1일 (월) 오후 6:32, Eva Smit <eva@firm.example>님이 작성:",
    "Pe lun., 1 feb. 2027 la 18:32, Eva Smit <eva@firm.example> a scris:",
    "---- On Mon, 01 Feb 2027 18:32:36 +0100 Eva Smit <eva@firm.example> wrote ----",
    ">>> Eva Smit <eva@firm.example> 01.02.2027 18:32 >>>",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quoting", ["> ", ""])
def test_attribution_sets_off_the_older_text(attribution: str, quoting: str) -> None:
    split = split_text(f"{NEW}\n\n{attribution}\n\n{quoting}{OLDER}\n")
    assert split.new_text == NEW
    assert OLDER in split.thread
    assert "Eva Smit" in split.thread


def test_attribution_wrapped_over_lines() -> None:
    split = split_text(
        f"{NEW}\n\nOn Mon, Feb 1, 2027 at 6:32 PM, Eva Smit of the Firm\n<eva@firm.example>\nwrote:\n\n> {OLDER}"
    )
    assert split.new_text == NEW


def test_wrapped_attribution_does_not_take_the_sentence_above_it() -> None:
    text = f"Please send 40 valves\nOp ma 1 feb. 2027 om 18:32 schreef Eva Smit\n<eva@firm.example>:\n> {OLDER}"
    assert split_text(text).new_text == "Please send 40 valves"


BLOCKS = [
    "From: Eva Smit <eva@firm.example>\nSent: Monday, February 1, 2027 6:32 PM\nTo: Jan\nSubject: RE: valves",
    "*From:* Eva Smit\n*Sent:* 2027-02-01\n*To:* Jan\n*Subject:* RE: valves",
    "Van: Eva Smit <eva@firm.example>\nVerzonden: maandag 1 februari 2027 18:32\nAan: Jan\nOnderwerp: RE: kleppen",
    "Von: Eva Smit\nGesendet: Montag, 1. Februar 2027 18:32\nAn: Jan\nCc: Uwe\nBetreff: AW: Ventile",
    "De : Eva Smit\nEnvoyé : lundi 1 février 2027 18:32\nÀ : Jan\nObjet : RE: vannes",
    "Da: Eva Smit\nInviato: lunedì 1 febbraio 2027 18:32\nA: Jan\nOggetto: R: valvole",
    "De: Eva Smit\nEnviado el: lunes, 1 de febrero de 2027\nPara: Jan\nAsunto: RE: válvulas",
    "Från: Eva Smit\nSkickat: den 1 februari 2027 18:32\nTill: Jan\nÄmne: SV: ventiler",
    "Od: Eva Smit\nWysłano: poniedziałek\nDo: Jan\nTemat: RE: zawory",
    "От: Eva Smit\nОтправлено: 1 февраля 2027\nКому: Jan\nТема: RE: клапаны",
    "发件人: Eva Smit\n发送时间: 2027年2月1日\n收件人: Jan\n主题: 回复",
    "Van: Eva Smit\n\nDatum: maandag 1 februari\n\nAan: Jan\n\nOnderwerp: kleppen",
    "________________________________\nFrom: Eva Smit\nSent: Monday\nTo: Jan\nSubject: valves",
    "-----Original Message-----\nFrom: Eva Smit\nSubject: valves",
    "-----Ursprüngliche Nachricht-----\nVon: Eva Smit\nGesendet: Montag",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
    "---------- Forwarded message ---------\nFrom: Eva Smit <eva@firm.example>",
    "---------- Doorgestuurd bericht ---------\nVan: Eva Smit <eva@firm.example>",
    "Anfang der weitergeleiteten Nachricht:\n\nVon: Eva Smit <eva@firm.example>",
    "-------- Message transféré --------\nSujet : vannes",
    "Inizio messaggio inoltrato:",
    "## Please type your reply above this line ##",
]


@pytest.mark.parametrize("block", BLOCKS)
def test_header_block_or_banner_sets_off_the_older_text(block: str) -> None:
    split = split_text(f"{NEW}\n\n{block}\n\n{OLDER}\n")
    assert split.new_text == NEW
    assert split.thread.endswith(OLDER)


NOT_OLDER = [
    "On your side you can run:\n\n  valve --test\n\nand tell us.",
    "From: our warehouse\nwe need 5 valves, to: Antwerp.",
    "Our colleague wrote:\nwe need 5 valves.",
    "Please send these to jan@firm.example before 12:00:\n\n5 valves",
    "Begin forwarded message handling on our side is broken.\nPlease call.",
    "Onderwerp: aanvraag\nNaam: Jan\nWij zoeken 5 kleppen.",
    "New contact form\n\nName: Jan\nFrom: jan@firm.example\nSubject: valves\nDate: today\nMessage: 5 valves please",
    "We have two questions:\n\n- is it in stock?\n- at what price?",
    "List:\n-----\n10 valves\n-----\nThat is all.",
]


@pytest.mark.parametrize("text", NOT_OLDER)
def test_what_only_looks_like_a_marker_stays_new(text: str) -> None:
    split = split_text(text)
    assert split.new_text == text
    assert split.thread == split.signature == ""


def test_answers_between_the_quoted_lines_are_new() -> None:
    split = split_text(
        "Hi Eva,\n\nOn 1 Feb 2027, at 18:32, Eva Smit wrote:\n> How many do you need?\n\n40 pieces.\n\n"
        "> When?\nBefore Friday.\n\n> Regards\n> Eva\n"
    )
    assert split.new_text == "Hi Eva,\n\n40 pieces.\n\nBefore Friday."
    assert "How many do you need?" in split.thread
    assert ">" not in split.thread


def test_answer_below_the_quotation_is_new() -> None:
    split = split_text(
        f"On 1 Feb 2027, at 18:32, Eva Smit wrote:\n\n> {OLDER}\n\nWe take it.\n\n-- \nJan\n+31 20 1234567"
    )
    assert split.new_text == "We take it."
    assert split.signature == "-- \nJan\n+31 20 1234567"


def test_quotation_chosen_by_the_sender_stays_with_its_answer() -> None:
    text = "> 40 or 50 valves?\n\n50, please."
    assert split_text(text).new_text == text


def test_attribution_inside_the_quotation() -> None:
    split = split_text(
        f"We take it.\n\n> Op 1 feb. 2027 om 18:32 heeft Eva <eva@firm.example> het volgende geschreven:\n>\n> {OLDER}"
    )
    assert split.new_text == "We take it."
    assert split.thread.startswith("Op 1 feb.")


def test_quotation_wrapped_by_a_mailer_stays_together() -> None:
    split = split_text(
        "On 1 Feb 2027, at 18:32, Eva wrote:\n> This is a rather long line of the offer that some mailer has wrapped\n"
        "somewhere\n> on its way.\n\nFine."
    )
    assert split.new_text == "Fine."
    assert "somewhere" in split.thread


SIGNATURES = [
    (
        "Met vriendelijke groet,\n\nJan de Vries",
        "Inkoper\nDe Vries Techniek B.V.\nT. +31 20 1234567\nwww.devries.example",
    ),
    ("Mit freundlichen Grüßen\nHans Müller", "Einkauf\n\nMüller GmbH\nTel.: 030 1234567\nAmtsgericht Berlin HRB 12345"),
    (
        "Cordialement,\nMarie Dupont",
        "Responsable achats\nDupont SARL\n12 rue de la Paix\n75002 Paris\nTél : 01 23 45 67 89",
    ),
    ("Best regards,\n\nJohn Smith", "Purchasing Manager | Smith Ltd\nphone: 020 1234 5678"),
    ("Mvg,\nPiet", "06-12345678"),
    ("Kind regards / Mit freundlichen Grüßen\n\nAnna van den Berg", "Berg AG\nanna@berg.example"),
    ("Thanks, Jan", "Jan de Vries | +31 6 12345678"),
    ("Thanks,\nJan", "-- \nJan de Vries\nDe Vries B.V."),
    ("Groet,\nJan", "Sales Manager"),
    ("Je vous prie d'agréer mes salutations distinguées.\n\nMarie Dupont", "Dupont SARL\nTél : 01 23 45 67 89"),
    ("Wir freuen uns und verbleiben mit freundlichen Grüßen\nHans Müller", "Müller GmbH\nTel.: 030 1234567"),
    ("Bien à vous,\n\nLuc", "Ce message et ses annexes sont confidentiels et destinés à leur seul destinataire."),
]


@pytest.mark.parametrize(("closing", "block"), SIGNATURES)
def test_contact_block_is_signature_and_closing_with_name_is_text(closing: str, block: str) -> None:
    split = split_text(f"{NEW}\n\n{closing}\n\n{block}\n")
    assert split.new_text == f"{NEW}\n\n{closing}"
    assert split.signature == block


@pytest.mark.parametrize(
    "block",
    [
        "Sent from my iPhone",
        "Verzonden vanaf mijn Galaxy",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPad",
        "Get Outlook for Android",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "This e-mail and any attachments are confidential and intended only for the addressee.\nIf not, delete it.",
        "Dit bericht is uitsluitend bestemd voor de geadresseerde.",
        "Diese E-Mail enthält vertrauliche Informationen.\n\nBitte informieren Sie uns.",
        "Denk aan het milieu voordat u dit print.",
        "--\nEva",
        "_______________________________________________\nvalves mailing list\nhttp://lists.example/valves",
    ],
)
def test_device_line_disclaimer_and_list_footer_are_signature(block: str) -> None:
    split = split_text(f"{NEW}\n\n{block}")
    assert (split.new_text, split.signature) == (NEW, block)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks Eva,\n\nWe want 40 valves. Call me on 06-12345678 if that is too late.\n\nJan",
        "Hello,\n\nthanks,\n\n10 x valve DN50\n5 x valve DN80\n\ninfo@devries.example",
        "Kind regards to Eva.\nWe need 40 valves.\nDeliver to: De Vries B.V., Damrak 1, 1012 LG Amsterdam",
        "Best regards,\n\nJan",
        "We need:\n-----\n40 valves\n5 taps\n",
        "Sent from our warehouse yesterday were 40 valves, where are they?",
    ],
)
def test_a_request_is_not_mistaken_for_a_signature(text: str) -> None:
    split = split_text(text)
    assert split.signature == ""
    assert split.new_text == text.strip()


def test_postscript_below_the_signature_is_new() -> None:
    split = split_text(
        f"{NEW}\n\nRegards,\nJan\n\nDe Vries B.V.\n+31 20 1234567\n\nPS: add 5 taps\nof brass\n\nwww.devries.example"
    )
    assert split.new_text.endswith("PS: add 5 taps\nof brass")
    assert split.signature == "De Vries B.V.\n+31 20 1234567\n\nwww.devries.example"


def test_gateway_warning_is_not_the_senders_text() -> None:
    split = split_text(f"CAUTION: This email originated from outside of the organization. Do not click links.\n\n{NEW}")
    assert split.new_text == NEW


def test_mail_of_nothing_but_a_signature_is_its_text() -> None:
    assert split_text("-- \nJan\n+31 20 1234567").new_text.endswith("+31 20 1234567")


def test_every_word_is_in_exactly_one_of_the_three() -> None:
    text = f"{NEW}\n\nRegards,\nJan\n\nDe Vries B.V. +31201234567\n\n{BLOCKS[0]}\n\n> {OLDER}\n\n> more\n"
    split = split_text(text)
    words = " ".join((split.new_text, split.signature, split.thread)).split()
    assert words == text.replace("> ", "").split()


def test_long_text_is_split_in_linear_time() -> None:
    assert split_text("Best regards\nJan\n--\n> a\nFrom: x\n" * 5000).new_text
