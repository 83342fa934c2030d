FROM gatehouse-local/debian:bookworm
RUN mkdir -p /prometheus && chown 65534:65534 /prometheus
WORKDIR /prometheus
ENTRYPOINT ["prometheus"]
