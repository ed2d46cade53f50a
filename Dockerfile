# The embedded edition: one process, all data in /data.
FROM python:3.13-slim

RUN useradd --system --uid 10001 --create-home --home-dir /home/fairfinder fairfinder \
    && install -d -o fairfinder -g fairfinder /data

WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY catalogue catalogue
COPY harvesters harvesters
COPY ontologies ontologies
COPY web web
RUN pip install --no-cache-dir --disable-pip-version-check -c constraints.txt .

USER fairfinder
WORKDIR /home/fairfinder
ENV FAIRFINDER_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
CMD ["fairfinder", "serve", "--host", "0.0.0.0"]
