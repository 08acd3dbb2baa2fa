"""Settings: each source, each mistake in words, and no secret in any of them."""

from decimal import Decimal
from pathlib import Path

import pytest

from settings import Settings, SettingsError, fields, load_settings

SECRET = "s3cr3t-k3y"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def toml(text: str) -> None:
    Path("countersign.toml").write_text(text, encoding="utf-8")


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.ledger_address == f"sqlite:///{tmp_path}/.countersign/ledger.db"
    assert settings.blob_folder == Path(".countersign/blobs")
    assert (settings.fallback, settings.model.price, settings.crm.url) == (None, None, "")


def test_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    toml('task_queue = "file"\nlog_level = "debug"\n[crm]\nurl = "http://file"\ndatabase = "erp"')
    monkeypatch.setenv("COUNTERSIGN_TASK_QUEUE", "environment")
    monkeypatch.setenv("countersign_crm__url", "http://environment")
    settings = load_settings()
    assert (settings.task_queue, settings.log_level) == ("environment", "debug")
    assert (settings.crm.url, settings.crm.database) == ("http://environment", "erp")


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    toml('blobs = "files"')
    monkeypatch.setenv("COUNTERSIGN_BLOBS", "")
    monkeypatch.setenv("COUNTERSIGN_CONCURRENT_ACTIVITIES", "")
    assert load_settings().blob_folder == Path("files")


def test_prices_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    toml('[model.price]\ninput = 0.15\noutput = "0.6"\ncurrency = "USD"')
    monkeypatch.setenv("COUNTERSIGN_FALLBACK__PRICE__INPUT", "2.50")
    monkeypatch.setenv("COUNTERSIGN_FALLBACK__PRICE__OUTPUT", "10")
    settings = load_settings()
    assert settings.fallback
    assert settings.model.price
    assert settings.fallback.price
    assert (settings.model.price.input, settings.model.price.output) == (Decimal("0.15"), Decimal("0.6"))
    assert (settings.fallback.price.input, settings.fallback.price.currency) == (Decimal("2.50"), "EUR")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("taskqueue = 1", "countersign.toml: taskqueue is no setting of Countersign (see `countersign settings`)"),
        ("[model]\ntemp = 1", "countersign.toml: model.temp is no setting of Countersign (see `countersign settings`)"),
        ("concurrent_activities = 0", "setting concurrent_activities: Input should be greater than 0 (got 0)"),
        ('concurrent_activities = "many"', "setting concurrent_activities: Input should be a valid integer"),
        ('log_level = "loud"', "setting log_level: Input should be 'debug', 'info', 'warning' or 'error' (got 'loud')"),
        ('[crm]\nvendor = "sap"', "setting crm.vendor: Input should be 'odoo' (got 'sap')"),
        ('crm = "odoo"', "setting crm: Input should be a valid dictionary"),
        ("[model.price]\ninput = 1", "setting model.price.output: Field required"),
        (
            '[model.price]\ninput = 1\noutput = 1\ncurrency = "euro"',
            "setting model.price.currency: String should",
        ),
        ('task_queue = ""', "setting task_queue: String should have at least 1 character"),
        ("task_queue = ", "countersign.toml: Invalid value (at end of document)"),
    ],
)
def test_a_mistake_in_the_file_is_refused_by_name(text: str, words: str) -> None:
    toml(text)
    assert refusal().startswith(words)


def test_every_mistake_is_named_at_once() -> None:
    toml("concurrent_activities = 0\n[crm]\ntimeout_seconds = -1")
    assert [line.split(":")[0] for line in refusal().splitlines()] == [
        "setting concurrent_activities",
        "setting crm.timeout_seconds",
    ]


def test_a_file_in_another_encoding_is_refused() -> None:
    Path("countersign.toml").write_bytes("approver = 'Jörg'".encode("latin-1"))
    assert refusal().startswith("countersign.toml: 'utf-8' codec can't decode")


@pytest.mark.parametrize(
    "name", ["COUNTERSIGN_TASKQUEUE", "COUNTERSIGN_CRM__KEY", "COUNTERSIGN_MODEL", "COUNTERSIGN_TASK_QUEUE_FILE"]
)
def test_an_unknown_variable_is_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, SECRET)
    assert refusal() == f"environment: {name} is no setting of Countersign (see `countersign settings`)"


def test_a_wrong_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_MODEL__TIMEOUT_SECONDS", "soon")
    assert refusal().startswith("setting model.timeout_seconds: Input should be a valid number")


