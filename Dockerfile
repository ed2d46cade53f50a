# FAIRfinder with its clients for shared engines: the pages by default, a worker with the command `fairfinder worker`.
FROM python:3.13.16-slim-trixie AS base

FROM base AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY catalogue catalogue
COPY harvesters harvesters
COPY ontologies ontologies
COPY web web
RUN python -m venv --without-pip /opt/fairfinder \
    && pip --python /opt/fairfinder/bin/python install --no-cache-dir --disable-pip-version-check \
        -c constraints.txt ".[cluster]"

FROM base
LABEL org.opencontainers.image.title="FAIRfinder" \
      org.opencontainers.image.description="A metadata catalogue and FAIR dataset discovery engine for health data" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 fairfinder \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin fairfinder \
    && install -d -o 10001 -g 10001 -m 0750 /data /backups
COPY --from=build /opt/fairfinder /opt/fairfinder
ENV PATH=/opt/fairfinder/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    FAIRFINDER_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# http.client, because urllib would ask a proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=8); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["fairfinder", "serve", "--host", "0.0.0.0"]
