"""The one place that reads the environment; everything else is handed what it needs."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one installation, each read from `FAIRFINDER_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="FAIRFINDER_", extra="ignore", frozen=True)

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
    max_document_mb: int = Field(
        default=64,
        ge=1,
        description="Largest document, after decompression, taken from the network, in megabytes.",
    )
    harvest_timeout_s: float = Field(
        default=120.0, gt=0, description="Longest time that fetching one document may take, in seconds."
    )
    index_memory_mb: int = Field(
        default=128, ge=32, description="Memory for writing the search index, in megabytes."
    )
    log_level: str = Field(default="WARNING", description="DEBUG, INFO, WARNING or ERROR.")
