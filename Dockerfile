# The service in a container, for x64 and arm64. See docs/operations.md, "In a container".
#
# Ubuntu 24.04, which the official images of .NET 10 stand on; its packages have Debian's names, so build/needs.sh, which
# knows what is needed where, says it here too.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /src
COPY . .
RUN bash -euc 'source build/needs.sh; need_to_build; install_missing; install_ruff; source build/product.sh; build_product'

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
COPY build/needs.sh /usr/local/lib/p38/build/needs.sh
RUN bash -euc 'source /usr/local/lib/p38/build/needs.sh; need_to_serve; need tini command -v tini; install_missing; rm -rf /var/lib/apt/lists/*'
COPY --from=build /src/artifacts/p38 /opt/p38
COPY --from=build /src/runtime/ruff /opt/p38/runtime/ruff
RUN ln -s /opt/p38/p38 /usr/local/bin/p38 && useradd --uid 10038 --create-home p38 && install -d -o p38 -g p38 -m 700 /data

USER p38
ENV P38_HOME=/data P38_BIND=0.0.0.0
VOLUME /data
EXPOSE 8038
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s CMD ["/usr/bin/python3", "-I", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8038/health/ready', timeout=5)"]

# Something has to wait for what a killed run leaves behind, and to hand signals on.
ENTRYPOINT ["tini", "--"]
CMD ["p38", "up"]
