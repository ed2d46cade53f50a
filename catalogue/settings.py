"""The one place that reads the environment; everything else is handed what it needs."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one installation, each read from `FAIRFINDER_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="FAIRFINDER_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        default=Path("data"), description="Folder that holds the store, the index and the ledger."
    )
    base_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Address under which this catalogue is reached; the root of the IRIs it mints. "
        "Fixed by the first start on a data folder.",
        pattern=r"^https?://[^/\s]+(/[^?#\s]*)?$",
    )
    title: str = Field(default="FAIRfinder", description="Name of this catalogue, shown on every page.")
    publisher: str = Field(default="", description="Organisation that runs this catalogue.")
    contact: str = Field(
        default="", description="Web page or e-mail address shown to readers and sent to harvested servers."
    )
    allow_hosts: frozenset[str] = Field(
        default=frozenset(),
        description="Hosts that may be harvested although their address is private, as a JSON list: "
        '["127.0.0.1", "registry.internal"].',
    )
    folders: frozenset[Path] = Field(
        default=frozenset(),
        description="Folders on this machine that sources added through the pages or the API may be in, as "
        "a JSON list. The command line may name any.",
    )
    programmes: Path | None = Field(
        default=None,
        description="Folder with further research programmes, one TOML file each. A file that is called as "
        "one of those that come with FAIRfinder takes its place.",
    )
    max_document_mb: int = Field(
        default=64,
        ge=1,
        description="Largest document, after decompression, taken from the network, in megabytes.",
    )
    max_profile_mb: int = Field(
        default=256,
        ge=1,
        le=10_000,
        description="Largest profile that is taken over the network in one request, in megabytes, packed or "
        "not.",
    )
    push_token: SecretStr = Field(
        default=SecretStr(""),
        description="At a node: the token that `fairfinder profile push` shows to the catalogue that it "
        "sends profiles to.",
    )
    harvest_timeout_s: float = Field(
        default=120.0, gt=0, description="Longest time that fetching one document may take, in seconds."
    )
    link_check_days: int = Field(
        default=7,
        ge=0,
        le=365,
        description="After how many days it is asked again whether an address works; 0 for never.",
    )
    alert_to: SecretStr = Field(
        default=SecretStr(""),
        description="E-mail address or web hook that is told of failing sources that have no contact.",
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="Mail server: `smtp://user:password@host:587`, or `smtps://` for TLS from the start. "
        "Without one, no mail is sent.",
    )
    mail_from: str = Field(
        default="",
        description="E-mail address that mail comes from; required with a mail server.",
        pattern=r"^$|^[!-~]+@[!-~]+$",
    )
    index_memory_mb: int = Field(
        default=128, ge=32, description="Memory for writing the search index, in megabytes."
    )
    log_level: str = Field(default="WARNING", description="DEBUG, INFO, WARNING or ERROR.")
    index_url: str = Field(
        default="",
        description="Addresses of an Elasticsearch or OpenSearch cluster, separated by commas. "
        "Without one, the embedded index in the data folder.",
    )
    index_name: str = Field(
        default="fairfinder",
        description="How the names of this catalogue's indices in the cluster begin.",
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
    )
    index_user: str = Field(default="", description="User name for the cluster.")
    index_password: SecretStr = Field(default=SecretStr(""), description="Password for the cluster.")
    index_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key for the cluster, in place of user name and password."
    )
    index_ca: Path | None = Field(
        default=None, description="File of the certificate authorities that the cluster is trusted by."
    )
    index_shards: int = Field(
        default=1,
        ge=1,
        le=1024,
        description="Into how many parts an index in the cluster is divided when it is built; one for every "
        "ten million records or so.",
    )
    index_timeout_s: float = Field(
        default=10.0, gt=0, description="Longest time that the cluster may take to answer, in seconds."
    )
    store_query_url: str = Field(
        default="",
        description="Address at which a SPARQL 1.1 store answers queries. Without one, the embedded store "
        "in the data folder. The three addresses of a store are given together.",
    )
    store_update_url: str = Field(default="", description="Address at which that store takes updates.")
    store_graphs_url: str = Field(
        default="", description="Address of its Graph Store Protocol, for whole graphs."
    )
    store_user: str = Field(default="", description="User name for the store.")
    store_password: SecretStr = Field(default=SecretStr(""), description="Password for the store.")
    store_token: SecretStr = Field(
        default=SecretStr(""), description="Bearer token for the store, in place of user name and password."
    )
    store_ca: Path | None = Field(
        default=None, description="File of the certificate authorities that the store is trusted by."
    )
    store_timeout_s: float = Field(
        default=30.0, gt=0, description="Longest time that the store may take to answer, in seconds."
    )
    ledger_url: SecretStr = Field(
        default=SecretStr(""),
        description="PostgreSQL database for sources, runs and jobs: "
        "`postgresql://user:password@host/database`. Without one, SQLite in the data folder.",
    )
    jobs_url: SecretStr = Field(
        default=SecretStr(""),
        description="Redis server that carries the jobs: `redis://host:6379/0`. "
        "Without one, a file in the data folder.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key that the credentials of sources are encrypted with, made by `fairfinder key`. "
        "Without one, the file `secret.key` in the data folder; required with a PostgreSQL ledger.",
    )

    @property
    def alone(self) -> bool:
        """Whether one process owns the data folder, because the store or the index is in that process."""
        return not (self.store_query_url and self.index_url)

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        """A mail server that cannot be used would be noticed only when a source fails."""
        url = self.smtp_url.get_secret_value()
        if not url:
            return self
        try:
            parts = urlsplit(url)
            is_server = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_server = False
        if not is_server:
            raise ValueError("FAIRFINDER_SMTP_URL must read smtp://host:port or smtps://host:port.")
        if not self.mail_from:
            raise ValueError("With FAIRFINDER_SMTP_URL, FAIRFINDER_MAIL_FROM is needed: who mail comes from.")
        return self

    @model_validator(mode="after")
    def _store_is_whole(self) -> Self:
        """A store that could be read and not written would fail in the middle of a harvest."""
        urls = {
            "FAIRFINDER_STORE_QUERY_URL": self.store_query_url,
            "FAIRFINDER_STORE_UPDATE_URL": self.store_update_url,
            "FAIRFINDER_STORE_GRAPHS_URL": self.store_graphs_url,
        }
        lacking = [name for name, url in urls.items() if not url]
        if lacking and len(lacking) < len(urls):
            rest = " and ".join(lacking)
            raise ValueError(f"A SPARQL store needs three addresses: set {rest} too, or none of the three.")
        return self
