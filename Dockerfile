# The image of every process of the shop; docker-compose.yml gives each its role, its keys and its command.
FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/interflora
RUN useradd --system --uid 10001 --home-dir /srv/interflora interflora \
    && install -d -o interflora -g interflora -m 0750 /srv/media \
    && install -d -o interflora -g interflora -m 0700 /srv/address-keys
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# Only names are needed here: this key signs nothing and leaves with the layer's process.
RUN python -m interflora.dev.translations \
    && SECRET_KEY=build STATIC_ROOT=/srv/static python manage.py collectstatic --noinput --verbosity 0
ENV STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/media
USER interflora
EXPOSE 8000
CMD ["gunicorn", "interflora.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
