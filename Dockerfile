# The production image: web, worker and beat run from it (docker-compose.yml).
FROM python:3.13-slim-trixie AS packages
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 scorecards && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/scorecards --create-home scorecards
COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH VAR_DIR=/var/lib/scorecards STATIC_DIR=/srv/static PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/scorecards
COPY . .
# Static files under hashed names, compressed; they need no database and no secret.
RUN python -m compileall -q . && VAR_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/build
USER scorecards
VOLUME /var/lib/scorecards
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "-m", "config.container_health", "web"]
CMD ["python", "-m", "gunicorn", "config.wsgi", "--config", "python:config.serving"]
