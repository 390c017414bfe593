FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/production.txt requirements/production.txt
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements/production.txt
COPY . .
RUN DJANGO_SETTINGS_MODULE=config.settings.build ONSITE_VAR=/tmp/var /venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home --home-dir /data onsite
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production ONSITE_VAR=/data
USER onsite
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "-c", "python:config.gunicorn", "-b", "0.0.0.0:8000", "config.wsgi"]
