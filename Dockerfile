# The one image: every service runs it, each with its own subcommand. The build context is the root of the repository:
#
#   docker build -t billing .
#   docker run -p 8080:8080 -e DATABASE_URL=… -e REDIS_URL=… -e BILLING_ADMIN_KEY=… billing run --seed
#
# The API listens on every address of the container (HOST=0.0.0.0), so it refuses to start until an API key exists:
# BILLING_ADMIN_KEY (16 characters or more) makes sure of one. docs/deploy.md has the rest.

ARG BASE=debian:bookworm-slim

# Its names of packages are Debian 12's: --build-arg BASE is another Debian 12.

# The admin UI's files. Debian 12 has Node.js 18 and Vite wants 20.19: npm has newer ones, as for script/setup.
FROM ${BASE} AS web
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nodejs npm ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && npm install --prefix /node --no-save --no-audit --no-fund --loglevel=error node@22
ENV PATH=/node/node_modules/node/bin:$PATH
WORKDIR /billing/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY web .
RUN npm run build

FROM ${BASE} AS build
# A part of script/packages.txt: what compiles, not what tests.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      clang-19 cmake ninja-build pkg-config python3 python3-yaml \
      libboost1.81-dev libboost-json1.81-dev libpq-dev libhiredis-dev prometheus-cpp-dev \
      libfmt-dev libcli11-dev libssl-dev libcurl4-openssl-dev libglib2.0-dev libsystemd-dev libcairo2-dev libpango1.0-dev binutils \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /billing
COPY CMakeLists.txt CMakePresets.json openapi.yaml ./
COPY cmake cmake
COPY script script
COPY db db
COPY src src
COPY web/package-lock.json web/package-lock.json
COPY --from=web /billing/web/dist web/dist
# How many compilers at once: empty is one a core, and each takes up to 1 GB.
ARG JOBS
RUN cmake --preset release \
 && cmake --build --preset release --target billing ${JOBS:+-j ${JOBS}} \
 && cmake --install build/release --prefix /out --strip \
 && mkdir -p /out/share/doc/billing \
 && script/sbom /out/bin/billing >/out/share/doc/billing/billing.cdx.json \
 && cp web/dist/licenses.txt /out/share/doc/billing/

FROM ${BASE}
# The libraries that the binary names, the fonts of invoices, and the certificate authorities: for the payment provider, and for DATABASE_URL with
# sslmode=verify-full.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      libboost-json1.81.0 libboost-container1.81.0 libpq5 libhiredis0.14 \
      libprometheus-cpp-core1.0 libfmt9 libssl3 libcurl4 libglib2.0-0 libsystemd0 libcairo2 libpangocairo-1.0-0 \
      fonts-open-sans fonts-droid-fallback ca-certificates \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin billing
COPY --from=build /out/bin/billing /usr/local/bin/billing
# The notices of what is in the binary (also GET /admin/licenses), and a bill of materials (CycloneDX).
COPY --from=build /out/share/doc/billing /usr/share/doc/billing
COPY deploy/docker/healthcheck /usr/local/bin/healthcheck
# A library that is missing fails the build, not the first start.
RUN ["billing", "--version"]

USER billing
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
# Asks METRICS_PORT or else PORT: `work` and `schedule` without a METRICS_PORT have neither, so turn it off there (--no-healthcheck).
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["healthcheck"]
ENTRYPOINT ["billing"]
CMD ["run"]
