FROM gatehouse-local/debian:bookworm
RUN mkdir -p /data && chown 999:999 /data
WORKDIR /data
CMD ["redis-server"]
