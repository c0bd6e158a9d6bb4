# The production image: web, worker and beat run from it (docker-compose.yml).
FROM python:3.13-slim-trixie AS packages
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/scorecards --create-home scorecards
COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH VAR_DIR=/var/lib/scorecards PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/scorecards
COPY . .
RUN python -m compileall -q .
USER scorecards
VOLUME /var/lib/scorecards
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--no-control-socket", "--worker-class", "gthread", "--workers", "2", "--threads", "16"]