@pytest.mark.parametrize(
    ("text", "path", "variable"),
    [
        (f'[crm]\napi_key = "{SECRET}"', "crm.api_key", "COUNTERSIGN_CRM__API_KEY"),
        (f'[fallback]\napi_key = "{SECRET}"', "fallback.api_key", "COUNTERSIGN_FALLBACK__API_KEY"),
        (f'ledger_url = "postgresql://me:{SECRET}@db/x"', "ledger_url", "COUNTERSIGN_LEDGER_URL"),
    ],
)
def test_a_secret_in_the_file_is_refused(text: str, path: str, variable: str) -> None:
    toml(text)
    message = refusal()
    assert message.startswith(f"countersign.toml: {path} is a secret and has no place in this file; set {variable}, ")
    assert SECRET not in message


def test_secrets_come_from_variables_and_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    toml('[crm]\nurl = "http://erp"')
    (tmp_path / "key").write_text(f"{SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("COUNTERSIGN_CRM__API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("COUNTERSIGN_MODEL__API_KEY", "another")
    settings = load_settings()
    assert settings.crm.api_key.get_secret_value() == SECRET
    assert settings.model.api_key.get_secret_value() == "another"
    assert settings.crm.url == "http://erp"


def test_the_file_may_name_the_file_of_a_secret(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://db/x", encoding="utf-8")
    toml('ledger_url_file = "url"')
    assert load_settings().ledger_address == "postgresql://db/x"


def test_a_secret_file_is_read_anew_each_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTERSIGN_MODEL__API_KEY_FILE", str(tmp_path / "key"))
    for key in ("old", "new"):
        (tmp_path / "key").write_text(key, encoding="utf-8")
        assert load_settings().model.api_key.get_secret_value() == key


def test_a_secret_is_set_one_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv("COUNTERSIGN_CRM__API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("COUNTERSIGN_CRM__API_KEY", SECRET)
    message = refusal()
    assert message == "setting crm: api_key and api_key_file are both set; leave one out"
    assert SECRET not in message


def test_the_ledger_s_address_is_set_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_LEDGER_URL", f"postgresql://me:{SECRET}@db/x")
    monkeypatch.setenv("COUNTERSIGN_LEDGER_URL_FILE", "url")
    assert refusal() == "setting: ledger_url and ledger_url_file are both set; leave one out"


def test_a_secret_file_that_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTERSIGN_CRM__API_KEY_FILE", "/no/such/key")
    assert refusal() == "setting crm: api_key_file: No such file or directory: /no/such/key"
    (tmp_path / "key").write_bytes(b"\xff\xfe" + SECRET.encode())
    monkeypatch.setenv("COUNTERSIGN_CRM__API_KEY_FILE", str(tmp_path / "key"))
    assert SECRET not in refusal()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    for path, info in fields():
        if "SecretStr" in str(info.annotation):
            monkeypatch.setenv(f"COUNTERSIGN_{path.replace('.', '__').upper()}", f"postgresql://me:{SECRET}@db/x")
    settings = load_settings()
    assert settings.ledger_address == f"postgresql://me:{SECRET}@db/x"
    assert settings.fallback
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.fallback)):
        assert SECRET not in shown
        assert "**********" in shown


@pytest.mark.parametrize("text", ['[[crm]]\napi_key = "s3cr3t-k3y"', '[crm]\nkey = "s3cr3t-k3y"'])
def test_a_misplaced_secret_does_not_show_either(text: str) -> None:
    toml(text)
    assert SECRET not in refusal()


def test_a_wrong_neighbour_does_not_show_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    toml("[model]\nmax_output_tokens = 0\n[model.price]\noutput = 1")
    monkeypatch.setenv("COUNTERSIGN_MODEL__API_KEY", SECRET)
    message = refusal()
    assert SECRET not in message
    assert len(message.splitlines()) == 2


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 1000690000")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert load_settings().approver.isdigit()


def test_every_setting_has_a_name_of_its_own_and_can_be_listed() -> None:
    paths = [path for path, _ in fields()]
    assert len(paths) == len(set(paths))
    assert {"model.price.input", "fallback.price.currency", "crm.url", "state"} <= set(paths)
    assert not {"model", "fallback", "model.price"} & set(paths)
    assert Settings.model_fields.keys() == {path.partition(".")[0] for path in paths}
