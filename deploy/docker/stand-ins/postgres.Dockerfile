# The parts of the official image that docker-compose.yml uses: its entry point's variables, its uid, its volume.
FROM gatehouse-local/debian:bookworm
COPY pg /usr/lib/pg18
# The server of this image, the client programs of Debian.
RUN groupadd -g 999 pg && useradd -r -u 999 -g pg -d /var/lib/postgresql pg \
 && mkdir -p /docker-entrypoint-initdb.d /var/lib/postgresql /run/postgresql \
 && chown -R 999:999 /var/lib/postgresql /run/postgresql
COPY docker-entrypoint.sh /usr/local/bin/
ENV PGDATA=/var/lib/postgresql/18/docker LANG=C.UTF-8 PATH=/usr/lib/pg18/bin:/usr/local/bin:/usr/bin:/bin
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
